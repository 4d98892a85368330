//===- MatmulPanel.cpp - the register tiles of the matrix product ---------===//
//
// The innermost loop: one step along k loads a row of B's panel, and for each row of the tile broadcasts one element of A
// and adds its product with that row of B. Nothing else happens there, so one or two fma units stay busy.
//
//===----------------------------------------------------------------------===//

#include "MatmulEmitter.h"
#include "llvm/IR/Intrinsics.h"

using namespace llvm;

namespace cotan::codegen::matmul {

namespace {

/// Emits one panel routine.
class PanelEmitter {
public:
  PanelEmitter(IRBuilder<> &builder, FixedVectorType *vectorType, unsigned height, unsigned vectors)
      : builder(builder), vectorType(vectorType), element(vectorType->getElementType()), height(height), vectors(vectors),
        vectorBytes(vectorType->getPrimitiveSizeInBits() / 8), alignment(element->getPrimitiveSizeInBits() / 8) {}

  void emit(Function *function);

private:
  using Values = SmallVector<Value *>;

  /// Rows 0..7 of a tile are addressed from one pointer with the factors that x86 has (1, 2, 4, 8 times a register) and
  /// multiples of the stride by 3, 5 and 7; each further eight rows take another pointer.
  static constexpr unsigned rowsPerBase = 8;
  unsigned bases() const { return (height + rowsPerBase - 1) / rowsPerBase; }
  Value *rowAddress(Value *base, unsigned row);

  Values initialTile(BasicBlock *tileBlock);
  Values step(ArrayRef<Value *> bases, Value *b, Values tile);
  Values depthLoop(Values tile);
  void storeTile(const Values &tile);

  IRBuilder<> &builder;
  FixedVectorType *vectorType;
  Type *element;
  unsigned height, vectors, vectorBytes;
  Align alignment;
  Value *depth, *aRow, *aColumn, *b, *bRow, *cRow, *first, *mask;
  Value *aTile, *cTile;      ///< of the tile being worked on
  SmallVector<Value *, 4> oddMultiples; ///< aRow times 1, 3, 5, 7
};

Value *PanelEmitter::rowAddress(Value *base, unsigned row) {
  if (row == 0)
    return base;
  unsigned shift = llvm::countr_zero(row);
  Value *multiple = oddMultiples[(row >> shift) / 2];
  return builder.CreatePtrAdd(base, shift ? builder.CreateShl(multiple, shift) : multiple);
}

PanelEmitter::Values PanelEmitter::initialTile(BasicBlock *tileBlock) {
  Function *function = tileBlock->getParent();
  LLVMContext &context = builder.getContext();
  auto *loadBlock = BasicBlock::Create(context, "continue", function);
  auto *startBlock = BasicBlock::Create(context, "start", function);
  builder.CreateCondBr(first, startBlock, loadBlock);

  builder.SetInsertPoint(loadBlock);
  Values loaded;
  Value *row = cTile;
  for (unsigned i = 0; i < height; ++i, row = builder.CreatePtrAdd(row, cRow))
    for (unsigned v = 0; v < vectors; ++v) {
      Value *pointer = builder.CreateConstGEP1_64(builder.getInt8Ty(), row, v * vectorBytes);
      loaded.push_back(v + 1 < vectors ? static_cast<Value *>(builder.CreateAlignedLoad(vectorType, pointer, alignment))
                                       : builder.CreateMaskedLoad(vectorType, pointer, alignment, mask,
                                                                  Constant::getNullValue(vectorType)));
    }
  builder.CreateBr(startBlock);

  builder.SetInsertPoint(startBlock);
  Values tile;
  for (Value *value : loaded) {
    PHINode *phi = builder.CreatePHI(vectorType, 2);
    phi->addIncoming(Constant::getNullValue(vectorType), tileBlock);
    phi->addIncoming(value, loadBlock);
    tile.push_back(phi);
  }
  return tile;
}

PanelEmitter::Values PanelEmitter::step(ArrayRef<Value *> bases, Value *b, Values tile) {
  Values bVectors;
  for (unsigned v = 0; v < vectors; ++v)
    bVectors.push_back(builder.CreateAlignedLoad(
        vectorType, builder.CreateConstGEP1_64(builder.getInt8Ty(), b, v * vectorBytes), alignment));
  for (unsigned i = 0; i < height; ++i) {
    Value *address = rowAddress(bases[i / rowsPerBase], i % rowsPerBase);
    Value *a = builder.CreateVectorSplat(vectorType->getNumElements(), builder.CreateAlignedLoad(element, address, alignment));
    for (unsigned v = 0; v < vectors; ++v) {
      Value *&sum = tile[i * vectors + v];
      sum = builder.CreateIntrinsic(Intrinsic::fma, {vectorType}, {a, bVectors[v], sum});
    }
  }
  return tile;
}

PanelEmitter::Values PanelEmitter::depthLoop(Values tile) {
  Values baseStart = {aTile};
  if (bases() > 1) {
    Value *distance = builder.CreateShl(aRow, llvm::countr_zero(rowsPerBase));
    while (baseStart.size() < bases())
      baseStart.push_back(builder.CreatePtrAdd(baseStart.back(), distance));
  }
  BasicBlock *before = builder.GetInsertBlock();
  Function *function = before->getParent();
  auto *body = BasicBlock::Create(builder.getContext(), "depth", function);
  auto *after = BasicBlock::Create(builder.getContext(), "store", function);
  Value *zero = builder.getInt64(0);
  builder.CreateCondBr(builder.CreateICmpSGT(depth, zero), body, after);

  builder.SetInsertPoint(body);
  PHINode *left = builder.CreatePHI(builder.getInt64Ty(), 2, "left");
  PHINode *bNow = builder.CreatePHI(builder.getPtrTy(), 2, "b");
  SmallVector<PHINode *> basePhis, tilePhis;
  for (size_t i = 0; i < baseStart.size(); ++i)
    basePhis.push_back(builder.CreatePHI(builder.getPtrTy(), 2, "a"));
  for (size_t i = 0; i < tile.size(); ++i)
    tilePhis.push_back(builder.CreatePHI(vectorType, 2));
  Values next = step(Values(basePhis.begin(), basePhis.end()), bNow, Values(tilePhis.begin(), tilePhis.end()));

  auto connect = [&](PHINode *phi, Value *start, Value *again) {
    phi->addIncoming(start, before);
    phi->addIncoming(again, body);
  };
  Value *leftNext = builder.CreateSub(left, builder.getInt64(1));
  connect(left, depth, leftNext);
  connect(bNow, b, builder.CreatePtrAdd(bNow, bRow));
  for (size_t i = 0; i < basePhis.size(); ++i)
    connect(basePhis[i], baseStart[i], builder.CreatePtrAdd(basePhis[i], aColumn));
  for (size_t i = 0; i < tile.size(); ++i)
    connect(tilePhis[i], tile[i], next[i]);
  builder.CreateCondBr(builder.CreateICmpNE(leftNext, zero), body, after);

  builder.SetInsertPoint(after);
  Values result;
  for (size_t i = 0; i < tile.size(); ++i) {
    PHINode *phi = builder.CreatePHI(vectorType, 2);
    phi->addIncoming(tile[i], before);
    phi->addIncoming(next[i], body);
    result.push_back(phi);
  }
  return result;
}

void PanelEmitter::storeTile(const Values &tile) {
  Value *row = cTile;
  for (unsigned i = 0; i < height; ++i, row = builder.CreatePtrAdd(row, cRow))
    for (unsigned v = 0; v < vectors; ++v) {
      Value *pointer = builder.CreateConstGEP1_64(builder.getInt8Ty(), row, v * vectorBytes);
      if (v + 1 < vectors)
        builder.CreateAlignedStore(tile[i * vectors + v], pointer, alignment);
      else
        builder.CreateMaskedStore(tile[i * vectors + v], pointer, alignment, mask);
    }
}

void PanelEmitter::emit(Function *function) {
  LLVMContext &context = builder.getContext();
  auto *entry = BasicBlock::Create(context, "entry", function);
  auto *tileBlock = BasicBlock::Create(context, "tile", function);
  builder.SetInsertPoint(entry);
  Value *tiles = function->getArg(0), *a = function->getArg(2), *c = function->getArg(7);
  depth = function->getArg(1), aRow = function->getArg(3), aColumn = function->getArg(4);
  b = function->getArg(5), bRow = function->getArg(6), cRow = function->getArg(8), first = function->getArg(10);

  unsigned lanes = vectorType->getNumElements();
  Value *inLast = builder.CreateSub(function->getArg(9), builder.getInt64((vectors - 1) * lanes));
  Value *count = builder.CreateVectorSplat(lanes, builder.CreateTrunc(inLast, builder.getInt32Ty()));
  SmallVector<Constant *> numbers;
  for (unsigned i = 0; i < lanes; ++i)
    numbers.push_back(builder.getInt32(i));
  mask = builder.CreateICmpSLT(ConstantVector::get(numbers), count);
  for (unsigned factor = 1; factor < rowsPerBase; factor += 2)
    oddMultiples.push_back(factor == 1 ? aRow : builder.CreateMul(aRow, builder.getInt64(factor)));
  Value *aStep = builder.CreateMul(aRow, builder.getInt64(height)), *cStep = builder.CreateMul(cRow, builder.getInt64(height));
  builder.CreateBr(tileBlock);

  builder.SetInsertPoint(tileBlock);
  PHINode *left = builder.CreatePHI(builder.getInt64Ty(), 2, "tiles");
  PHINode *aPhi = builder.CreatePHI(builder.getPtrTy(), 2), *cPhi = builder.CreatePHI(builder.getPtrTy(), 2);
  aTile = aPhi, cTile = cPhi;
  storeTile(depthLoop(initialTile(tileBlock)));
  Value *leftNext = builder.CreateSub(left, builder.getInt64(1));
  BasicBlock *last = builder.GetInsertBlock();
  left->addIncoming(tiles, entry), left->addIncoming(leftNext, last);
  aPhi->addIncoming(a, entry), aPhi->addIncoming(builder.CreatePtrAdd(aTile, aStep), last);
  cPhi->addIncoming(c, entry), cPhi->addIncoming(builder.CreatePtrAdd(cTile, cStep), last);
  auto *done = BasicBlock::Create(context, "done", function);
  builder.CreateCondBr(builder.CreateICmpNE(leftNext, builder.getInt64(0)), tileBlock, done);
  builder.SetInsertPoint(done);
  builder.CreateRetVoid();
}

} // namespace

Function *Emitter::panelRoutine(unsigned height, unsigned vectors) {
  bool created;
  Function *function = declare("panel." + Twine(height) + "x" + Twine(vectors), panelType(), created);
  if (created) {
    IRBuilderBase::InsertPointGuard guard(builder);
    PanelEmitter(builder, vectorType, height, vectors).emit(function);
  }
  return function;
}

} // namespace cotan::codegen::matmul
