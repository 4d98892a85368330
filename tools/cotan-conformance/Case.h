//===- Case.h - golden cases of the conformance format ----------*- C++ -*-===//
//
// A case is one line of JSON: an op, its arguments, and the values and derivatives that are expected of it
// (docs/Conformance.md). This file reads them into plain host data.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TOOLS_CONFORMANCE_CASE_H
#define COTAN_TOOLS_CONFORMANCE_CASE_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cotan::conformance {

/// A dense tensor on the host. Values of every dtype are doubles, exact for all integers that occur in cases (below 2^53).
struct HostTensor {
  std::string dtype;
  std::vector<int64_t> shape;
  std::vector<double> values;
  bool requires_grad = false;
};

struct TensorReference {
  size_t index;
};
struct SliceArgument {
  std::optional<int64_t> start, stop, step;
};
struct EllipsisArgument {};
struct DtypeArgument {
  std::string name;
};

struct Argument;
using ArgumentList = std::vector<Argument>;

/// An argument of a call as the case spells it.
struct Argument {
  std::variant<std::monostate, bool, int64_t, double, std::string, TensorReference, SliceArgument, EllipsisArgument,
               DtypeArgument, ArgumentList>
      value;
};

struct Case {
  std::string op, variant;
  ArgumentList args;
  std::map<std::string, Argument> kwargs;
  std::vector<HostTensor> tensors, outputs;
  std::vector<size_t> differentiable_outputs, wrt;
  std::vector<std::optional<HostTensor>> cotangents, grads, second_cotangents, second_grads;
  bool has_second = false;
};

/// Parses one line. Throws std::runtime_error saying what is malformed.
Case parse_case(const std::string &line);

} // namespace cotan::conformance

#endif // COTAN_TOOLS_CONFORMANCE_CASE_H
