//===- ops.h - functions of tensors -----------------------------*- C++ -*-===//
//
// Named functions by family; the names, shapes and errors are torch's.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_OPS_H
#define COTAN_OPS_H

#include "cotan/ops/elementwise.h"
#include "cotan/ops/nn.h"
#include "cotan/ops/products.h"
#include "cotan/ops/reductions.h"
#include "cotan/ops/shape.h"

#endif // COTAN_OPS_H
