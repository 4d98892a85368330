//===- torch.h - Cotan under torch's names ----------------------*- C++ -*-===//
//
// `namespace torch = cotan`, `at::Tensor`, `c10::Error`: programs written against libtorch's tensor API compile unchanged as far as
// Cotan has their ops. Do not include it beside libtorch.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TORCH_H
#define COTAN_TORCH_H

#include "cotan/cotan.h"

namespace torch = cotan;
namespace at = cotan;
namespace c10 {
using cotan::Error;
using cotan::IndexError;
using cotan::IntArrayRef;
using cotan::Scalar;
using cotan::ScalarType;
using cotan::TensorOptions;
using cotan::TypeError;
using cotan::ValueError;
} // namespace c10

#endif // COTAN_TORCH_H
