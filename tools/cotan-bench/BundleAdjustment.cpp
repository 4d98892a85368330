//===- BundleAdjustment.cpp - ba: a sparse Jacobian --------------------------===//
//
// Observation i sees point i mod m with camera i mod n: rotation by a Rodrigues vector about the camera's centre, perspective, radial distortion, focal
// length and principal point; its residual is weight (projection - feature). A second residual is 1 - weight^2.
//
//===----------------------------------------------------------------------===//

#include "AdbenchFiles.h"

#include <array>
#include <cmath>

namespace cotan::bench {
namespace {

//===--- The program ----------------------------------------------------------===//

/// Columns of a [p, k] tensor.
std::vector<Tensor> columns(const Tensor &table) { return unbind(table, 1); }

/// The two residuals [p] from cameras [p, 11], points [p, 3], weights [p] and features [p, 2].
std::tuple<Tensor, Tensor> residuals(const Tensor &cameras, const Tensor &points, const Tensor &weights, const Tensor &features) {
  std::vector<Tensor> c = columns(cameras), p = columns(points), feature = columns(features);
  Tensor angle = (c[0].square() + c[1].square() + c[2].square()).sqrt();
  Tensor sine = angle.sin(), cosine = angle.cos();
  std::array<Tensor, 3> axis = {c[0] / angle, c[1] / angle, c[2] / angle}, moved = {p[0] - c[3], p[1] - c[4], p[2] - c[5]}, rotated;
  Tensor along = (axis[0] * moved[0] + axis[1] * moved[1] + axis[2] * moved[2]) * (1 - cosine);
  for (int i = 0; i < 3; ++i) {
    int j = (i + 1) % 3, k = (i + 2) % 3;
    rotated[i] = moved[i] * cosine + (axis[j] * moved[k] - axis[k] * moved[j]) * sine + axis[i] * along;
  }
  Tensor x = rotated[0] / rotated[2], y = rotated[1] / rotated[2], square = x * x + y * y;
  Tensor scale = (1 + c[9] * square + c[10] * square * square) * c[6];
  return {weights * (x * scale + c[7] - feature[0]), weights * (y * scale + c[8] - feature[1])};
}

struct Observations {
  Tensor cameras, points;
};

/// Each observation's own camera and point.
Observations gather(const Tensors &in) {
  Tensor observation = arange(in[2].size(0));
  return {in[0].index({observation % in[0].size(0)}), in[1].index({observation % in[1].size(0)})};
}

std::vector<Named> primal(const Tensors &in) {
  Observations each = gather(in);
  auto [x, y] = residuals(each.cameras, each.points, in[2], in[3]);
  return {{"reprojection", stack({x, y}, 1)}, {"weight_error", 1 - in[2].square()}};
}

/// A residual depends on its own observation's parameters only, so one cotangent of ones gives a whole column of rows.
std::vector<Named> jacobian(const Tensors &in) {
  Observations each = gather(in);
  auto [values, pullback] = vjp([&](const Tensor &cameras, const Tensor &points, const Tensor &weights) {
    return residuals(cameras, points, weights, in[3]);
  }, each.cameras, each.points, in[2]);
  Tensor ones = ones_like(in[2]), none = zeros_like(in[2]);
  auto row = [&](const Tensor &first, const Tensor &second) {
    Tensors blocks = pullback(first, second);
    return cat({blocks[0], blocks[1], blocks[2].unsqueeze(1)}, 1);
  };
  Tensor weightJacobian = grad([](const Tensor &weights) { return (1 - weights.square()).sum(); })(in[2]);
  return {{"jacobian", stack({row(ones, none), row(none, ones)}, 1)}, {"weight_jacobian", weightJacobian}};
}

//===--- The oracle -------------------------------------------------------------===//

constexpr int parameterCount = 15;

/// A number with its derivatives by an observation's parameters.
struct Dual {
  double value = 0;
  std::array<double, parameterCount> slope{};
  Dual(double value = 0) : value(value) {}
  /// f(a), f'(a) = outer.
  static Dual chain(double value, const Dual &a, double outer) { return chain(value, a, outer, a, 0); }
  static Dual chain(double value, const Dual &a, double byA, const Dual &b, double byB) {
    Dual result(value);
    for (int i = 0; i < parameterCount; ++i)
      result.slope[size_t(i)] = byA * a.slope[size_t(i)] + byB * b.slope[size_t(i)];
    return result;
  }
};
Dual operator+(const Dual &a, const Dual &b) { return Dual::chain(a.value + b.value, a, 1, b, 1); }
Dual operator-(const Dual &a, const Dual &b) { return Dual::chain(a.value - b.value, a, 1, b, -1); }
Dual operator*(const Dual &a, const Dual &b) { return Dual::chain(a.value * b.value, a, b.value, b, a.value); }
Dual operator/(const Dual &a, const Dual &b) { return Dual::chain(a.value / b.value, a, 1 / b.value, b, -a.value / (b.value * b.value)); }
Dual sqrt(const Dual &a) { return Dual::chain(std::sqrt(a.value), a, 0.5 / std::sqrt(a.value)); }
Dual sin(const Dual &a) { return Dual::chain(std::sin(a.value), a, std::cos(a.value)); }
Dual cos(const Dual &a) { return Dual::chain(std::cos(a.value), a, -std::sin(a.value)); }

/// The residuals of one observation; v: camera, point, weight.
template <typename T> std::array<T, 2> residual(const std::array<T, parameterCount> &v, const double *feature) {
  using std::cos, std::sin, std::sqrt;
  T angle = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]), sine = sin(angle), cosine = cos(angle);
  T moved[3], axis[3], rotated[3], along = 0;
  for (size_t i = 0; i < 3; ++i) {
    moved[i] = v[11 + i] - v[3 + i];
    axis[i] = v[i] / angle;
    along = along + axis[i] * moved[i];
  }
  for (size_t i = 0; i < 3; ++i) {
    size_t j = (i + 1) % 3, k = (i + 2) % 3;
    rotated[i] = moved[i] * cosine + (axis[j] * moved[k] - axis[k] * moved[j]) * sine + axis[i] * along * (T(1) - cosine);
  }
  T x = rotated[0] / rotated[2], y = rotated[1] / rotated[2], square = x * x + y * y;
  T scale = T(1) + v[9] * square + v[10] * square * square;
  return {v[14] * (x * scale * v[6] + v[7] - T(feature[0])), v[14] * (y * scale * v[6] + v[8] - T(feature[1]))};
}

/// Compares the derivatives of one observation with central differences, each column relative to its largest.
void checkByDifferences(const std::array<double, parameterCount> &at, const double *feature, const std::array<Dual, 2> &duals) {
  for (size_t column = 0; column < parameterCount; ++column) {
    auto difference = [&](double h) {
      auto above = at, below = at;
      above[column] += h;
      below[column] -= h;
      auto a = residual(above, feature), b = residual(below, feature);
      return std::array<double, 2>{(a[0] - b[0]) / (2 * h), (a[1] - b[1]) / (2 * h)};
    };
    double h = 1e-4 * std::max(1.0, std::fabs(at[column]));
    auto fine = difference(h), coarse = difference(2 * h);
    for (size_t row = 0; row < 2; ++row) {
      double expected = (4 * fine[row] - coarse[row]) / 3, actual = duals[row].slope[column];
      if (!(std::fabs(actual - expected) <= 1e-6 * std::max(1e-3, std::fabs(expected))))
        throw WrongResult("ba: the derivative of residual " + std::to_string(row) + " by parameter " + std::to_string(column) + " is " +
                          std::to_string(actual) + ", finite differences give " + std::to_string(expected));
    }
  }
}

/// Forward-mode derivatives in plain C++, for a sample of observations compared with finite differences.
std::vector<Named> forwardDerivatives(const std::vector<Named> &inputs, bool wantJacobian) {
  std::vector<double> cameras = toVector(inputs[0].value), points = toVector(inputs[1].value), weights = toVector(inputs[2].value),
                      features = toVector(inputs[3].value);
  size_t n = cameras.size() / 11, m = points.size() / 3, p = weights.size(), every = std::max<size_t>(1, p / 100);
  std::vector<double> reprojection, weightError, jacobian, weightJacobian;
  for (size_t i = 0; i < p; ++i) {
    std::array<double, parameterCount> at;
    std::copy_n(&cameras[i % n * 11], 11, at.begin());
    std::copy_n(&points[i % m * 3], 3, at.begin() + 11);
    at[14] = weights[i];
    std::array<Dual, parameterCount> variables;
    for (size_t k = 0; k < parameterCount; ++k) {
      variables[k] = at[k];
      variables[k].slope[k] = 1;
    }
    std::array<Dual, 2> duals = residual(variables, &features[2 * i]);
    if (i % every == 0)
      checkByDifferences(at, &features[2 * i], duals);
    for (const Dual &dual : duals) {
      reprojection.push_back(dual.value);
      jacobian.insert(jacobian.end(), dual.slope.begin(), dual.slope.end());
    }
    weightError.push_back(1 - weights[i] * weights[i]);
    weightJacobian.push_back(-2 * weights[i]);
  }
  int64_t count = int64_t(p);
  if (wantJacobian)
    return {{"jacobian", fromVector(jacobian, {count, 2, 15})}, {"weight_jacobian", fromVector(weightJacobian, {count})}};
  return {{"reprojection", fromVector(reprojection, {count, 2})}, {"weight_error", fromVector(weightError, {count})}};
}

Case makeCase(const std::string &folder, const std::string &name, int64_t n, int64_t m, int64_t p, bool wantJacobian) {
  BundleData data = bundleData(folder, name, n, m, p);
  Case c;
  c.inputs = {{"cameras", data.cameras}, {"points", data.points}, {"weights", data.weights}, {"features", data.features}};
  c.program = wantJacobian ? jacobian : primal;
  c.oracle = [=, inputs = c.inputs] { return forwardDerivatives(inputs, wantJacobian); };
  c.tolerance = 1e-11;
  c.bytes = 8.0 * double(11 * n + 3 * m + 3 * p + (wantJacobian ? 31 : 3) * p);
  // Rotation 50, perspective and distortion 11, focal length to weight 8, the weight's own 2. A row of the Jacobian goes back over what the forward
  // pass kept: about twice that of each op.
  c.flops = double(p) * (71 + (wantJacobian ? 2 * 2 * 69 + 1 : 0));
  return c;
}

} // namespace

std::vector<CaseMaker> bundleAdjustmentCases(const Options &options) {
  std::vector<CaseMaker> cases;
  int64_t n = options.quick ? 3 : 49, m = options.quick ? 20 : 7776, p = options.quick ? 64 : 31843;
  std::string name = "n" + std::to_string(n) + "_m" + std::to_string(m) + "_p" + std::to_string(p);
  for (bool wantJacobian : {false, true})
    cases.push_back({name, wantJacobian ? "jacobian" : "primal", "f64",
                     [=, folder = options.adbench] { return makeCase(folder, "ba1_" + name, n, m, p, wantJacobian); }});
  return cases;
}

} // namespace cotan::bench
