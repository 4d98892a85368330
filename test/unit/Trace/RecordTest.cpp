//===- RecordTest.cpp - nodes, shapes, segments ---------------------------===//

#include "cotan-compiler/Trace/Evaluate.h"
#include "cotan-compiler/Trace/Function.h"
#include "cotan-compiler/Trace/Record.h"
#include <gtest/gtest.h>

using namespace cotan;
using namespace cotan::tracing;

namespace {

/// Ops of a test stand in one scope, as those of a public function do.
constexpr PublicOp testOp{"test", "TestBackward0", true};
#define SCOPE OpScope scope(testOp, std::source_location::current())

/// A held node, as a tensor holds it.
struct Held {
  explicit Held(Value v) : value(std::move(v)) { ++value->holders; }
  ~Held() { --value->holders; }
  Value value;
};

Value ones(IntArrayRef shape) { return constant(kFloat, 1, shape); }

TEST(Record, infersShapesAndTypes) {
  SCOPE;
  Value a = ones({2, 3}), b = ones({3});
  EXPECT_EQ(add(a, b).shape(), IntArrayRef({2, 3}));
  EXPECT_EQ(compare(Comparison::Lt, a, b).dtype(), kBool);
  EXPECT_EQ(tracing::transpose(a, {1, 0}).shape(), IntArrayRef({3, 2}));
  EXPECT_EQ(reduce(Reduction::Sum, a, {0}).shape(), IntArrayRef({3}));
  EXPECT_EQ(dotGeneral(a, a, {}, {}, {1}, {1}).shape(), IntArrayRef({2, 2}));
  EXPECT_EQ(pad(a, constant(kFloat, 0), {1, 0}, {1, 0}, {1, 2}).shape(), IntArrayRef({5, 7}));
  EXPECT_EQ(gather(a, constant(kLong, 0, {4, 5})).shape(), IntArrayRef({4, 5, 3}));
  EXPECT_EQ(concatenate({a, a, a}, 0).shape(), IntArrayRef({6, 3}));
  EXPECT_EQ(argmax(a, 1).dtype(), kLong);
}

TEST(Record, givesBackOperandsOfNoOps) {
  SCOPE;
  Value a = ones({2, 3});
  EXPECT_EQ(tracing::reshape(a, {2, 3}).get(), a.get());
  EXPECT_EQ(tracing::cast(a, kFloat).get(), a.get());
  EXPECT_EQ(tracing::transpose(a, {0, 1}).get(), a.get());
  EXPECT_EQ(broadcastTo(a, {2, 3}).get(), a.get());
}

TEST(Record, refusesWhatDoesNotFit) {
  SCOPE;
  Value a = ones({2, 3}), b = ones({4});
  try {
    add(a, b);
    FAIL() << "expected an error";
  } catch (const Error &error) {
    EXPECT_EQ(error.msg(), "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1");
    EXPECT_NE(std::string(error.where().file_name()).find("RecordTest.cpp"), std::string::npos);
  }
  EXPECT_THROW(tracing::reshape(a, {4}), Error);
  EXPECT_THROW(add(a, constant(kDouble, 1)), TypeError);
  EXPECT_THROW(gather(a, b), IndexError);
}

TEST(Record, internsLists) {
  EXPECT_EQ(intern({2, 3}), intern(IntVector{2, 3}));
  EXPECT_NE(intern({2, 3}), intern({3, 2}));
  EXPECT_EQ(intern({2, 3})->product, 6);
  EXPECT_EQ(intern({})->product, 1);
}

TEST(Record, freesLongChainsWithoutRecursion) {
  uint64_t before = readStatistics().nodes;
  {
    SCOPE;
    Value x = ones({4}), one = ones({4});
    for (int i = 0; i < 1000000; ++i)
      x = add(x, one);
    EXPECT_EQ(readStatistics().nodes, before + 1000002);
  }
  EXPECT_EQ(readStatistics().nodes, before);
}

TEST(Evaluate, computesWhatIsConnectedAndNothingElse) {
  SCOPE;
  Value a = ones({4});
  evaluate(a.get());
  Held sum(add(a, a)), product(mul(sum.value, a)), unrelated(mul(a, a));
  uint64_t runs = readStatistics().evaluations;
  evaluate(sum.value.get());
  EXPECT_EQ(readStatistics().evaluations, runs + 1);
  EXPECT_EQ(product.value->state, NodeState::Available);
  EXPECT_EQ(unrelated.value->state, NodeState::Pending);
  EXPECT_EQ(static_cast<const float *>(elementsOf(product.value.get()))[3], 2.0f);
}

TEST(Evaluate, recomputesWhatWasNotKept) {
  SCOPE;
  Value a = ones({4});
  Value twice = add(a, a); // nobody holds it
  Held result(mul(twice, twice));
  evaluate(result.value.get());
  EXPECT_EQ(twice->state, NodeState::Discarded);
  Held later(add(twice, twice));
  evaluate(later.value.get());
  EXPECT_EQ(static_cast<const float *>(elementsOf(later.value.get()))[0], 4.0f);
}

TEST(Evaluate, letsGoOfOperands) {
  SCOPE;
  uint64_t before = readStatistics().nodes;
  Value x = ones({4});
  Held result(add(mul(x, x), x));
  evaluate(result.value.get());
  x = Value();
  EXPECT_EQ(readStatistics().nodes, before + 1);
}

TEST(Evaluate, compilesOncePerStructure) {
  SCOPE;
  auto run = [](double number, IntArrayRef shape, bool twice) {
    Value x = broadcastTo(scalar(kFloat, number), shape);
    Value y = twice ? add(x, x) : add(x, constant(kFloat, 3, shape));
    Held held(unary(OpKind::Exp, y));
    evaluate(held.value.get());
  };
  auto programs = [] { return readStatistics().compiles + readStatistics().disk_hits; };
  run(1, {5}, false);
  uint64_t before = programs();
  run(2, {5}, false);
  EXPECT_EQ(programs(), before) << "a number is an input";
  run(2, {6}, false);
  EXPECT_EQ(programs(), before + 1) << "a shape is part of the key";
  run(2, {5}, true);
  EXPECT_EQ(programs(), before + 2) << "the aliasing is part of the key";
}

TEST(Evaluate, reportsFailuresOfTheRun) {
  SCOPE;
  Value zero = scalar(kLong, 0);
  Held quotient(div(constant(kLong, 7, {3}), broadcastTo(zero, {3})));
  EXPECT_THROW(evaluate(quotient.value.get()), Error);
  Held row(gather(ones({3, 2}), broadcastTo(scalar(kLong, 3), {1})));
  EXPECT_THROW(evaluate(row.value.get()), IndexError);
}

} // namespace
