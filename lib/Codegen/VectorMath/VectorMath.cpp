//===- VectorMath.cpp - Choosing the implementation of a function ---------===//

#include "cotan-compiler/Codegen/VectorMath.h"
#include "Functions.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;

namespace cotan::codegen {

namespace {

/// Calls the C library's double function `name` for each lane.
Value *callForEachLane(IRBuilderBase &builder, StringRef name, Value *operand) {
  Module &module = *builder.GetInsertBlock()->getModule();
  Type *type = builder.getDoubleTy();
  FunctionCallee callee = module.getOrInsertFunction(name, FunctionType::get(type, {type}, /*isVarArg=*/false));
  if (auto *function = dyn_cast<Function>(callee.getCallee()))
    function->addFnAttr(Attribute::NoUnwind);
  auto *vector = dyn_cast<FixedVectorType>(operand->getType());
  if (!vector)
    return builder.CreateCall(callee, operand);
  Value *result = PoisonValue::get(vector);
  for (unsigned lane = 0; lane != vector->getNumElements(); ++lane) {
    Value *element = builder.CreateExtractElement(operand, lane);
    result = builder.CreateInsertElement(result, builder.CreateCall(callee, element), lane);
  }
  return result;
}

Value *callLibm(IRBuilderBase &builder, StringRef name, Value *operand) {
  vector_math::Lanes x{&builder, operand};
  if (x.isDouble())
    return callForEachLane(builder, name, operand);
  x = toDouble(x);
  x.value = callForEachLane(builder, name, x.value);
  return toFloat(x).value;
}

/// The function of one argument that `function` stands for, if it is ours.
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
  case MathFunction::Digamma:
    return vector_math::digamma;
  case MathFunction::Lgamma:
  case MathFunction::Pow:
  case MathFunction::Atan2:
    break;
  }
  llvm_unreachable("not a function of one argument with code of its own");
}

} // namespace

bool callsLibm(MathFunction function, Type *elementType) {
  if (function == MathFunction::Lgamma)
    return true;
  return function == MathFunction::Erfc && elementType->getScalarType()->isDoubleTy();
}

Value *emitMathFunction(IRBuilderBase &builder, MathFunction function, ArrayRef<Value *> operands) {
  IRBuilderBase::FastMathFlagGuard guard(builder);
  builder.clearFastMathFlags();
  Value *operand = operands.front();
  if (callsLibm(function, operand->getType()))
    return callLibm(builder, function == MathFunction::Lgamma ? "lgamma" : "erfc", operand);
  vector_math::Lanes x{&builder, operand};
  if (function == MathFunction::Pow)
    return vector_math::pow(x, {&builder, operands[1]}).value;
  if (function == MathFunction::Atan2)
    return vector_math::atan2(x, {&builder, operands[1]}).value;
  return unaryFunction(function)(x).value;
}

} // namespace cotan::codegen
