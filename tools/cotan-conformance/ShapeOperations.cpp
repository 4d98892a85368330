//===- ShapeOperations.cpp - ops that move elements, as cases call them ------===//

#include "Call.h"

namespace cotan::conformance {
namespace {

using Result = std::vector<Tensor>;
using UnaryFunction = Tensor (*)(const Tensor &, Where);
using ListFunction = Tensor (*)(const std::vector<Tensor> &, Where);

Operation unary(UnaryFunction function) {
  return [=](Call &call) -> Result { return {function(call.tensor(0, "input"), Where::current())}; };
}

Operation ofList(ListFunction function) {
  return [=](Call &call) -> Result { return {function(call.tensorList(0, "tensors"), Where::current())}; };
}

using OffsetFunction = Tensor (*)(const Tensor &, int64_t, Where);

Operation withOffset(OffsetFunction function, const char *name) {
  return [=](Call &call) -> Result { return {function(call.tensor(0, "input"), call.integer(1, name, 0), Where::current())}; };
}

void addViews(OperationTable &table) {
  for (const char *name : {"view", "reshape"})
    table[name] = [name](Call &call) -> Result {
      auto shape = call.integers(1, "shape");
      Tensor x = call.tensor(0, "input");
      return {std::string(name) == "view" ? x.view(shape) : x.reshape(shape)};
    };
  for (const char *name : {"view_as", "reshape_as"})
    table[name] = [](Call &call) -> Result { return {call.tensor(0, "input").reshape(call.tensor(1, "other").sizes())}; };
  table["expand"] = [](Call &call) -> Result { return {call.tensor(0, "input").expand(call.integers(1, "size"))}; };
  table["expand_as"] = [](Call &call) -> Result { return {call.tensor(0, "input").expand(call.tensor(1, "other").sizes())}; };
  table["broadcast_to"] = [](Call &call) -> Result { return {broadcast_to(call.tensor(0, "input"), call.integers(1, "size"))}; };
  table["flatten"] = [](Call &call) -> Result {
    return {flatten(call.tensor(0, "input"), call.integer(1, "start_dim", 0), call.integer(2, "end_dim", -1))};
  };
  table["ravel"] = unary(ravel);
  table["T"] = [](Call &call) -> Result {
    Tensor x = call.tensor(0, "input");
    std::vector<int64_t> order;
    for (int64_t d = x.dim(); d-- > 0;)
      order.push_back(d);
    return {x.permute(order)};
  };
  table["mT"] = unary(adjoint);
  table["t"] = [](Call &call) -> Result { return {call.tensor(0, "input").t()}; };
  table["transpose"] = [](Call &call) -> Result {
    return {call.tensor(0, "input").transpose(call.integer(1, "dim0"), call.integer(2, "dim1"))};
  };
  table["permute"] = [](Call &call) -> Result { return {call.tensor(0, "input").permute(call.integers(1, "dims"))}; };
  table["movedim"] = [](Call &call) -> Result {
    return {movedim(call.tensor(0, "input"), call.integers(1, "source"), call.integers(2, "destination"))};
  };
  table["squeeze"] = [](Call &call) -> Result {
    Tensor x = call.tensor(0, "input");
    return {call.has(1, "dim") ? x.squeeze(call.integer(1, "dim")) : x.squeeze()};
  };
  table["unsqueeze"] = [](Call &call) -> Result { return {call.tensor(0, "input").unsqueeze(call.integer(1, "dim"))}; };
  table["unflatten"] = [](Call &call) -> Result {
    return {unflatten(call.tensor(0, "input"), call.integer(1, "dim"), call.integers(2, "sizes"))};
  };
  table["select"] = [](Call &call) -> Result { return {call.tensor(0, "input").select(call.integer(1, "dim"), call.integer(2, "index"))}; };
  table["narrow"] = [](Call &call) -> Result {
    return {call.tensor(0, "input").narrow(call.integer(1, "dim"), call.integer(2, "start"), call.integer(3, "length"))};
  };
  table["diagonal"] = [](Call &call) -> Result {
    return {diagonal(call.tensor(0, "input"), call.integer(1, "offset", 0), call.integer(2, "dim1", 0), call.integer(3, "dim2", 1))};
  };
  table["trace"] = [](Call &call) -> Result { return {trace(call.tensor(0, "input"))}; };
  table["contiguous"] = [](Call &call) -> Result { return {call.tensor(0, "input").contiguous()}; };
  table["clone"] = [](Call &call) -> Result { return {call.tensor(0, "input").clone()}; };
  table["real"] = [](Call &call) -> Result { return {call.tensor(0, "input")}; };
}

void addSplits(OperationTable &table) {
  table["unbind"] = [](Call &call) -> Result { return unbind(call.tensor(0, "input"), call.integer(1, "dim", 0)); };
  table["chunk"] = [](Call &call) -> Result { return chunk(call.tensor(0, "input"), call.integer(1, "chunks"), call.integer(2, "dim", 0)); };
  table["split"] = [](Call &call) -> Result {
    Tensor x = call.tensor(0, "input");
    const Argument *sizes = call.find(1, "split_size_or_sections");
    int64_t dim = call.integer(2, "dim", 0);
    if (sizes && std::holds_alternative<int64_t>(sizes->value))
      return split(x, std::get<int64_t>(sizes->value), dim);
    return split_with_sizes(x, call.integers(1, "split_size_or_sections"), dim);
  };
  table["split_with_sizes"] = [](Call &call) -> Result {
    return split_with_sizes(call.tensor(0, "input"), call.integers(1, "split_sizes"), call.integer(2, "dim", 0));
  };
  table["tensor_split"] = [](Call &call) -> Result {
    Tensor x = call.tensor(0, "input");
    int64_t dim = call.integer(2, "dim", 0);
    if (call.isTensor(1, "indices_or_sections")) {
      Tensor indices = call.tensor(1, "indices_or_sections");
      if (indices.dim() == 0)
        return tensor_split(x, indices.item<int64_t>(), dim);
      return tensor_split(x, indices.to_vector<int64_t>(), dim);
    }
    const Argument *sections = call.find(1, "indices_or_sections");
    if (sections && std::holds_alternative<int64_t>(sections->value))
      return tensor_split(x, std::get<int64_t>(sections->value), dim);
    return tensor_split(x, call.integers(1, "indices_or_sections"), dim);
  };
  table["hsplit"] = [](Call &call) -> Result { return hsplit(call.tensor(0, "input"), call.integer(1, "sections")); };
  table["vsplit"] = [](Call &call) -> Result { return vsplit(call.tensor(0, "input"), call.integer(1, "sections")); };
  table["dsplit"] = [](Call &call) -> Result { return dsplit(call.tensor(0, "input"), call.integers(1, "indices")); };
}

void addRearrangements(OperationTable &table) {
  table["cat"] = [](Call &call) -> Result { return {cat(call.tensorList(0, "tensors"), call.integer(1, "dim", 0))}; };
  table["stack"] = [](Call &call) -> Result { return {stack(call.tensorList(0, "tensors"), call.integer(1, "dim", 0))}; };
  table["hstack"] = ofList(hstack);
  table["vstack"] = ofList(vstack);
  table["dstack"] = ofList(dstack);
  table["column_stack"] = ofList(column_stack);
  table["flip"] = [](Call &call) -> Result { return {flip(call.tensor(0, "input"), call.integers(1, "dims"))}; };
  table["fliplr"] = unary(fliplr);
  table["flipud"] = unary(flipud);
  table["roll"] = [](Call &call) -> Result {
    Tensor x = call.tensor(0, "input");
    auto shifts = call.integers(1, "shifts");
    return {call.has(2, "dims") ? roll(x, shifts, call.integers(2, "dims")) : roll(x, shifts)};
  };
  table["rot90"] = [](Call &call) -> Result {
    Tensor x = call.tensor(0, "input");
    int64_t k = call.integer(1, "k", 1);
    return {call.has(2, "dims") ? rot90(x, k, call.integers(2, "dims")) : rot90(x, k)};
  };
  table["repeat"] = [](Call &call) -> Result { return {repeat(call.tensor(0, "input"), call.integers(1, "repeats"))}; };
  table["tile"] = [](Call &call) -> Result { return {tile(call.tensor(0, "input"), call.integers(1, "dims"))}; };
  table["repeat_interleave"] = [](Call &call) -> Result {
    std::optional<int64_t> dim;
    if (call.has(SIZE_MAX, "dim"))
      dim = call.integer(SIZE_MAX, "dim");
    return {repeat_interleave(call.tensor(0, "input"), call.integer(1, "repeats"), dim)};
  };
  table["tril"] = withOffset(tril, "diagonal");
  table["triu"] = withOffset(triu, "diagonal");
  table["diag"] = withOffset(diag, "diagonal");
  table["diagflat"] = withOffset(diagflat, "offset");
  table["diag_embed"] = withOffset(diag_embed, "offset");
  table["nn.functional.pad"] = [](Call &call) -> Result {
    std::string mode = call.text(2, "mode", "constant");
    if (mode != "constant")
      throw Unsupported{"mode '" + mode + "'"};
    return {constant_pad_nd(call.tensor(0, "input"), call.integers(1, "pad"), call.scalar(3, "value", Scalar(0.0)))};
  };
}

} // namespace

void addShapeOperations(OperationTable &table) {
  addViews(table);
  addSplits(table);
  addRearrangements(table);
}

} // namespace cotan::conformance
