//===- Lowering.h - a trace as a module of the cotan dialect ----*- C++ -*-===//

#ifndef COTAN_LIB_TRACE_LOWERING_H
#define COTAN_LIB_TRACE_LOWERING_H

#include "Programs.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace cotan::tracing {

inline constexpr const char *traceFunctionName = "trace";

/// A module whose function @trace has the walk's inputs and outputs. Locations are those of the calls that recorded the nodes.
mlir::OwningOpRef<mlir::ModuleOp> lowerTrace(const Walk &walk, mlir::MLIRContext &context);

} // namespace cotan::tracing

#endif // COTAN_LIB_TRACE_LOWERING_H
