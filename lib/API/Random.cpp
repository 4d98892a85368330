//===- Random.cpp - random tensors ----------------------------------------===//
//
// Element i of a draw is Philox of the seed and the number of draws before it plus i, so results do not depend on when or how a draw
// is evaluated. Seed and counter are run-time scalars: drawing again is no new compile.
//
//===----------------------------------------------------------------------===//

#include "Jit.h"
#include "TensorImpl.h"
#include "cotan/creation.h"
#include <numbers>

namespace cotan {

using namespace detail;

/// 64 random bits an element.
static Value randomBits(IntArrayRef shape) {
  const IntList *extents = intern(shape);
  RandomBase base = drawBase(extents->product);
  Value index = tracing::reshape(iota(kLong, {extents->product}, 0), shape);
  return binary(OpKind::RandomBits, broadcastTo(base.seed, shape), add(index, base.counter));
}

/// In [0, 1) with as many bits as the type holds; from the upper half of the word if `upper`.
static Value uniform(const Value &bits, ScalarType type, bool upper = false) {
  // f32: 24 bits of either half; f64: the upper 53 bits.
  int64_t kept = type == kFloat ? 24 : 53;
  Value word = bits;
  if (type == kFloat && !upper)
    word = binary(OpKind::Shl, bits, constant(kLong, 32));
  Value integer = binary(OpKind::Shr, word, constant(kLong, 64 - kept));
  return mul(tracing::cast(integer, type), constant(type, kept == 24 ? 0x1p-24 : 0x1p-53));
}

static Tensor finished(const Value &value, const TensorOptions &options) {
  Tensor result = wrap(value);
  if (options.requires_grad())
    result.requires_grad_(true, here());
  return result;
}

static ScalarType floatingType(const TensorOptions &options) {
  ScalarType type = options.has_dtype() ? options.dtype() : get_default_dtype();
  if (!isFloatingType(type))
    throw Error(std::string(opName()) + ": expected a floating-point type, got " + toString(type), here());
  return type;
}

Tensor rand(IntArrayRef shape, const TensorOptions &options, Where where) {
  COTAN_OP(rand, "", false);
  return finished(uniform(randomBits(shape), floatingType(options)), options);
}

/// Box and Muller: the logarithm's argument is in (0, 1].
static Value normal(IntArrayRef shape, ScalarType type) {
  Value bits = randomBits(shape);
  Value u = uniform(bits, type, true);
  Value v = type == kFloat ? uniform(bits, type) : uniform(randomBits(shape), type);
  Value radius = sqrt(mul(constant(type, -2), log(sub(constant(type, 1), u))));
  return mul(radius, unary(OpKind::Cos, mul(v, constant(type, 2 * std::numbers::pi))));
}

Tensor randn(IntArrayRef shape, const TensorOptions &options, Where where) {
  COTAN_OP(randn, "", false);
  return finished(normal(shape, floatingType(options)), options);
}

Tensor randint(int64_t low, int64_t high, IntArrayRef shape, const TensorOptions &options, Where where) {
  COTAN_OP(randint, "", false);
  if (low >= high)
    throw Error("random_ expects 'from' to be less than 'to', but got from=" + std::to_string(low) + " >= to=" + std::to_string(high), where);
  Value bits = binary(OpKind::Shr, randomBits(shape), constant(kLong, 1)); // non-negative
  Value value = add(binary(OpKind::Rem, bits, scalar(kLong, high - low)), scalar(kLong, low));
  return finished(tracing::cast(value, options.has_dtype() ? options.dtype() : kLong), options);
}

Tensor randint(int64_t high, IntArrayRef shape, const TensorOptions &options, Where where) { return randint(0, high, shape, options, where); }

Tensor rand_like(const Tensor &self, const TensorOptions &options, Where where) {
  return rand(self.sizes(), options.has_dtype() ? options : options.dtype(self.scalar_type()), where);
}
Tensor randn_like(const Tensor &self, const TensorOptions &options, Where where) {
  return randn(self.sizes(), options.has_dtype() ? options : options.dtype(self.scalar_type()), where);
}

void manual_seed(uint64_t seed) {
  ContextLock lock;
  seedGenerator(seed);
}

} // namespace cotan
