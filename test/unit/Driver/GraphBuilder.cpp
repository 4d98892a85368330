//===- GraphBuilder.cpp - the random steps --------------------------------===//

#include "GraphBuilder.h"

using namespace cotan::test;

//===----------------------------------------------------------------------===//
// Elementwise ops
//===----------------------------------------------------------------------===//

bool GraphBuilder::addUnary() {
  Value x = *pickAny();
  if (x.type == ElementType::I1)
    emitUnary("not", x);
  else if (isInteger(x.type))
    emitUnary(word({"neg", "abs", "sign", "not"}), x);
  else
    emitUnary(word({"neg",   "abs",   "sign", "exp",  "exp2",   "expm1",    "log",   "log1p", "log2",  "log10", "sqrt",
                    "rsqrt", "sin",   "cos",  "tan",  "asin",   "acos",     "atan",  "sinh",  "cosh",  "tanh",  "asinh",
                    "acosh", "atanh", "erf",  "erfc", "erfinv", "logistic", "floor", "ceil",  "round", "trunc"}),
              x);
  return true;
}

/// Broadcasts the smaller of two to the other's shape, if its extents occur there in order.
bool GraphBuilder::makeAlike(Value &x, Value &y) {
  if (x.shape == y.shape)
    return true;
  Value &small = x.shape.size() <= y.shape.size() ? x : y, &large = &small == &x ? y : x;
  Shape dims;
  size_t next = 0;
  for (int64_t extent : small.shape) {
    while (next < large.shape.size() && large.shape[next] != extent && extent != 1)
      ++next;
    if (next == large.shape.size())
      return false;
    dims.push_back(next++);
  }
  small = broadcastTo(small, dims, large.shape);
  return true;
}

bool GraphBuilder::addBinary() {
  Value x = *pickAny(), y = *pick([&](const Value &value) { return value.type == x.type; });
  if (!makeAlike(x, y))
    return false;
  if (x.type == ElementType::I1) {
    emitBinary(word({"and", "or", "xor"}), x, y);
  } else if (isInteger(x.type)) {
    std::string mnemonic = word({"add", "sub", "mul", "max", "min", "and", "or", "xor", "shl", "shr", "div", "rem"});
    if (mnemonic == "div" || mnemonic == "rem")
      y = emitBinary("or", y, splat(y.type, y.shape, "1"));
    emitBinary(mnemonic, x, y);
  } else if (chance(10)) {
    emit(x.type, x.shape, "fma " + x.name + ", " + y.name + ", " + x.name + " : " + x.typeText());
  } else {
    emitBinary(word({"add", "sub", "mul", "add", "sub", "mul", "max", "min", "div", "atan2", "pow", "rem"}), x, y);
  }
  if (x.type == ElementType::I64 && chance(10))
    emitBinary("random_bits", x, y);
  return true;
}

bool GraphBuilder::addCompareSelect() {
  Value x = *pickAny(), y = *pick([&](const Value &value) { return value.type == x.type; });
  if (!makeAlike(x, y))
    return false;
  Value mask = emit(ElementType::I1, x.shape,
                    std::string("compare ") + word({"eq", "ne", "lt", "le", "gt", "ge"}) + " " + x.name + ", " +
                        y.name + " : " + x.typeText());
  if (chance(50))
    mask = *pick([&](const Value &value) { return value.type == ElementType::I1 && value.shape == x.shape; });
  if (chance(50))
    std::swap(x, y);
  emit(x.type, x.shape,
       "select " + mask.name + ", " + x.name + ", " + y.name + " : " + mask.typeText() + ", " + x.typeText());
  return true;
}

bool GraphBuilder::addCast() {
  Value x = *pickAny();
  ElementType to =
      oneOf(std::vector<ElementType>{ElementType::F32, ElementType::F64, ElementType::F32, ElementType::F64,
                                     ElementType::I32, ElementType::I64, ElementType::I1});
  emit(to, x.shape, "cast " + x.name + " : " + x.typeText() + " to " + typeOf(to, x.shape));
  return true;
}

bool GraphBuilder::addConstant() {
  Value x = *pick([](const Value &value) { return isNumber(value.type); });
  if (!x.shape.empty() && chance(60))
    emit(x.type, x.shape, "iota dim = " + std::to_string(draw(x.shape.size())) + " : " + x.typeText());
  else
    splat(x.type, x.shape, isFloat(x.type) ? word({"0.0", "1.0", "-0.0", "0.7", "-2.5"}) : word({"0", "1", "-1", "7"}),
          /*listed=*/true);
  return true;
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

bool GraphBuilder::addBroadcast() {
  Value x = *pickAny();
  if (x.shape.size() > 3)
    return false;
  Shape shape, dims;
  auto insert = [&] {
    if (chance(40))
      shape.push_back(oneOf(options.extents));
  };
  for (int64_t extent : x.shape) {
    insert();
    dims.push_back(shape.size());
    shape.push_back(extent == 1 && chance(60) ? oneOf(options.extents) : extent);
  }
  insert();
  if (shape == x.shape || countOf(shape) > options.maxElements)
    return false;
  broadcastTo(x, dims, shape);
  return true;
}

bool GraphBuilder::addTranspose() {
  bool ofMainType = chance(70);
  const Value *found =
      pick([&](const Value &value) { return value.shape.size() > 1 && (!ofMainType || value.type == mainType); });
  if (!found)
    return false;
  Value x = *found;
  Shape permutation(x.shape.size()), shape;
  std::iota(permutation.begin(), permutation.end(), 0);
  for (size_t i = permutation.size(); i > 1; --i)
    std::swap(permutation[i - 1], permutation[draw(i)]);
  for (int64_t dim : permutation)
    shape.push_back(x.shape[dim]);
  emit(x.type, shape,
       "transpose " + x.name + " permutation = " + textOf(permutation) + " : " + x.typeText() + " to " +
           typeOf(x.type, shape));
  return true;
}

bool GraphBuilder::addReshape() {
  Value x = *pickAny();
  Shape shape = x.shape;
  switch (draw(4)) {
  case 0:
    shape = {countOf(x.shape)};
    break;
  case 1:
    shape.insert(shape.begin() + draw(shape.size() + 1), 1);
    break;
  case 2:
    if (shape.size() < 2)
      return false;
    shape[1] *= shape[0];
    shape.erase(shape.begin());
    break;
  default:
    std::vector<std::pair<size_t, int64_t>> factors;
    for (size_t i = 0; i < shape.size(); ++i)
      for (int64_t factor : {2, 3, 4, 5, 7, 8})
        if (shape[i] && shape[i] % factor == 0)
          factors.push_back({i, factor});
    if (factors.empty())
      return false;
    auto [dim, factor] = oneOf(factors);
    shape[dim] /= factor;
    shape.insert(shape.begin() + dim + draw(2), factor);
  }
  if (shape.size() > 5)
    return false;
  emit(x.type, shape, "reshape " + x.name + " : " + x.typeText() + " to " + typeOf(x.type, shape));
  return true;
}

bool GraphBuilder::addSlice() {
  Value x = *pickAny();
  Shape starts, limits, strides, shape;
  for (int64_t extent : x.shape) {
    starts.push_back(chance(50) ? 0 : draw(extent + 1));
    limits.push_back(chance(50) ? extent : starts.back() + draw(extent - starts.back() + 1));
    strides.push_back(chance(60) ? 1 : 1 + draw(4));
    shape.push_back((limits.back() - starts.back() + strides.back() - 1) / strides.back());
  }
  emit(x.type, shape,
       "slice " + x.name + " starts = " + textOf(starts) + " limits = " + textOf(limits) +
           " strides = " + textOf(strides) + " : " + x.typeText() + " to " + typeOf(x.type, shape));
  return true;
}

bool GraphBuilder::addPad() {
  Value x = *pickAny();
  Shape low, high, interior, shape;
  for (int64_t extent : x.shape) {
    low.push_back(draw(3));
    high.push_back(draw(4));
    interior.push_back(chance(60) ? 0 : draw(3));
    shape.push_back(low.back() + extent + std::max<int64_t>(extent - 1, 0) * interior.back() + high.back());
  }
  if (countOf(shape) > options.maxElements)
    return false;
  const Value *found =
      chance(40) ? pick([&](const Value &value) { return value.type == x.type && value.shape.empty(); }) : nullptr;
  Value value = found ? *found : splat(x.type, {}, isFloat(x.type) ? "1.5" : isNumber(x.type) ? "3" : "true");
  emit(x.type, shape,
       "pad " + x.name + ", " + value.name + " low = " + textOf(low) + " high = " + textOf(high) + " interior = " +
           textOf(interior) + " : " + x.typeText() + ", " + value.typeText() + " to " + typeOf(x.type, shape));
  return true;
}

bool GraphBuilder::addConcatenate() {
  const Value *found = pickShaped();
  if (!found)
    return false;
  Value x = *found;
  size_t dim = draw(x.shape.size());
  auto fits = [&](const Value &value) {
    if (value.type != x.type || value.shape.size() != x.shape.size())
      return false;
    for (size_t i = 0; i < x.shape.size(); ++i)
      if (i != dim && value.shape[i] != x.shape[i])
        return false;
    return true;
  };
  std::string names = x.name, types = x.typeText();
  Shape shape = x.shape;
  for (int64_t more = 1 + draw(2); more > 0; --more) {
    const Value *next = pick(fits);
    names += ", " + next->name;
    types += ", " + next->typeText();
    shape[dim] += next->shape[dim];
  }
  if (countOf(shape) > options.maxElements)
    return false;
  emit(x.type, shape,
       "concatenate " + names + " dim = " + std::to_string(dim) + " : (" + types + ") -> " + typeOf(x.type, shape));
  return true;
}

bool GraphBuilder::addReverse() {
  const Value *found = pickShaped();
  if (!found)
    return false;
  Value x = *found;
  Shape dims;
  for (size_t i = 0; i < x.shape.size(); ++i)
    if (chance(50))
      dims.push_back(i);
  emit(x.type, x.shape, "reverse " + x.name + " dims = " + textOf(dims) + " : " + x.typeText());
  return true;
}

//===----------------------------------------------------------------------===//
// Reductions and contractions
//===----------------------------------------------------------------------===//

bool GraphBuilder::addReduce() {
  const Value *found = pickShaped();
  if (!found)
    return false;
  Value x = *found;
  Shape dims, shape;
  bool empty = false;
  for (size_t i = 0; i < x.shape.size(); ++i) {
    bool reduced = chance(50) || (dims.empty() && i + 1 == x.shape.size());
    (reduced ? dims : shape).push_back(reduced ? static_cast<int64_t>(i) : x.shape[i]);
    empty |= reduced && x.shape[i] == 0;
  }
  const char *kind = x.type == ElementType::I1 ? word({"all", "any"})
                     : empty                   ? word({"sum", "prod"})
                                               : word({"sum", "sum", "sum", "max", "min", "prod"});
  emit(x.type, shape, std::string("reduce ") + kind + " " + x.name + " dims = " + textOf(dims) + " : " + x.typeText());
  return true;
}

bool GraphBuilder::addArgReduce() {
  const Value *found = pick([](const Value &value) { return isNumber(value.type) && !value.shape.empty(); });
  if (!found)
    return false;
  Value x = *found;
  size_t dim = draw(x.shape.size());
  if (x.shape[dim] == 0)
    return false;
  Shape shape = x.shape;
  shape.erase(shape.begin() + dim);
  emit(ElementType::I64, shape,
       std::string(word({"argmax ", "argmin "})) + x.name + " dim = " + std::to_string(dim) + " : " + x.typeText());
  return true;
}

bool GraphBuilder::addDot() {
  bool ofMainType = chance(80);
  Value x = *pick([&](const Value &value) { return ofMainType ? value.type == mainType : isNumber(value.type); });
  Value y = *pick([&](const Value &value) { return value.type == x.type; });
  Shape batch[2], contract[2], shape;
  std::vector<bool> usedX(x.shape.size()), usedY(y.shape.size());
  int64_t work = 1;
  for (size_t i = 0; i < x.shape.size(); ++i)
    for (size_t j = 0; j < y.shape.size() && !usedX[i]; ++j) {
      if (usedY[j] || x.shape[i] != y.shape[j] || chance(20))
        continue;
      usedX[i] = usedY[j] = true;
      bool batched = chance(25);
      (batched ? batch : contract)[0].push_back(i);
      (batched ? batch : contract)[1].push_back(j);
      if (!batched)
        work *= x.shape[i];
    }
  for (int64_t dim : batch[0])
    shape.push_back(x.shape[dim]);
  for (size_t i = 0; i < x.shape.size(); ++i)
    if (!usedX[i])
      shape.push_back(x.shape[i]);
  for (size_t j = 0; j < y.shape.size(); ++j)
    if (!usedY[j])
      shape.push_back(y.shape[j]);
  if (shape.size() > 5 || countOf(shape) > options.maxElements || countOf(shape) * work > 300000)
    return false;
  emit(x.type, shape,
       "dot_general " + x.name + ", " + y.name + " batch = " + textOf(batch[0]) + " x " + textOf(batch[1]) +
           " contract = " + textOf(contract[0]) + " x " + textOf(contract[1]) + " : " + x.typeText() + ", " +
           y.typeText());
  return true;
}

//===----------------------------------------------------------------------===//
// Indexing
//===----------------------------------------------------------------------===//

/// Numbers of any value brought into [0, extent).
Value GraphBuilder::indicesBelow(const Value &numbers, int64_t extent) {
  Value mask = splat(numbers.type, numbers.shape, "1073741823");
  Value positive = emit(numbers.type, numbers.shape,
                        "and " + numbers.name + ", " + mask.name + " : " + numbers.typeText(), /*listed=*/false);
  return emitBinary("rem", positive, splat(numbers.type, numbers.shape, std::to_string(extent)));
}

bool GraphBuilder::addGather() {
  const Value *operand = pick([](const Value &value) { return !value.shape.empty() && value.shape[0] > 0; });
  if (!operand)
    return false;
  Value x = *operand;
  const Value *numbers = pick([](const Value &value) { return isInteger(value.type) && value.shape.size() < 3; });
  if (!numbers || countOf(numbers->shape) * countOf(x.shape) / x.shape[0] > options.maxElements)
    return false;
  Value indices = indicesBelow(Value(*numbers), x.shape[0]);
  Shape shape = indices.shape;
  shape.insert(shape.end(), x.shape.begin() + 1, x.shape.end());
  emit(x.type, shape, "gather " + x.name + "[" + indices.name + "] : " + x.typeText() + ", " + indices.typeText());
  return true;
}

bool GraphBuilder::addScatterAdd() {
  const Value *operand =
      pick([](const Value &value) { return isNumber(value.type) && !value.shape.empty() && value.shape[0] > 0; });
  if (!operand)
    return false;
  Value x = *operand;
  // Updates whose last dimensions are a row of the operand; indices of the others' shape.
  size_t row = x.shape.size() - 1;
  const Value *found = pick([&](const Value &value) {
    return value.type == x.type && value.shape.size() >= row &&
           std::equal(x.shape.begin() + 1, x.shape.end(), value.shape.end() - row);
  });
  if (!found)
    return false;
  Value updates = *found;
  Shape shape(updates.shape.begin(), updates.shape.end() - row);
  const Value *numbers = pick([&](const Value &value) { return isInteger(value.type) && value.shape == shape; });
  Value index = numbers         ? *numbers
                : shape.empty() ? splat(ElementType::I64, shape, "5")
                                : emit(ElementType::I64, shape, "iota dim = 0 : " + typeOf(ElementType::I64, shape),
                                       /*listed=*/false);
  Value indices = indicesBelow(index, x.shape[0]);
  emit(x.type, x.shape,
       "scatter_add " + x.name + "[" + indices.name + "], " + updates.name + " : " + x.typeText() + ", " +
           indices.typeText() + ", " + updates.typeText());
  return true;
}

bool GraphBuilder::addDynamicSlice() {
  const Value *found = pickShaped();
  if (!found)
    return false;
  Value x = *found;
  Shape shape;
  std::string starts;
  for (int64_t extent : x.shape) {
    shape.push_back(chance(40) ? extent : draw(extent + 1));
    starts += (starts.empty() ? "" : ", ") +
              pick([](const Value &value) { return value.type == ElementType::I64 && value.shape.empty(); })->name;
  }
  emit(x.type, shape,
       "dynamic_slice " + x.name + "[" + starts + "] : " + x.typeText() + " to " + typeOf(x.type, shape));
  return true;
}

bool GraphBuilder::addDynamicUpdateSlice() {
  const Value *found = pickShaped();
  if (!found)
    return false;
  Value x = *found;
  Value update = *pick([&](const Value &value) {
    bool fits = value.type == x.type && value.shape.size() == x.shape.size();
    for (size_t i = 0; fits && i < x.shape.size(); ++i)
      fits = value.shape[i] <= x.shape[i];
    return fits;
  });
  std::string starts;
  for (size_t i = 0; i < x.shape.size(); ++i)
    starts += (i ? ", " : "") +
              pick([](const Value &value) { return value.type == ElementType::I64 && value.shape.empty(); })->name;
  emit(x.type, x.shape,
       "dynamic_update_slice " + x.name + ", " + update.name + "[" + starts + "] : " + x.typeText() + ", " +
           update.typeText());
  return true;
}
