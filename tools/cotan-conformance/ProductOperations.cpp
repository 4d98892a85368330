//===- ProductOperations.cpp - matrix products as cases call them ------------===//

#include "Call.h"

namespace cotan::conformance {
namespace {

using BinaryFunction = Tensor (*)(const Tensor &, const Tensor &, Where);

Operation product(BinaryFunction function) {
  return [=](Call &call) -> std::vector<Tensor> {
    return {function(call.tensor(0, "input"), call.tensor(1, "other"), Where::current())};
  };
}

using AddFunction = Tensor (*)(const Tensor &, const Tensor &, const Tensor &, const Scalar &, const Scalar &, Where);

Operation addProduct(AddFunction function) {
  return [=](Call &call) -> std::vector<Tensor> {
    Scalar beta = call.scalar(SIZE_MAX, "beta", Scalar(1)), alpha = call.scalar(SIZE_MAX, "alpha", Scalar(1));
    return {function(call.tensor(0, "input"), call.tensor(1, "mat1"), call.tensor(2, "mat2"), beta, alpha, Where::current())};
  };
}

} // namespace

void addProductOperations(OperationTable &table) {
  const std::pair<const char *, BinaryFunction> products[] = {
      {"dot", dot}, {"mv", mv}, {"mm", mm}, {"bmm", bmm}, {"matmul", matmul}, {"outer", outer}, {"inner", inner}, {"vdot", vdot},
  };
  for (auto &[name, function] : products)
    table[name] = product(function);
  const std::pair<const char *, AddFunction> sums[] = {
      {"addmm", addmm}, {"addmv", addmv}, {"addr", addr}, {"addbmm", addbmm}, {"baddbmm", baddbmm},
  };
  for (auto &[name, function] : sums)
    table[name] = addProduct(function);
  table["tensordot"] = [](Call &call) -> std::vector<Tensor> {
    return {tensordot(call.tensor(0, "a"), call.tensor(1, "b"), call.integer(2, "dims", 2))};
  };
  table["einsum"] = [](Call &call) -> std::vector<Tensor> {
    std::vector<Tensor> operands = call.tensorList(0, "operands");
    return {einsum(call.text(1, "equation"), operands)};
  };
  table["linalg.multi_dot"] = [](Call &call) -> std::vector<Tensor> { return {linalg::multi_dot(call.tensorList(0, "tensors"))}; };
  table["linalg.matrix_power"] = [](Call &call) -> std::vector<Tensor> {
    int64_t n = call.integer(1, "n");
    if (n < 0)
      throw Unsupported{"negative powers"};
    return {linalg::matrix_power(call.tensor(0, "input"), n)};
  };
  table["nn.functional.linear"] = [](Call &call) -> std::vector<Tensor> {
    return {nn::functional::linear(call.tensor(0, "input"), call.tensor(1, "weight"), call.optionalTensor(2, "bias"))};
  };
}

} // namespace cotan::conformance
