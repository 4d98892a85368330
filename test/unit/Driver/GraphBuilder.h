//===- GraphBuilder.h - draws one random function ---------------*- C++ -*-===//
//
// The state behind RandomGraph.h: the values so far, the text so far, and one member for each kind of step. Private to it.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_TEST_UNIT_DRIVER_GRAPHBUILDER_H
#define COTAN_TEST_UNIT_DRIVER_GRAPHBUILDER_H

#include "RandomGraph.h"
#include "cotan-compiler/Execution/Executable.h"
#include <algorithm>
#include <numeric>
#include <random>

namespace cotan::test {

using execution::ElementType;
using Shape = std::vector<int64_t>;

inline const char *nameOf(ElementType type) {
  switch (type) {
  case ElementType::F32:
    return "f32";
  case ElementType::F64:
    return "f64";
  case ElementType::I32:
    return "i32";
  case ElementType::I64:
    return "i64";
  case ElementType::I1:
    return "i1";
  }
  return "";
}

inline bool isFloat(ElementType type) { return type == ElementType::F32 || type == ElementType::F64; }
inline bool isInteger(ElementType type) { return type == ElementType::I32 || type == ElementType::I64; }
inline bool isNumber(ElementType type) { return type != ElementType::I1; }

inline int64_t countOf(const Shape &shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t(1), std::multiplies<>());
}

inline std::string textOf(const Shape &list) {
  std::string text = "[";
  for (size_t i = 0; i < list.size(); ++i)
    text += (i ? ", " : "") + std::to_string(list[i]);
  return text + "]";
}

inline std::string typeOf(ElementType type, const Shape &shape) {
  std::string text = "tensor<";
  for (int64_t extent : shape)
    text += std::to_string(extent) + "x";
  return text + nameOf(type) + ">";
}

struct Value {
  std::string name;
  ElementType type;
  Shape shape;
  std::string typeText() const { return typeOf(type, shape); }
};

class GraphBuilder {
public:
  GraphBuilder(uint64_t seed, const GraphOptions &options)
      : options(options), engine(seed * 0x9E3779B97F4A7C15ull + 1) {}

  std::string build();
  std::string buildRewired();

private:
  // Draws. Only the engine's bits are used: the standard's distributions differ between libraries.
  int64_t draw(int64_t bound) { return static_cast<int64_t>(engine() % static_cast<uint64_t>(bound)); }
  bool chance(unsigned percent) { return draw(100) < percent; }
  template <typename T> const T &oneOf(const std::vector<T> &list) { return list[draw(list.size())]; }
  const char *word(std::initializer_list<const char *> list) { return list.begin()[draw(list.size())]; }
  template <typename Predicate> const Value *pick(Predicate accept);
  const Value *pickAny() {
    bool ofMainType = chance(70);
    return pick([&](const Value &value) { return !ofMainType || value.type == mainType; });
  }

  const Value *pickShaped() {
    bool ofMainType = chance(70);
    return pick([&](const Value &value) { return !value.shape.empty() && (!ofMainType || value.type == mainType); });
  }

  /// Values that only serve one op are not listed among those to draw from.
  Value emit(ElementType type, Shape shape, const std::string &op, bool listed = true);
  Value emitUnary(const std::string &mnemonic, const Value &x) {
    return emit(x.type, x.shape, mnemonic + " " + x.name + " : " + x.typeText());
  }
  Value emitBinary(const std::string &mnemonic, const Value &x, const Value &y) {
    return emit(x.type, x.shape, mnemonic + " " + x.name + ", " + y.name + " : " + x.typeText());
  }
  Value splat(ElementType type, const Shape &shape, const std::string &number, bool listed = false) {
    return emit(type, shape, "constant dense<" + number + "> : " + typeOf(type, shape), listed);
  }
  Value broadcastTo(const Value &x, const Shape &dims, const Shape &shape) {
    return emit(x.type, shape,
                "broadcast " + x.name + " dims = " + textOf(dims) + " : " + x.typeText() + " to " +
                    typeOf(x.type, shape));
  }
  Value reduceSum(const Value &x, int64_t dim);

  // One step each; false when what was drawn does not fit.
  bool addUnary();
  bool addBinary();
  bool addCompareSelect();
  bool addCast();
  bool addConstant();
  bool addBroadcast();
  bool addReduce();
  bool addArgReduce();
  bool addTranspose();
  bool addReshape();
  bool addSlice();
  bool addPad();
  bool addConcatenate();
  bool addReverse();
  bool addDynamicSlice();
  bool addDynamicUpdateSlice();
  bool addGather();
  bool addScatterAdd();
  bool addDot();
  bool addStep();

  bool makeAlike(Value &x, Value &y);
  Value indicesBelow(const Value &numbers, int64_t extent);
  Value argument(ElementType type, const Shape &shape);
  Shape drawShape();
  std::string finish(const std::vector<Value> &results) const;

  const GraphOptions &options;
  std::mt19937_64 engine;
  ElementType mainType = ElementType::F32;
  std::vector<Value> values;
  std::string arguments, body;
  unsigned argumentCount = 0, valueCount = 0;
};

/// One that is accepted, mostly of the last few; null if there is none. Valid until the next op is emitted.
template <typename Predicate> const Value *GraphBuilder::pick(Predicate accept) {
  std::vector<const Value *> accepted;
  for (const Value &value : values)
    if (accept(value))
      accepted.push_back(&value);
  if (accepted.empty())
    return nullptr;
  size_t last = std::min<size_t>(accepted.size(), 5);
  return chance(80) ? accepted[accepted.size() - 1 - draw(last)] : oneOf(accepted);
}

} // namespace cotan::test

#endif // COTAN_TEST_UNIT_DRIVER_GRAPHBUILDER_H
