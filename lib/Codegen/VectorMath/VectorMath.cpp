//===- VectorMath.cpp - Choosing the implementation of a function ---------===//

#include "cotan-compiler/Codegen/VectorMath.h"
#include "Functions.h"

#include "llvm/Support/ErrorHandling.h"

using namespace llvm;

namespace cotan::codegen {

namespace {

/// What writes `function`, a function of one argument.
vector_math::Lanes (*unaryFunction(MathFunction function))(vector_math::Lanes) {
  switch (function) {
  case MathFunction::Exp:
    return vector_math::exp;
  case MathFunction::Exp2:
    return vector_math::exp2;
  case MathFunction::Expm1:
    return vector_math::expm1;
  case MathFunction::Log:
    return vector_math::log;
  case MathFunction::Log1p:
    return vector_math::log1p;
  case MathFunction::Log2:
    return vector_math::log2;
  case MathFunction::Log10:
    return vector_math::log10;
  case MathFunction::Sin:
    return vector_math::sin;
  case MathFunction::Cos:
    return vector_math::cos;
  case MathFunction::Tan:
    return vector_math::tan;
  case MathFunction::Asin:
    return vector_math::asin;
  case MathFunction::Acos:
    return vector_math::acos;
  case MathFunction::Atan:
    return vector_math::atan;
  case MathFunction::Sinh:
    return vector_math::sinh;
  case MathFunction::Cosh:
    return vector_math::cosh;
  case MathFunction::Tanh:
    return vector_math::tanh;
  case MathFunction::Asinh:
    return vector_math::asinh;
  case MathFunction::Acosh:
    return vector_math::acosh;
  case MathFunction::Atanh:
    return vector_math::atanh;
  case MathFunction::Erf:
    return vector_math::erf;
  case MathFunction::Erfc:
    return vector_math::erfc;
  case MathFunction::Erfinv:
    return vector_math::erfinv;
  case MathFunction::Logistic:
    return vector_math::logistic;
  case MathFunction::Pow:
  case MathFunction::Atan2:
    break;
  }
  llvm_unreachable("not a function of one argument");
}

} // namespace

Value *emitMathFunction(IRBuilderBase &builder, MathFunction function, ArrayRef<Value *> operands) {
  IRBuilderBase::FastMathFlagGuard guard(builder);
  builder.clearFastMathFlags();
  vector_math::Lanes x{&builder, operands.front()};
  if (function == MathFunction::Pow)
    return vector_math::pow(x, {&builder, operands[1]}).value;
  if (function == MathFunction::Atan2)
    return vector_math::atan2(x, {&builder, operands[1]}).value;
  return unaryFunction(function)(x).value;
}

} // namespace cotan::codegen
