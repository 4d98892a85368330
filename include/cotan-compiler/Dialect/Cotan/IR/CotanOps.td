//===- CotanOps.td - all ops of the dialect ----------------------*- tablegen -*-===//

#ifndef COTAN_DIALECT_COTAN_IR_COTANOPS_TD
#define COTAN_DIALECT_COTAN_IR_COTANOPS_TD

include "cotan-compiler/Dialect/Cotan/IR/ElementwiseOps.td"
include "cotan-compiler/Dialect/Cotan/IR/ShapeOps.td"
include "cotan-compiler/Dialect/Cotan/IR/ReductionOps.td"
include "cotan-compiler/Dialect/Cotan/IR/DerivativeOps.td"
include "cotan-compiler/Dialect/Cotan/IR/KernelOps.td"

#endif // COTAN_DIALECT_COTAN_IR_COTANOPS_TD
