//===- ops.h - functions of tensors -----------------------------*- C++ -*-===//
//
// Named functions by family; the names, shapes and errors are torch's.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_OPS_H
#define COTAN_OPS_H

#include "cotan/ops/activations.h"
#include "cotan/ops/contractions.h"
#include "cotan/ops/elementwise.h"
#include "cotan/ops/losses.h"
#include "cotan/ops/math.h"
#include "cotan/ops/nn.h"
#include "cotan/ops/normalization.h"
#include "cotan/ops/products.h"
#include "cotan/ops/rearrange.h"
#include "cotan/ops/reductions.h"
#include "cotan/ops/shape.h"
#include "cotan/ops/statistics.h"

#endif // COTAN_OPS_H
