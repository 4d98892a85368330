//===- Lanes.h - Formulas over LLVM vectors written as formulas -*- C++ -*-===//
//
// Lanes, Bits and Mask are values of an IRBuilder (floating point, integer and
// i1; scalars or fixed vectors) with operators that emit the instruction of the
// same name, so that a function's code reads as its mathematics. Plain numbers
// become constants of the other operand's type.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_CODEGEN_VECTORMATH_LANES_H
#define COTAN_LIB_CODEGEN_VECTORMATH_LANES_H

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"

#include <cstdint>

namespace cotan::codegen::vector_math {

/// i1 lanes: results of comparisons.
struct Mask {
  llvm::IRBuilderBase *builder;
  llvm::Value *value;

  Mask operator&(Mask other) const { return {builder, builder->CreateAnd(value, other.value)}; }
  Mask operator|(Mask other) const { return {builder, builder->CreateOr(value, other.value)}; }
  Mask operator^(Mask other) const { return {builder, builder->CreateXor(value, other.value)}; }
  Mask operator!() const { return {builder, builder->CreateNot(value)}; }
};

/// Integer lanes, as wide as the floating-point lanes they came from.
struct Bits {
  llvm::IRBuilderBase *builder;
  llvm::Value *value;

  Bits constant(uint64_t bits) const {
    return {builder, llvm::ConstantInt::get(value->getType(), llvm::APInt(value->getType()->getScalarSizeInBits(), bits,
                                                                          /*isSigned=*/false,
                                                                          /*implicitTrunc=*/true))};
  }
  Bits operator+(Bits other) const { return {builder, builder->CreateAdd(value, other.value)}; }
  Bits operator-(Bits other) const { return {builder, builder->CreateSub(value, other.value)}; }
  Bits operator&(Bits other) const { return {builder, builder->CreateAnd(value, other.value)}; }
  Bits operator|(Bits other) const { return {builder, builder->CreateOr(value, other.value)}; }
  Bits operator^(Bits other) const { return {builder, builder->CreateXor(value, other.value)}; }
  Bits operator+(uint64_t other) const { return *this + constant(other); }
  Bits operator-(uint64_t other) const { return *this - constant(other); }
  Bits operator&(uint64_t other) const { return *this & constant(other); }
  Bits operator|(uint64_t other) const { return *this | constant(other); }
  Bits operator^(uint64_t other) const { return *this ^ constant(other); }
  Bits operator<<(unsigned amount) const { return {builder, builder->CreateShl(value, amount)}; }
  /// Logical shift.
  Bits operator>>(unsigned amount) const { return {builder, builder->CreateLShr(value, amount)}; }
  Mask operator==(uint64_t other) const { return {builder, builder->CreateICmpEQ(value, constant(other).value)}; }
  Mask operator!=(uint64_t other) const { return {builder, builder->CreateICmpNE(value, constant(other).value)}; }
  Bits signedMax(uint64_t other) const {
    return {builder, builder->CreateBinaryIntrinsic(llvm::Intrinsic::smax, value, constant(other).value)};
  }
};

/// float or double lanes.
struct Lanes {
  llvm::IRBuilderBase *builder;
  llvm::Value *value;

  bool isDouble() const { return value->getType()->getScalarType()->isDoubleTy(); }
  unsigned mantissaBits() const { return isDouble() ? 52 : 23; }
  uint64_t exponentBias() const { return isDouble() ? 1023 : 127; }
  uint64_t signBit() const { return isDouble() ? 1ull << 63 : 1ull << 31; }

  Lanes constant(double number) const { return {builder, llvm::ConstantFP::get(value->getType(), number)}; }
  Lanes infinity() const { return {builder, llvm::ConstantFP::getInfinity(value->getType())}; }
  Lanes nan() const { return {builder, llvm::ConstantFP::getNaN(value->getType())}; }
  /// This lane type with `scalar` elements.
  llvm::Type *typeOf(llvm::Type *scalar) const { return value->getType()->getWithNewType(scalar); }

  Lanes operator+(Lanes other) const { return {builder, builder->CreateFAdd(value, other.value)}; }
  Lanes operator-(Lanes other) const { return {builder, builder->CreateFSub(value, other.value)}; }
  Lanes operator*(Lanes other) const { return {builder, builder->CreateFMul(value, other.value)}; }
  Lanes operator/(Lanes other) const { return {builder, builder->CreateFDiv(value, other.value)}; }
  Lanes operator-() const { return {builder, builder->CreateFNeg(value)}; }
  Lanes operator+(double other) const { return *this + constant(other); }
  Lanes operator-(double other) const { return *this - constant(other); }
  Lanes operator*(double other) const { return *this * constant(other); }
  Lanes operator/(double other) const { return *this / constant(other); }

  // Ordered comparisons: false where either side is NaN.
  Mask operator<(Lanes other) const { return {builder, builder->CreateFCmpOLT(value, other.value)}; }
  Mask operator>(Lanes other) const { return {builder, builder->CreateFCmpOGT(value, other.value)}; }
  Mask operator==(Lanes other) const { return {builder, builder->CreateFCmpOEQ(value, other.value)}; }
  Mask operator<(double other) const { return *this < constant(other); }
  Mask operator>(double other) const { return *this > constant(other); }
  Mask operator==(double other) const { return *this == constant(other); }
  Mask isNaN() const { return {builder, builder->CreateFCmpUNO(value, value)}; }

  Bits bits() const {
    llvm::Type *integer = builder->getIntNTy(value->getType()->getScalarSizeInBits());
    return {builder, builder->CreateBitCast(value, typeOf(integer))};
  }
  Bits sign() const { return bits() & signBit(); }
};

inline Lanes operator+(double left, Lanes right) { return right.constant(left) + right; }
inline Lanes operator-(double left, Lanes right) { return right.constant(left) - right; }
inline Lanes operator*(double left, Lanes right) { return right.constant(left) * right; }
inline Lanes operator/(double left, Lanes right) { return right.constant(left) / right; }

/// The lanes of type `like` with these bits.
inline Lanes fromBits(Bits bits, Lanes like) {
  return {bits.builder, bits.builder->CreateBitCast(bits.value, like.value->getType())};
}

inline Lanes select(Mask mask, Lanes yes, Lanes no) {
  return {yes.builder, yes.builder->CreateSelect(mask.value, yes.value, no.value)};
}
inline Lanes select(Mask mask, double yes, Lanes no) { return select(mask, no.constant(yes), no); }
inline Lanes select(Mask mask, Lanes yes, double no) { return select(mask, yes, yes.constant(no)); }
inline Bits select(Mask mask, Bits yes, Bits no) {
  return {yes.builder, yes.builder->CreateSelect(mask.value, yes.value, no.value)};
}

/// a * b + c with one rounding.
inline Lanes fma(Lanes a, Lanes b, Lanes c) {
  return {a.builder, a.builder->CreateIntrinsic(a.value->getType(), llvm::Intrinsic::fma, {a.value, b.value, c.value})};
}
inline Lanes fma(Lanes a, double b, Lanes c) { return fma(a, a.constant(b), c); }
inline Lanes fma(Lanes a, Lanes b, double c) { return fma(a, b, a.constant(c)); }
inline Lanes fma(Lanes a, double b, double c) { return fma(a, a.constant(b), a.constant(c)); }

inline Lanes abs(Lanes x) { return {x.builder, x.builder->CreateUnaryIntrinsic(llvm::Intrinsic::fabs, x.value)}; }
inline Lanes sqrt(Lanes x) { return {x.builder, x.builder->CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, x.value)}; }
inline Lanes rint(Lanes x) { return {x.builder, x.builder->CreateUnaryIntrinsic(llvm::Intrinsic::rint, x.value)}; }
inline Lanes trunc(Lanes x) { return {x.builder, x.builder->CreateUnaryIntrinsic(llvm::Intrinsic::trunc, x.value)}; }
/// The magnitude of `x`, which is not negative, with the sign of `sign`.
inline Lanes withSign(Lanes x, Lanes sign) {
  return {x.builder, x.builder->CreateBinaryIntrinsic(llvm::Intrinsic::copysign, x.value, sign.value)};
}
/// `x` negated where the sign bit of `sign` is set.
inline Lanes flipSign(Lanes x, Bits sign) { return fromBits(x.bits() ^ sign, x); }

// NaN passes through both, and each is one instruction.
inline Lanes atLeast(Lanes x, double bound) { return select(x < bound, bound, x); }
inline Lanes atMost(Lanes x, double bound) { return select(x > bound, bound, x); }

inline Lanes toDouble(Lanes x) {
  return {x.builder, x.builder->CreateFPExt(x.value, x.typeOf(x.builder->getDoubleTy()))};
}
inline Lanes toFloat(Lanes x) {
  return {x.builder, x.builder->CreateFPTrunc(x.value, x.typeOf(x.builder->getFloatTy()))};
}

/// Horner's scheme; coefficients from the constant term upwards.
inline Lanes polynomial(Lanes x, llvm::ArrayRef<double> coefficients) {
  Lanes sum = x.constant(coefficients.back());
  for (double coefficient : llvm::reverse(coefficients.drop_back()))
    sum = fma(sum, x, coefficient);
  return sum;
}

/// Adding this and subtracting it again rounds to the nearest integer, and
/// leaves the integer in the sum's low bits.
inline double roundingMagic(Lanes like) { return like.isDouble() ? 0x1.8p52 : 0x1.8p23; }

/// 2^(n + bias - exponentBias), n being the low bits of `magic`, a sum with
/// roundingMagic: `bias` is written in the exponent field, so n + bias must lie
/// strictly between 0 and the field's highest value.
inline Lanes powerOfTwo(Lanes magic, uint64_t bias) {
  unsigned shift = magic.mantissaBits();
  return fromBits((magic.bits() << shift) + (bias << shift), magic);
}

} // namespace cotan::codegen::vector_math

#endif // COTAN_LIB_CODEGEN_VECTORMATH_LANES_H
