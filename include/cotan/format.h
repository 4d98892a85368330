//===- format.h - what an f-string shows ------------------------*- C++ -*-===//

#ifndef COTAN_FORMAT_H
#define COTAN_FORMAT_H

#include "cotan/tensor.h"
#include <string>

namespace cotan {

/// What Python's f"{tensor:spec}" shows: a 0-d tensor as its number, another as str(). Throws TypeError for a spec on the latter,
/// ValueError for a spec that Python has not.
COTAN_API std::string format(const Tensor &tensor, const std::string &spec = "", Where where = Where::current());
/// What f"{number:spec}" shows.
COTAN_API std::string format(double number, const std::string &spec = "");

} // namespace cotan

#endif // COTAN_FORMAT_H
