//===- Call.h - one call of an op by a case ---------------------*- C++ -*-===//
//
// The arguments of a case with its tensors made, read by position or keyword as the op's Python signature has them. What an op
// does not read is an error: a keyword that is ignored would make a case pass for the wrong reason.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TOOLS_CONFORMANCE_CALL_H
#define COTAN_TOOLS_CONFORMANCE_CALL_H

#include "Case.h"
#include "cotan/cotan.h"
#include <functional>
#include <set>

namespace cotan::conformance {

/// The op exists and this form of the call does not.
struct Unsupported {
  std::string reason;
};

class Call {
public:
  Call(const Case &description, const std::vector<Tensor> &tensors) : description(description), tensors(tensors) {}

  /// Whether the argument was given and is not None.
  bool has(size_t position, const char *name) { return find(position, name) != nullptr; }
  Tensor tensor(size_t position, const char *name);
  /// Undefined when it was not given.
  Tensor optionalTensor(size_t position, const char *name);
  std::vector<Tensor> tensorList(size_t position, const char *name);
  /// All positional arguments as tensors, for variadic ops.
  std::vector<Tensor> allTensors();
  int64_t integer(size_t position, const char *name, std::optional<int64_t> fallback = std::nullopt);
  double number(size_t position, const char *name, std::optional<double> fallback = std::nullopt);
  Scalar scalar(size_t position, const char *name, std::optional<Scalar> fallback = std::nullopt);
  bool boolean(size_t position, const char *name, std::optional<bool> fallback = std::nullopt);
  std::string text(size_t position, const char *name, std::optional<std::string> fallback = std::nullopt);
  /// A list of integers, or one integer as a list of one.
  std::vector<int64_t> integers(size_t position, const char *name);
  /// Nothing when it was not given; an empty list is all dimensions too.
  std::optional<std::vector<int64_t>> dims(size_t position, const char *name);
  std::optional<ScalarType> dtype(size_t position, const char *name);
  /// None, Mean or Sum from `reduction=`.
  LossReduction reduction();
  /// The argument as the case spells it, or null.
  const Argument *find(size_t position, const char *name);
  Tensor resolve(TensorReference reference) const { return tensors.at(reference.index); }
  bool isTensor(size_t position, const char *name);

  /// Throws Unsupported, naming an argument that no one read.
  void expectAllRead() const;

  const Case &description;

private:
  const Argument &require(size_t position, const char *name);
  const std::vector<Tensor> &tensors;
  std::set<size_t> readPositions;
  std::set<std::string> readKeywords;
};

using Operation = std::function<std::vector<Tensor>(Call &)>;

/// Ops by torch's name (`nn.functional.relu` ...).
using OperationTable = std::map<std::string, Operation>;
void addElementwiseOperations(OperationTable &table);
void addReductionOperations(OperationTable &table);
void addProductOperations(OperationTable &table);
void addShapeOperations(OperationTable &table);
void addNetworkOperations(OperationTable &table);
const OperationTable &operations();

ScalarType parseDtype(const std::string &name);

} // namespace cotan::conformance

#endif // COTAN_TOOLS_CONFORMANCE_CALL_H
