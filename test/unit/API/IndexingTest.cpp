//===- IndexingTest.cpp - index and index_put_ ----------------------------===//

#include "TestSupport.h"

using torch::Tensor;
using namespace torch::indexing;

namespace {

Tensor grid() { return torch::arange(12., torch::kDouble).view({3, 4}).clone(); }

TEST(Indexing, takesNumbersSlicesNoneAndEllipsis) {
  Tensor x = grid();
  EXPECT_EQ(values(x.index({1, 2})), (Numbers{6}));
  EXPECT_EQ(values(x.index({Slice(1, None), 0})), (Numbers{4, 8}));
  EXPECT_EQ(values(x.index({Slice(None, None, 2), Slice(1, -1)})), (Numbers{1, 2, 9, 10}));
  EXPECT_EQ(x.index({None, "...", 0}).sizes(), torch::IntArrayRef({1, 3}));
  EXPECT_EQ(x.index({Ellipsis, Slice()}).sizes(), torch::IntArrayRef({3, 4}));
  EXPECT_EQ(messageOf([&] { x.index({0, 0, 0}); }), "too many indices for tensor of dimension 2");
  EXPECT_EQ(messageOf([&] { x.index({0, 4}); }), "index 4 is out of bounds for dimension 0 with size 4");
}

TEST(Indexing, takesTensors) {
  Tensor x = grid(), rows = torch::tensor({2, 0}), columns = torch::tensor({-1, 1});
  EXPECT_EQ(values(x.index({rows})), (Numbers{8, 9, 10, 11, 0, 1, 2, 3}));
  EXPECT_EQ(values(x.index({rows, columns})), (Numbers{11, 1}));
  EXPECT_EQ(values(x.index({Slice(), columns})), (Numbers{3, 1, 7, 5, 11, 9}));
  EXPECT_EQ(values(x.index({rows.view({2, 1}), columns})), (Numbers{11, 9, 3, 1}));
  EXPECT_EQ(values(x[rows][0]), (Numbers{8, 9, 10, 11}));
  EXPECT_EQ(values(x.index({x > 8.5})), (Numbers{9, 10, 11}));
  EXPECT_THROW(values(x.index({torch::tensor({3})})), torch::IndexError);
  EXPECT_EQ(messageOf([&] { x.index({torch::tensor({1.5})}); }), "tensors used as indices must be long, int, byte or bool tensors");
}

TEST(Indexing, putsValues) {
  Tensor x = grid();
  x.index_put_({0}, -1);
  x.index_put_({Slice(1, None), 1}, torch::tensor({50., 90.}));
  x.index_put_({torch::tensor({2, 2}), torch::tensor({0, 3})}, torch::tensor({7., 8.}));
  x.index_put_({torch::tensor({1, 1}), 2}, 5);
  EXPECT_EQ(values(x), (Numbers{-1, -1, -1, -1, 4, 50, 5, 7, 7, 90, 10, 8}));
  x.index_put_({x > 9}, 0);
  EXPECT_EQ(values(x), (Numbers{-1, -1, -1, -1, 4, 0, 5, 7, 7, 0, 0, 8}));
}

TEST(Indexing, theLastOfSeveralValuesAtOneIndexCounts) {
  Tensor x = torch::zeros({4});
  x.index_put_({torch::tensor({1, 3, 1, 1, 3})}, torch::tensor({10., 20., 30., 40., 50.}));
  EXPECT_EQ(values(x), (Numbers{0, 40, 0, 50}));
  Tensor rows = torch::zeros({2, 2});
  rows.index_put_({torch::tensor({1, 1, 1})}, torch::tensor({{1., 2.}, {3., 4.}, {5., 6.}}));
  EXPECT_EQ(values(rows), (Numbers{0, 0, 5, 6}));
  Tensor integers = torch::zeros({3}, torch::kLong);
  integers.index_put_({torch::tensor({2, 2})}, torch::tensor({7, 8}));
  EXPECT_EQ(values(integers), (Numbers{0, 0, 8}));
}

TEST(Indexing, theLastOfManyValues) {
  constexpr int count = 1000, extent = 37;
  std::vector<int64_t> indices;
  std::vector<double> numbers, expected(extent, -1);
  for (int i = 0; i < count; ++i) {
    indices.push_back((i * i * 7 + i / 3) % extent);
    numbers.push_back(i);
    expected[size_t(indices.back())] = i;
  }
  Tensor x = torch::full({extent}, -1., torch::kDouble);
  x.index_put_({torch::tensor(indices)}, torch::tensor(numbers, torch::kDouble));
  EXPECT_EQ(values(x), expected);
}

TEST(Indexing, onlyTheValueThatCountsHasAGradient) {
  Tensor given = torch::tensor({10., 20., 30.}, torch::requires_grad());
  Tensor x = torch::zeros({2});
  x.index_put_({torch::tensor({1, 0, 1})}, given * 1);
  (x * torch::tensor({2., 3.})).sum().backward();
  EXPECT_EQ(values(given.grad()), (Numbers{0, 2, 3}));
}

TEST(Indexing, carriesGradients) {
  Tensor x = torch::arange(4., torch::dtype(torch::kDouble).requires_grad(true));
  (x.index({torch::tensor({1, 1, 3})}) * torch::tensor({1., 10., 100.})).sum().backward();
  EXPECT_EQ(values(x.grad()), (Numbers{0, 11, 0, 100}));
  x.grad().zero_();
  Tensor y = x * 2;
  y.index_put_({Slice(0, 2)}, 0);
  y.sum().backward();
  EXPECT_EQ(values(x.grad()), (Numbers{0, 0, 2, 2}));
}

} // namespace
