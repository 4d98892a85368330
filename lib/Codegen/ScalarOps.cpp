//===- ScalarOps.cpp - elementwise ops as LLVM instructions ---------------===//

#include "ScalarOps.h"
#include "cotan-c/kernel_abi.h"
#include "cotan-compiler/Codegen/VectorMath.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/IR/MDBuilder.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::codegen;

llvm::Type *codegen::getElementType(llvm::LLVMContext &context, Type element, unsigned lanes) {
  llvm::Type *type = nullptr;
  if (element.isF32())
    type = llvm::Type::getFloatTy(context);
  else if (element.isF64())
    type = llvm::Type::getDoubleTy(context);
  else if (element.isIndex())
    type = llvm::Type::getInt64Ty(context);
  else
    type = llvm::Type::getIntNTy(context, element.getIntOrFloatBitWidth());
  return lanes ? llvm::FixedVectorType::get(type, lanes) : type;
}

int64_t codegen::getElementBytes(Type element) {
  if (element.isIndex())
    return 8;
  return std::max<int64_t>(1, element.getIntOrFloatBitWidth() / 8);
}

static std::optional<MathFunction> getMathFunction(Operation *op) {
  using Result = std::optional<MathFunction>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case<ir::ExpOp>([](auto) { return MathFunction::Exp; })
      .Case<ir::Exp2Op>([](auto) { return MathFunction::Exp2; })
      .Case<ir::Expm1Op>([](auto) { return MathFunction::Expm1; })
      .Case<ir::LogOp>([](auto) { return MathFunction::Log; })
      .Case<ir::Log1pOp>([](auto) { return MathFunction::Log1p; })
      .Case<ir::Log2Op>([](auto) { return MathFunction::Log2; })
      .Case<ir::Log10Op>([](auto) { return MathFunction::Log10; })
      .Case<ir::SinOp>([](auto) { return MathFunction::Sin; })
      .Case<ir::CosOp>([](auto) { return MathFunction::Cos; })
      .Case<ir::TanOp>([](auto) { return MathFunction::Tan; })
      .Case<ir::AsinOp>([](auto) { return MathFunction::Asin; })
      .Case<ir::AcosOp>([](auto) { return MathFunction::Acos; })
      .Case<ir::AtanOp>([](auto) { return MathFunction::Atan; })
      .Case<ir::SinhOp>([](auto) { return MathFunction::Sinh; })
      .Case<ir::CoshOp>([](auto) { return MathFunction::Cosh; })
      .Case<ir::TanhOp>([](auto) { return MathFunction::Tanh; })
      .Case<ir::AsinhOp>([](auto) { return MathFunction::Asinh; })
      .Case<ir::AcoshOp>([](auto) { return MathFunction::Acosh; })
      .Case<ir::AtanhOp>([](auto) { return MathFunction::Atanh; })
      .Case<ir::ErfOp>([](auto) { return MathFunction::Erf; })
      .Case<ir::ErfcOp>([](auto) { return MathFunction::Erfc; })
      .Case<ir::ErfinvOp>([](auto) { return MathFunction::Erfinv; })
      .Case<ir::LogisticOp>([](auto) { return MathFunction::Logistic; })
      .Case<ir::PowOp>([](auto) { return MathFunction::Pow; })
      .Case<ir::Atan2Op>([](auto) { return MathFunction::Atan2; })
      .Default([](Operation *) { return std::nullopt; });
}

unsigned codegen::getOpCost(Operation *op) {
  if (std::optional<MathFunction> function = getMathFunction(op)) {
    unsigned cost = 30;
    if (*function == MathFunction::Exp || *function == MathFunction::Exp2)
      cost = 14;
    else if (*function == MathFunction::Pow || *function == MathFunction::Sin || *function == MathFunction::Cos ||
             *function == MathFunction::Tan)
      cost = 60;
    return op->getResult(0).getType().isF64() ? 2 * cost : cost;
  }
  if (isa<ir::RandomBitsOp>(op))
    return 80;
  if (isa<ir::DivOp, ir::RemOp>(op))
    return isa<FloatType>(op->getResult(0).getType()) ? 8 : 40;
  if (isa<ir::SqrtOp, ir::RsqrtOp, ir::KernelLoadOp>(op))
    return 12;
  if (isa<ir::MaxOp, ir::MinOp, ir::CastOp, ir::SignOp>(op))
    return 3;
  if (isa<ir::ConstantOp, ir::KernelIndexOp, ir::StopGradientOp, ir::SavedOp>(op))
    return 0;
  return 1;
}

bool codegen::isTranscendental(Operation *op) { return getMathFunction(op).has_value(); }

bool codegen::canFail(Operation *op) {
  if (isa<ir::DivOp, ir::RemOp>(op))
    return !isa<FloatType>(op->getResult(0).getType());
  return isa<ir::KernelLoadOp>(op);
}

llvm::Constant *codegen::getScalarConstant(llvm::LLVMContext &context, Attribute value) {
  if (auto real = dyn_cast<FloatAttr>(value))
    return llvm::ConstantFP::get(context, real.getValue());
  auto integer = cast<IntegerAttr>(value);
  llvm::APInt bits = integer.getValue();
  return llvm::ConstantInt::get(context, integer.getType().isIndex() ? bits.sextOrTrunc(64) : bits);
}

llvm::Constant *codegen::getIdentity(ir::ReductionKind kind, llvm::Type *element) {
  bool real = element->isFloatingPointTy();
  unsigned bits = element->getScalarSizeInBits();
  switch (kind) {
  case ir::ReductionKind::Sum:
    return real ? llvm::ConstantFP::getNegativeZero(element) : llvm::ConstantInt::get(element, 0);
  case ir::ReductionKind::Prod:
    return real ? llvm::ConstantFP::get(element, 1.0) : llvm::ConstantInt::get(element, 1);
  case ir::ReductionKind::Max:
    return real ? llvm::ConstantFP::getInfinity(element, true)
                : llvm::ConstantInt::get(element, llvm::APInt::getSignedMinValue(bits));
  case ir::ReductionKind::Min:
    return real ? llvm::ConstantFP::getInfinity(element)
                : llvm::ConstantInt::get(element, llvm::APInt::getSignedMaxValue(bits));
  case ir::ReductionKind::All:
    return llvm::ConstantInt::getTrue(element);
  case ir::ReductionKind::Any:
    return llvm::ConstantInt::getFalse(element);
  }
  llvm_unreachable("unknown reduction kind");
}

/// The larger (or smaller) of two; a NaN operand gives NaN. Three instructions on x86: max, unordered compare, blend.
static llvm::Value *emitExtremum(llvm::IRBuilderBase &builder, llvm::Value *lhs, llvm::Value *rhs, bool larger) {
  if (!lhs->getType()->isFPOrFPVectorTy())
    return builder.CreateBinaryIntrinsic(larger ? llvm::Intrinsic::smax : llvm::Intrinsic::smin, lhs, rhs);
  llvm::Value *first = larger ? builder.CreateFCmpOGT(lhs, rhs) : builder.CreateFCmpOLT(lhs, rhs);
  llvm::Value *ordered = builder.CreateSelect(first, lhs, rhs);
  return builder.CreateSelect(builder.CreateFCmpUNO(lhs, lhs), lhs, ordered);
}

llvm::Value *codegen::emitCombine(llvm::IRBuilderBase &builder, ir::ReductionKind kind, llvm::Value *lhs,
                                  llvm::Value *rhs) {
  bool real = lhs->getType()->isFPOrFPVectorTy();
  switch (kind) {
  case ir::ReductionKind::Sum:
    return real ? builder.CreateFAdd(lhs, rhs) : builder.CreateAdd(lhs, rhs);
  case ir::ReductionKind::Prod:
    return real ? builder.CreateFMul(lhs, rhs) : builder.CreateMul(lhs, rhs);
  case ir::ReductionKind::Max:
    return emitExtremum(builder, lhs, rhs, true);
  case ir::ReductionKind::Min:
    return emitExtremum(builder, lhs, rhs, false);
  case ir::ReductionKind::All:
    return builder.CreateAnd(lhs, rhs);
  case ir::ReductionKind::Any:
    return builder.CreateOr(lhs, rhs);
  }
  llvm_unreachable("unknown reduction kind");
}

//===----------------------------------------------------------------------===//
// Failing the call
//===----------------------------------------------------------------------===//

llvm::Value *OpEmitter::anyExisting(llvm::Value *bad) {
  if (!bad->getType()->isVectorTy())
    return bad;
  if (mask)
    bad = builder.CreateAnd(bad, mask);
  unsigned lanes = cast<llvm::FixedVectorType>(bad->getType())->getNumElements();
  llvm::Type *bits = builder.getIntNTy(lanes);
  return builder.CreateICmpNE(builder.CreateBitCast(bad, bits), llvm::ConstantInt::get(bits, 0));
}

/// Splits the block: when `condition` holds control goes to the returned cold block, where the builder now is; `*next`
/// is the other way.
static void beginFailure(llvm::IRBuilderBase &builder, llvm::Value *condition, llvm::BasicBlock *&next) {
  llvm::Function *function = builder.GetInsertBlock()->getParent();
  auto *fail = llvm::BasicBlock::Create(builder.getContext(), "fail", function);
  next = llvm::BasicBlock::Create(builder.getContext(), "ok", function);
  llvm::MDNode *weights = llvm::MDBuilder(builder.getContext()).createUnlikelyBranchWeights();
  builder.CreateCondBr(condition, fail, next, weights);
  builder.SetInsertPoint(fail);
}

void OpEmitter::failDivisionIf(llvm::Value *bad) {
  llvm::BasicBlock *next = nullptr;
  beginFailure(builder, anyExisting(bad), next);
  builder.CreateRet(builder.getInt32(COTAN_STATUS_INTEGER_DIVISION_BY_ZERO));
  builder.SetInsertPoint(next);
}

void OpEmitter::failIndexUnlessBelow(llvm::Value *index, int64_t limit) {
  llvm::Value *bad = builder.CreateICmpUGE(index, llvm::ConstantInt::get(index->getType(), limit));
  llvm::BasicBlock *next = nullptr;
  beginFailure(builder, anyExisting(bad), next);
  llvm::Value *wrong = index;
  if (index->getType()->isVectorTy()) {
    if (mask)
      bad = builder.CreateAnd(bad, mask);
    unsigned lanes = cast<llvm::FixedVectorType>(bad->getType())->getNumElements();
    llvm::Value *bits = builder.CreateBitCast(bad, builder.getIntNTy(lanes));
    llvm::Value *lane = builder.CreateBinaryIntrinsic(llvm::Intrinsic::cttz, bits, builder.getTrue());
    wrong = builder.CreateExtractElement(index, lane);
  }
  wrong = builder.CreateSExtOrTrunc(wrong, builder.getInt64Ty());
  builder.CreateStore(wrong, builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), context,
                                                                offsetof(cotan_call_context, error_value)));
  builder.CreateStore(
      builder.getInt64(limit),
      builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), context, offsetof(cotan_call_context, error_limit)));
  builder.CreateRet(builder.getInt32(COTAN_STATUS_INDEX_OUT_OF_RANGE));
  builder.SetInsertPoint(next);
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// Integer division truncates; the divisors 0 (reported), -1 (wraps) and those of absent lanes must not reach the
/// instruction. i32 vectors divide in double, which is exact: the quotient is at least 2^-31 away from the next
/// integer, relatively.
llvm::Value *OpEmitter::emitDivision(llvm::Value *lhs, llvm::Value *rhs, bool remainder) {
  llvm::Type *type = lhs->getType();
  if (type->isFPOrFPVectorTy())
    return remainder ? builder.CreateFRem(lhs, rhs) : builder.CreateFDiv(lhs, rhs);
  llvm::Constant *zero = llvm::ConstantInt::get(type, 0), *one = llvm::ConstantInt::get(type, 1);
  llvm::Constant *minusOne = llvm::Constant::getAllOnesValue(type);
  auto *known = dyn_cast<llvm::Constant>(rhs);
  if (auto *scalar = known && type->isVectorTy() ? known->getSplatValue() : known) {
    auto *integer = dyn_cast<llvm::ConstantInt>(scalar);
    if (integer && !integer->isZero() && !integer->isMinusOne())
      return remainder ? builder.CreateSRem(lhs, rhs) : builder.CreateSDiv(lhs, rhs);
  }
  llvm::Value *isZero = builder.CreateICmpEQ(rhs, zero);
  failDivisionIf(isZero);
  llvm::Value *negates = builder.CreateICmpEQ(rhs, minusOne);
  llvm::Value *safe = builder.CreateSelect(builder.CreateOr(isZero, negates), one, rhs);
  llvm::Value *quotient = nullptr;
  if (type->isVectorTy() && type->getScalarSizeInBits() == 32) {
    llvm::Type *real = llvm::VectorType::get(builder.getDoubleTy(), cast<llvm::VectorType>(type)->getElementCount());
    quotient = builder.CreateFDiv(builder.CreateSIToFP(lhs, real), builder.CreateSIToFP(safe, real));
    quotient = builder.CreateFPToSI(quotient, type);
  } else {
    quotient = builder.CreateSDiv(lhs, safe);
  }
  if (remainder) // x % 1 = 0 is also x % -1
    return builder.CreateSub(lhs, builder.CreateMul(quotient, safe));
  return builder.CreateSelect(negates, builder.CreateSub(zero, lhs), quotient);
}

llvm::Value *OpEmitter::emitCast(llvm::Value *value, Type from, Type to) {
  if (from == to)
    return value;
  llvm::Type *type = value->getType();
  unsigned lanes = type->isVectorTy() ? cast<llvm::FixedVectorType>(type)->getNumElements() : 0;
  llvm::Type *result = getElementType(builder.getContext(), to, lanes);
  bool fromReal = isa<FloatType>(from), toReal = isa<FloatType>(to);
  if (to.isInteger(1)) {
    llvm::Constant *zero = llvm::Constant::getNullValue(type);
    return fromReal ? builder.CreateFCmpUNE(value, zero) : builder.CreateICmpNE(value, zero);
  }
  if (from.isInteger(1))
    return toReal ? builder.CreateUIToFP(value, result) : builder.CreateZExt(value, result);
  if (fromReal && toReal)
    return builder.CreateFPCast(value, result);
  if (fromReal)
    return builder.CreateIntrinsic(llvm::Intrinsic::fptosi_sat, {result, type}, {value});
  if (!toReal)
    return builder.CreateSExtOrTrunc(value, result);
  if (auto *extension = dyn_cast<llvm::SExtInst>(value)) // an index computed in 32 bits
    value = extension->getOperand(0);
  return builder.CreateSIToFP(value, result);
}

llvm::Value *OpEmitter::emitCompare(ir::Comparison predicate, llvm::Value *lhs, llvm::Value *rhs) {
  using P = llvm::CmpInst::Predicate;
  bool real = lhs->getType()->isFPOrFPVectorTy(), boolean = lhs->getType()->getScalarSizeInBits() == 1;
  auto pick = [&](P forReal, P forSigned, P forBool) { return real ? forReal : boolean ? forBool : forSigned; };
  P chosen = P::ICMP_EQ;
  switch (predicate) {
  case ir::Comparison::Eq:
    chosen = pick(P::FCMP_OEQ, P::ICMP_EQ, P::ICMP_EQ);
    break;
  case ir::Comparison::Ne:
    chosen = pick(P::FCMP_UNE, P::ICMP_NE, P::ICMP_NE);
    break;
  case ir::Comparison::Lt:
    chosen = pick(P::FCMP_OLT, P::ICMP_SLT, P::ICMP_ULT);
    break;
  case ir::Comparison::Le:
    chosen = pick(P::FCMP_OLE, P::ICMP_SLE, P::ICMP_ULE);
    break;
  case ir::Comparison::Gt:
    chosen = pick(P::FCMP_OGT, P::ICMP_SGT, P::ICMP_UGT);
    break;
  case ir::Comparison::Ge:
    chosen = pick(P::FCMP_OGE, P::ICMP_SGE, P::ICMP_UGE);
    break;
  }
  return builder.CreateCmp(chosen, lhs, rhs);
}

llvm::Value *OpEmitter::emitShift(llvm::Value *value, llvm::Value *amount, bool left) {
  llvm::Type *type = value->getType();
  llvm::Value *inRange = builder.CreateICmpULT(amount, llvm::ConstantInt::get(type, type->getScalarSizeInBits()));
  llvm::Constant *zero = llvm::Constant::getNullValue(type);
  llvm::Value *safe = builder.CreateSelect(inRange, amount, zero);
  llvm::Value *shifted = left ? builder.CreateShl(value, safe) : builder.CreateLShr(value, safe);
  return builder.CreateSelect(inRange, shifted, zero);
}

llvm::Value *OpEmitter::emitSign(llvm::Value *value) {
  llvm::Type *type = value->getType();
  llvm::Constant *zero = llvm::Constant::getNullValue(type);
  bool real = type->isFPOrFPVectorTy();
  auto number = [&](int n) -> llvm::Constant * {
    return real ? llvm::ConstantFP::get(type, double(n)) : llvm::ConstantInt::getSigned(type, n);
  };
  llvm::Value *above = real ? builder.CreateFCmpOGT(value, zero) : builder.CreateICmpSGT(value, zero);
  llvm::Value *below = real ? builder.CreateFCmpOLT(value, zero) : builder.CreateICmpSLT(value, zero);
  return builder.CreateSelect(above, number(1), builder.CreateSelect(below, number(-1), zero));
}

llvm::Value *OpEmitter::emit(Operation *op, llvm::ArrayRef<llvm::Value *> v) {
  llvm::IRBuilderBase &b = builder;
  if (std::optional<MathFunction> function = getMathFunction(op))
    return emitMathFunction(b, *function, v);
  llvm::Type *type = v.empty() ? nullptr : v[0]->getType();
  bool real = type && type->isFPOrFPVectorTy();
  using llvm::Value;
  auto unary = [&](llvm::Intrinsic::ID id) { return b.CreateUnaryIntrinsic(id, v[0]); };
  return llvm::TypeSwitch<Operation *, Value *>(op)
      .Case<ir::AddOp>([&](auto) { return real ? b.CreateFAdd(v[0], v[1]) : b.CreateAdd(v[0], v[1]); })
      .Case<ir::SubOp>([&](auto) { return real ? b.CreateFSub(v[0], v[1]) : b.CreateSub(v[0], v[1]); })
      .Case<ir::MulOp>([&](auto) { return real ? b.CreateFMul(v[0], v[1]) : b.CreateMul(v[0], v[1]); })
      .Case<ir::FmaOp>([&](auto) {
        return b.CreateIntrinsic(llvm::Intrinsic::fma, {type}, {v[0], v[1], v[2]});
      })
      .Case<ir::DivOp>([&](auto) { return emitDivision(v[0], v[1], false); })
      .Case<ir::RemOp>([&](auto) { return emitDivision(v[0], v[1], true); })
      .Case<ir::NegOp>([&](auto) { return real ? b.CreateFNeg(v[0]) : b.CreateNeg(v[0]); })
      .Case<ir::AbsOp>([&](auto) -> Value * {
        return real ? unary(llvm::Intrinsic::fabs) : b.CreateBinaryIntrinsic(llvm::Intrinsic::abs, v[0], b.getFalse());
      })
      .Case<ir::SignOp>([&](auto) { return emitSign(v[0]); })
      .Case<ir::MaxOp>([&](auto) { return emitExtremum(b, v[0], v[1], true); })
      .Case<ir::MinOp>([&](auto) { return emitExtremum(b, v[0], v[1], false); })
      .Case<ir::SqrtOp>([&](auto) { return unary(llvm::Intrinsic::sqrt); })
      .Case<ir::RsqrtOp>(
          [&](auto) { return b.CreateFDiv(llvm::ConstantFP::get(type, 1.0), unary(llvm::Intrinsic::sqrt)); })
      .Case<ir::FloorOp>([&](auto) { return unary(llvm::Intrinsic::floor); })
      .Case<ir::CeilOp>([&](auto) { return unary(llvm::Intrinsic::ceil); })
      .Case<ir::RoundOp>([&](auto) { return unary(llvm::Intrinsic::roundeven); })
      .Case<ir::TruncOp>([&](auto) { return unary(llvm::Intrinsic::trunc); })
      .Case<ir::NotOp>([&](auto) { return b.CreateNot(v[0]); })
      .Case<ir::AndOp>([&](auto) { return b.CreateAnd(v[0], v[1]); })
      .Case<ir::OrOp>([&](auto) { return b.CreateOr(v[0], v[1]); })
      .Case<ir::XorOp>([&](auto) { return b.CreateXor(v[0], v[1]); })
      .Case<ir::ShlOp>([&](auto) { return emitShift(v[0], v[1], true); })
      .Case<ir::ShrOp>([&](auto) { return emitShift(v[0], v[1], false); })
      .Case<ir::RandomBitsOp>([&](auto) { return emitPhilox(b, v[0], v[1]); })
      .Case<ir::CompareOp>([&](ir::CompareOp compare) { return emitCompare(compare.getPredicate(), v[0], v[1]); })
      .Case<ir::SelectOp>([&](auto) { return b.CreateSelect(v[0], v[1], v[2]); })
      .Case<ir::CastOp>([&](ir::CastOp cast) {
        return emitCast(v[0], getElementTypeOrSelf(cast.getOperand().getType()), getElementTypeOrSelf(cast.getType()));
      })
      .Case<ir::StopGradientOp>([&](auto) { return v[0]; })
      .Case<ir::SavedOp>([&](auto) { return v[1]; })
      .Default([](Operation *) { return nullptr; });
}
