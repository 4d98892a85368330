//===- TrigonometricReduction.cpp - pi/2 reduction of huge arguments ------===//
//
// Payne and Hanek's reduction: of the product of x and 2/pi only the bits below
// weight 4 are computed, from a 192-bit window of 2/pi that starts where the
// exponent of x says. It is a scalar function, emitted once in a module, which
// loops over the lanes of a vector in memory; the vector code calls it behind a
// branch when some lane is huge and then takes its result for those lanes only.
//
//===----------------------------------------------------------------------===//

#include "Functions.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace cotan::codegen::vector_math {

namespace {

/// The bits of 2/pi behind 64 zero bits, most significant word first.
constexpr uint64_t twoOverPi[] = {0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041,
                                  0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e,
                                  0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
                                  0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
                                  0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab,
                                  0xf0cfbc209af4361d};

GlobalVariable *getTable(Module &module) {
  constexpr StringLiteral name = "cotan.math.two_over_pi";
  if (GlobalVariable *table = module.getNamedGlobal(name))
    return table;
  Constant *words = ConstantDataArray::get(module.getContext(), twoOverPi);
  return new GlobalVariable(module, words->getType(), /*isConstant=*/true, GlobalValue::InternalLinkage, words, name);
}

/// One word product sum: the low 192 bits of mantissa * window, from the top.
struct Product {
  Value *high, *middle, *low;
};

/// x 2/pi modulo 4 as a fixed-point number with 190 fraction bits.
Product multiplyByTwoOverPi(IRBuilderBase &b, Value *bits, GlobalVariable *table) {
  Value *mantissa = b.CreateOr(b.CreateAnd(bits, (1ull << 52) - 1), 1ull << 52);
  Value *exponent = b.CreateLShr(bits, 52);
  // x = mantissa 2^(exponent - 1075): bits of 2/pi from weight
  // 2^-(exponent - 1075 - 2) upwards give multiples of 4. 64 zero bits precede.
  Value *position = b.CreateSub(exponent, b.getInt64(1075 + 2 - 64));
  Value *word = b.CreateLShr(position, 6);
  Value *shift = b.CreateAnd(position, 63);
  Value *words[4];
  for (unsigned i = 0; i != 4; ++i) {
    Value *index = b.CreateAdd(word, b.getInt64(i));
    Value *address = b.CreateGEP(b.getInt64Ty(), table, index);
    words[i] = b.CreateLoad(b.getInt64Ty(), address);
  }
  Type *wideTy = b.getInt128Ty();
  auto multiply = [&](unsigned i) {
    Value *bits = b.CreateIntrinsic(b.getInt64Ty(), Intrinsic::fshl, {words[i], words[i + 1], shift});
    return b.CreateMul(b.CreateZExt(mantissa, wideTy), b.CreateZExt(bits, wideTy));
  };
  auto narrow = [&](Value *wide) { return b.CreateTrunc(wide, b.getInt64Ty()); };
  Value *low = multiply(2);
  Value *middle = b.CreateAdd(multiply(1), b.CreateLShr(low, 64));
  Value *high = b.CreateAdd(multiply(0), b.CreateLShr(middle, 64));
  return {narrow(high), narrow(middle), narrow(low)};
}

struct ScalarReduced {
  Value *hi, *lo, *quadrant;
};

/// Right for `magnitude` >= 2^16, and for infinity and NaN, where hi is NaN.
ScalarReduced reduceScalar(IRBuilderBase &b, Value *magnitude, GlobalVariable *table) {
  Type *i64 = b.getInt64Ty(), *i128 = b.getInt128Ty(), *f64 = b.getDoubleTy();
  Value *infinity = ConstantFP::getInfinity(f64);
  Value *finite = b.CreateFCmpOLT(magnitude, infinity);
  // Keeps the table's index in range; the result for small lanes is not used.
  Value *large = b.CreateFCmpOGE(magnitude, ConstantFP::get(f64, 0x1p16));
  Value *bounded = b.CreateSelect(b.CreateAnd(finite, large), magnitude, ConstantFP::get(f64, 0x1p1023));
  auto [high, middle, low] = multiplyByTwoOverPi(b, b.CreateBitCast(bounded, i64), table);

  // The fraction in units of 2^-128, signed: in [-1/2, 1/2).
  auto funnel = [&](Value *a, Value *c) { return b.CreateIntrinsic(i64, Intrinsic::fshl, {a, c, b.getInt64(2)}); };
  Value *top = funnel(high, middle);
  Value *fraction = b.CreateOr(b.CreateShl(b.CreateZExt(top, i128), 64), b.CreateZExt(funnel(middle, low), i128));
  Value *quadrant = b.CreateAdd(b.CreateLShr(high, 62), b.CreateLShr(top, 63));

  // As hi + lo of 53 bits each; no double comes so near a multiple of pi/2
  // that leading zeros use up the 128 bits.
  Value *magnitudeBits = b.CreateBinaryIntrinsic(Intrinsic::abs, fraction, b.getInt1(false));
  Value *zeros = b.CreateBinaryIntrinsic(Intrinsic::ctlz, magnitudeBits, b.getInt1(false));
  Value *normal = b.CreateShl(magnitudeBits, zeros);
  Value *zeros64 = b.CreateTrunc(zeros, i64);
  auto part = [&](unsigned shift, unsigned exponent) {
    Value *digits = b.CreateAnd(b.CreateTrunc(b.CreateLShr(normal, shift), i64), (1ull << 53) - 1);
    Value *field = b.CreateSub(b.getInt64(1023 - exponent), zeros64);
    Value *power = b.CreateBitCast(b.CreateShl(field, 52), f64);
    return b.CreateFMul(b.CreateUIToFP(digits, f64), power);
  };
  Value *hi = part(75, 53), *lo = part(22, 106);

  // Times pi/2.
  Value *piHi = ConstantFP::get(f64, 0x1.921fb54442d18p0);
  Value *piLo = ConstantFP::get(f64, 0x1.1a62633145c07p-54);
  auto emitFma = [&](Value *x, Value *y, Value *z) { return b.CreateIntrinsic(f64, Intrinsic::fma, {x, y, z}); };
  Value *r = b.CreateFMul(hi, piHi);
  Value *rest = emitFma(hi, piHi, b.CreateFNeg(r));
  rest = emitFma(hi, piLo, emitFma(lo, piHi, rest));
  Value *sum = b.CreateFAdd(r, rest);
  rest = b.CreateFAdd(b.CreateFSub(r, sum), rest);

  Value *sign = b.CreateSelect(b.CreateICmpSLT(fraction, ConstantInt::get(i128, 0)), ConstantFP::get(f64, -1.0),
                               ConstantFP::get(f64, 1.0));
  Value *nan = ConstantFP::getNaN(f64);
  return {b.CreateSelect(finite, b.CreateFMul(sum, sign), nan), b.CreateFMul(rest, sign), quadrant};
}

/// void (ptr magnitudes, ptr hi, ptr lo, ptr quadrants, i64 count): arrays of
/// count doubles or i64.
Function *getReduction(Module &module, const Function &caller) {
  constexpr StringLiteral name = "cotan.math.reduce_huge";
  if (Function *function = module.getFunction(name))
    return function;
  LLVMContext &context = module.getContext();
  Type *ptr = PointerType::getUnqual(context);
  Type *i64 = Type::getInt64Ty(context), *f64 = Type::getDoubleTy(context);
  auto *type = FunctionType::get(Type::getVoidTy(context), {ptr, ptr, ptr, ptr, i64}, false);
  Function *function = Function::Create(type, GlobalValue::InternalLinkage, name, module);
  for (Attribute::AttrKind kind : {Attribute::NoInline, Attribute::Cold, Attribute::NoUnwind})
    function->addFnAttr(kind);
  // The caller's target, so that fma is an instruction here too.
  for (StringRef key : {"target-cpu", "target-features"})
    if (caller.hasFnAttribute(key))
      function->addFnAttr(caller.getFnAttribute(key));

  GlobalVariable *table = getTable(module);
  BasicBlock *entry = BasicBlock::Create(context, "entry", function);
  BasicBlock *loop = BasicBlock::Create(context, "loop", function);
  BasicBlock *exit = BasicBlock::Create(context, "exit", function);
  IRBuilder<> b(entry);
  b.CreateBr(loop);
  b.SetInsertPoint(loop);
  PHINode *lane = b.CreatePHI(i64, 2, "lane");
  Value *magnitude = b.CreateLoad(f64, b.CreateGEP(f64, function->getArg(0), lane));
  ScalarReduced reduced = reduceScalar(b, magnitude, table);
  b.CreateStore(reduced.hi, b.CreateGEP(f64, function->getArg(1), lane));
  b.CreateStore(reduced.lo, b.CreateGEP(f64, function->getArg(2), lane));
  b.CreateStore(reduced.quadrant, b.CreateGEP(i64, function->getArg(3), lane));
  Value *next = b.CreateAdd(lane, b.getInt64(1));
  lane->addIncoming(b.getInt64(0), entry);
  lane->addIncoming(next, loop);
  b.CreateCondBr(b.CreateICmpULT(next, function->getArg(4)), loop, exit);
  b.SetInsertPoint(exit);
  b.CreateRetVoid();
  return function;
}

/// Splits the block at the builder's position, which may be at the end of a
/// block without a terminator, and returns the tail.
BasicBlock *splitAtPosition(IRBuilderBase &b) {
  BasicBlock *head = b.GetInsertBlock();
  if (b.GetInsertPoint() == head->end())
    return BasicBlock::Create(b.getContext(), "reduced", head->getParent(), head->getNextNode());
  BasicBlock *tail = head->splitBasicBlock(b.GetInsertPoint(), "reduced");
  head->getTerminator()->eraseFromParent();
  b.SetInsertPoint(head);
  return tail;
}

/// A slot of the function's frame for lanes of `type`.
Value *allocate(IRBuilderBase &b, Type *type) {
  BasicBlock &entry = b.GetInsertBlock()->getParent()->getEntryBlock();
  IRBuilder<> entryBuilder(&entry, entry.getFirstInsertionPt());
  return entryBuilder.CreateAlloca(type);
}

/// The call, on all lanes.
Reduced callReduction(IRBuilderBase &b, Lanes magnitude) {
  Lanes wide = magnitude.isDouble() ? magnitude : toDouble(magnitude);
  Type *doubles = wide.value->getType();
  Type *integers = wide.typeOf(b.getInt64Ty());
  Value *input = allocate(b, doubles), *hi = allocate(b, doubles), *lo = allocate(b, doubles),
        *quadrant = allocate(b, integers);
  b.CreateStore(wide.value, input);
  auto *vector = dyn_cast<FixedVectorType>(doubles);
  Function *caller = b.GetInsertBlock()->getParent();
  b.CreateCall(getReduction(*caller->getParent(), *caller),
               {input, hi, lo, quadrant, b.getInt64(vector ? vector->getNumElements() : 1)});
  Lanes hiLanes{&b, b.CreateLoad(doubles, hi)};
  Lanes loLanes{&b, b.CreateLoad(doubles, lo)};
  Value *quadrants = b.CreateLoad(integers, quadrant);
  if (magnitude.isDouble())
    return {hiLanes, loLanes, {&b, quadrants}};
  quadrants = b.CreateTrunc(quadrants, magnitude.typeOf(b.getInt32Ty()));
  return {toFloat(hiLanes), magnitude.constant(0), {&b, quadrants}};
}

} // namespace

Reduced reduceHuge(Lanes magnitude, double limit, Reduced fast) {
  IRBuilderBase &b = *magnitude.builder;
  Mask huge = magnitude > limit;
  Value *any = huge.value->getType()->isVectorTy() ? b.CreateOrReduce(huge.value) : huge.value;
  BasicBlock *tail = splitAtPosition(b);
  BasicBlock *head = b.GetInsertBlock();
  BasicBlock *slow = BasicBlock::Create(b.getContext(), "huge", head->getParent(), tail);
  b.CreateCondBr(any, slow, tail, MDBuilder(b.getContext()).createBranchWeights(1, 1 << 20));

  b.SetInsertPoint(slow);
  Reduced exact = callReduction(b, magnitude);
  Reduced chosen = {select(huge, exact.hi, fast.hi), select(huge, exact.lo, fast.lo),
                    select(huge, exact.quadrant, fast.quadrant)};
  b.CreateBr(tail);

  b.SetInsertPoint(tail, tail->begin());
  auto join = [&](Value *fromHead, Value *fromSlow) -> Value * {
    if (fromHead == fromSlow)
      return fromHead;
    PHINode *phi = b.CreatePHI(fromHead->getType(), 2);
    phi->addIncoming(fromHead, head);
    phi->addIncoming(fromSlow, slow);
    return phi;
  };
  return {{&b, join(fast.hi.value, chosen.hi.value)},
          {&b, join(fast.lo.value, chosen.lo.value)},
          {&b, join(fast.quadrant.value, chosen.quadrant.value)}};
}

} // namespace cotan::codegen::vector_math
