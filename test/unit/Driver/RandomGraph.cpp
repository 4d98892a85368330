//===- RandomGraph.cpp - random functions of the dialect ------------------===//

#include "RandomGraph.h"
#include "GraphBuilder.h"
#include <cctype>

using namespace cotan::test;

Value GraphBuilder::emit(ElementType type, Shape shape, const std::string &op, bool listed) {
  Value value{"%v" + std::to_string(valueCount++), type, std::move(shape)};
  body += "  " + value.name + " = cotan." + op + "\n";
  if (listed)
    values.push_back(value);
  return value;
}

Value GraphBuilder::argument(ElementType type, const Shape &shape) {
  Value value{"%a" + std::to_string(argumentCount), type, shape};
  arguments += (argumentCount++ ? ", " : "") + value.name + ": " + value.typeText();
  values.push_back(value);
  return value;
}

Shape GraphBuilder::drawShape() {
  Shape shape;
  for (int64_t rank = draw(options.maxRank + 1); rank > 0; --rank) {
    shape.push_back(oneOf(options.extents));
    if (countOf(shape) > options.maxElements)
      shape.pop_back();
  }
  return shape;
}

bool GraphBuilder::addStep() {
  using Step = bool (GraphBuilder::*)();
  static constexpr Step steps[] = {&GraphBuilder::addUnary,
                                   &GraphBuilder::addUnary,
                                   &GraphBuilder::addUnary,
                                   &GraphBuilder::addUnary,
                                   &GraphBuilder::addBinary,
                                   &GraphBuilder::addBinary,
                                   &GraphBuilder::addBinary,
                                   &GraphBuilder::addBinary,
                                   &GraphBuilder::addBinary,
                                   &GraphBuilder::addBinary,
                                   &GraphBuilder::addBinary,
                                   &GraphBuilder::addBinary,
                                   &GraphBuilder::addBinary,
                                   &GraphBuilder::addBinary,
                                   &GraphBuilder::addCompareSelect,
                                   &GraphBuilder::addCompareSelect,
                                   &GraphBuilder::addCast,
                                   &GraphBuilder::addConstant,
                                   &GraphBuilder::addBroadcast,
                                   &GraphBuilder::addBroadcast,
                                   &GraphBuilder::addReduce,
                                   &GraphBuilder::addReduce,
                                   &GraphBuilder::addReduce,
                                   &GraphBuilder::addArgReduce,
                                   &GraphBuilder::addTranspose,
                                   &GraphBuilder::addTranspose,
                                   &GraphBuilder::addReshape,
                                   &GraphBuilder::addReshape,
                                   &GraphBuilder::addSlice,
                                   &GraphBuilder::addSlice,
                                   &GraphBuilder::addPad,
                                   &GraphBuilder::addPad,
                                   &GraphBuilder::addConcatenate,
                                   &GraphBuilder::addConcatenate,
                                   &GraphBuilder::addReverse,
                                   &GraphBuilder::addDynamicSlice,
                                   &GraphBuilder::addDynamicUpdateSlice,
                                   &GraphBuilder::addGather,
                                   &GraphBuilder::addScatterAdd,
                                   &GraphBuilder::addDot,
                                   &GraphBuilder::addDot};
  return (this->*steps[draw(std::size(steps))])();
}

std::string GraphBuilder::finish(const std::vector<Value> &results) const {
  std::string names, types;
  for (const Value &value : results) {
    names += (names.empty() ? "" : ", ") + value.name;
    types += (types.empty() ? "" : ", ") + value.typeText();
  }
  return "func.func @f(" + arguments + ") -> (" + types + ") {\n" + body + "  return " + names + " : " + types +
         "\n}\n";
}

std::string GraphBuilder::build() {
  if (options.differentiable || chance(80))
    mainType = chance(70) ? ElementType::F32 : ElementType::F64;
  else
    mainType = chance(50) ? ElementType::I32 : ElementType::I64;
  Shape shape = drawShape();
  if (options.maxRank > 1 && chance(60))
    while (shape.size() < 2 && countOf(shape) * 2 <= options.maxElements)
      shape.push_back(oneOf(options.extents));
  if (countOf(shape) > options.maxElements)
    shape.pop_back();
  argument(ElementType::I64, {});
  argument(ElementType::I64, drawShape());
  for (int64_t more = draw(2); more > 0; --more)
    argument(mainType, drawShape());
  argument(mainType, shape);
  argument(mainType, shape);
  size_t first = values.size();
  for (int64_t steps = 2 + draw(options.maxOps - 1), tries = 0; steps > 0 && tries < 200; ++tries)
    steps -= addStep();

  std::vector<Value> results;
  auto mayReturn = [&](const Value &value) { return !options.differentiable || isFloat(value.type); };
  // What no op uses is a result, lest it be removed; and now and then a value that is used too.
  auto isUsed = [&](const Value &value) {
    for (size_t at = body.find(value.name); at != std::string::npos; at = body.find(value.name, at + 1))
      if (char next = body[at + value.name.size()];
          !std::isdigit(static_cast<unsigned char>(next)) && body.compare(at + value.name.size(), 2, " =") != 0)
        return true;
    return false;
  };
  for (size_t i = values.size(); i-- > first && results.size() < 6;)
    if (mayReturn(values[i]) && (results.empty() || !isUsed(values[i]) || chance(10)))
      results.push_back(values[i]);
  if (results.empty())
    results.push_back(emitUnary("neg", *pick([](const Value &value) { return isFloat(value.type); })));
  return finish(results);
}

Value GraphBuilder::reduceSum(const Value &x, int64_t dim) {
  Shape shape = x.shape;
  shape.erase(shape.begin() + dim);
  return emit(x.type, shape, "reduce sum " + x.name + " dims = [" + std::to_string(dim) + "] : " + x.typeText());
}

std::string GraphBuilder::buildRewired() {
  ElementType type = chance(70) ? ElementType::F32 : ElementType::F64;
  Shape shape = {oneOf(options.extents), oneOf(options.extents)};
  std::vector<Value> operands;
  for (int i = 0; i < 3; ++i)
    operands.push_back(argument(type, shape));
  std::string first = word({"sub", "div", "add", "mul"}), second = word({"sub", "div", "atan2", "max"}),
              unary = word({"tanh", "neg", "abs", "sqrt"});
  std::string predicate = word({"lt", "ge", "ne"});
  // Column sums end a kernel: the next round starts another one of the same ops.
  std::vector<Value> results;
  for (int64_t rounds = 3 + draw(3); rounds > 0; --rounds) {
    auto wire = [&]() -> const Value & { return operands[draw(3)]; };
    Value u = emitUnary(unary, wire()), t = emitBinary(first, u, wire()), s = emitBinary(second, wire(), t);
    if (chance(30))
      std::swap(s, t);
    Value zero = splat(type, shape, chance(50) ? "0.0" : "1.0"), l = wire(), r = wire();
    Value mask =
        emit(ElementType::I1, shape, "compare " + predicate + " " + l.name + ", " + r.name + " : " + l.typeText());
    if (chance(50))
      std::swap(s, zero);
    Value chosen =
        emit(type, shape,
             "select " + mask.name + ", " + s.name + ", " + zero.name + " : " + mask.typeText() + ", " + s.typeText());
    Value sums = reduceSum(chosen, 0);
    operands[draw(3)] = broadcastTo(sums, {1}, shape);
    results.push_back(sums);
    results.push_back(t);
  }
  return finish(results);
}

std::string cotan::test::randomGraph(uint64_t seed, const GraphOptions &options) {
  return GraphBuilder(seed, options).build();
}

std::string cotan::test::rewiredKernels(uint64_t seed) {
  GraphOptions options;
  options.extents = {1, 2, 3, 7, 16, 17, 33, 64, 65};
  return GraphBuilder(seed, options).buildRewired();
}
