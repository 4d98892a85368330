//===- KernelFacts.h - what a launch does, for profiles ---------*- C++ -*-===//

#ifndef COTAN_LIB_CODEGEN_KERNELFACTS_H
#define COTAN_LIB_CODEGEN_KERNELFACTS_H

#include "BufferPlan.h"
#include "cotan-compiler/Runtime/KernelProfile.h"

namespace cotan::codegen {

/// Operations, domain, location, bytes and flops of a kernel, a matrix product or a scatter, where `plan` put its tensors. The
/// caller adds function and number.
runtime::KernelFacts describeLaunch(mlir::Operation *op, const BufferPlan &plan);

} // namespace cotan::codegen

#endif // COTAN_LIB_CODEGEN_KERNELFACTS_H
