//===- TypeConstraints.h - which tensors the dialect takes -------*- C++ -*-===//
//
// The predicate behind the tensor types of CotanDialect.td.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_DIALECT_COTAN_IR_TYPECONSTRAINTS_H
#define COTAN_LIB_DIALECT_COTAN_IR_TYPECONSTRAINTS_H

#include "mlir/IR/BuiltinTypes.h"

namespace cotan::ir {

/// Whether a tensor has no encoding (all are dense and row-major) and so few elements that sizes in bytes and
/// offsets do not overflow: the product of the static extents is below 2^60.
bool isSupportedTensor(mlir::Type type);

} // namespace cotan::ir

#endif // COTAN_LIB_DIALECT_COTAN_IR_TYPECONSTRAINTS_H
