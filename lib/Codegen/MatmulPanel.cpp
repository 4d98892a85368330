//===- MatmulPanel.cpp - the register tiles of the matrix product ---------===//
//
// The innermost loop: one step along k loads a row of B's panel, and for each row of the tile broadcasts one element of A
// and adds its product with that row of B. Nothing else happens there, so one or two fma units stay busy.
//
//===----------------------------------------------------------------------===//

#include "MatmulEmitter.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Intrinsics.h"

using namespace llvm;

namespace cotan::codegen::matmul {

namespace {

/// Emits one panel routine.
class PanelEmitter {
public:
  PanelEmitter(IRBuilder<> &builder, FixedVectorType *vectorType, unsigned height, unsigned vectors, bool masksB)
      : builder(builder), vectorType(vectorType), element(vectorType->getElementType()), height(height), vectors(vectors), masksB(masksB),
        vectorBytes(vectorType->getPrimitiveSizeInBits() / 8), alignment(element->getPrimitiveSizeInBits() / 8) {}

  void emit(Function *function);

private:
  using Values = SmallVector<Value *>;

  /// Rows 0..7 of a tile are addressed from one pointer with the factors that x86 has (1, 2, 4, 8 times a register) and
  /// multiples of the stride by 3, 5 and 7; each further eight rows take another pointer.
  static constexpr unsigned rowsPerBase = 8;
  unsigned bases() const { return (height + rowsPerBase - 1) / rowsPerBase; }
  Value *rowAddress(Value *base, unsigned row);
  Value *hideOrigin(Value *value);

  /// What a step along k changes.
  struct State {
    Values bases; ///< of A's rows
    Value *b;
    Values tile;
    Values values() const {
      Values all = bases;
      all.push_back(b);
      all.append(tile);
      return all;
    }
    void set(ArrayRef<Value *> all) {
      size_t count = bases.size();
      bases.assign(all.begin(), all.begin() + count);
      b = all[count];
      tile.assign(all.begin() + count + 1, all.end());
    }
  };

  Value *load(Value *row, unsigned v, bool masksLast);
  Values initialTile();
  void step(State &state, Value *distance);
  Values computeTile(Values tile);
  void storeTile(const Values &tile);
  void prefetchTile(Value *tilesLeft, Value *firstRow);
  void prefetch(Value *pointer, bool forWriting);

  IRBuilder<> &builder;
  FixedVectorType *vectorType;
  Type *element;
  unsigned height, vectors;
  bool masksB;
  unsigned vectorBytes;
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

/// `value` by way of no instruction at all. Where loop strength reduction sees that addresses differ by a common stride it turns
/// them into a chain of dependent additions, one for each row.
Value *PanelEmitter::hideOrigin(Value *value) {
  auto *type = FunctionType::get(value->getType(), {value->getType()}, false);
  return builder.CreateCall(InlineAsm::get(type, "", "=r,0", /*hasSideEffects=*/false), {value});
}

/// The `v`-th vector of a row of C or B.
Value *PanelEmitter::load(Value *row, unsigned v, bool masksLast) {
  Value *pointer = builder.CreateConstGEP1_64(builder.getInt8Ty(), row, v * vectorBytes);
  if (v + 1 < vectors || !masksLast)
    return builder.CreateAlignedLoad(vectorType, pointer, alignment);
  return builder.CreateMaskedLoad(vectorType, pointer, alignment, mask, Constant::getNullValue(vectorType));
}

PanelEmitter::Values PanelEmitter::initialTile() {
  BasicBlock *before = builder.GetInsertBlock();
  Function *function = before->getParent();
  LLVMContext &context = builder.getContext();
  auto *loadBlock = BasicBlock::Create(context, "continue", function);
  auto *startBlock = BasicBlock::Create(context, "start", function);
  builder.CreateCondBr(first, startBlock, loadBlock);

  builder.SetInsertPoint(loadBlock);
  Values loaded;
  Value *row = cTile;
  for (unsigned i = 0; i < height; ++i, row = builder.CreatePtrAdd(row, cRow))
    for (unsigned v = 0; v < vectors; ++v)
      loaded.push_back(load(row, v, /*masksLast=*/true));
  builder.CreateBr(startBlock);

  builder.SetInsertPoint(startBlock);
  Values tile;
  for (Value *value : loaded) {
    PHINode *phi = builder.CreatePHI(vectorType, 2);
    phi->addIncoming(Constant::getNullValue(vectorType), before);
    phi->addIncoming(value, loadBlock);
    tile.push_back(phi);
  }
  return tile;
}

void PanelEmitter::prefetch(Value *pointer, bool forWriting) {
  builder.CreateIntrinsic(Intrinsic::prefetch, {builder.getPtrTy()},
                          {pointer, builder.getInt32(forWriting), builder.getInt32(3), builder.getInt32(1)});
}

/// One step along k; asks for the row of B that is `distance` bytes away.
void PanelEmitter::step(State &state, Value *distance) {
  Values bVectors;
  for (unsigned v = 0; v < vectors; ++v)
    bVectors.push_back(load(state.b, v, masksB));
  Value *later = builder.CreatePtrAdd(state.b, distance);
  for (unsigned byte = 0; byte < vectors * vectorBytes; byte += 64)
    prefetch(builder.CreateConstGEP1_64(builder.getInt8Ty(), later, byte), /*forWriting=*/false);
  for (unsigned i = 0; i < height; ++i) {
    Value *address = rowAddress(state.bases[i / rowsPerBase], i % rowsPerBase);
    Value *a = builder.CreateVectorSplat(vectorType->getNumElements(), builder.CreateAlignedLoad(element, address, alignment));
    for (unsigned v = 0; v < vectors; ++v) {
      Value *&sum = state.tile[i * vectors + v];
      sum = builder.CreateIntrinsic(Intrinsic::fma, {vectorType}, {a, bVectors[v], sum});
    }
  }
  for (Value *&base : state.bases)
    base = hideOrigin(builder.CreatePtrAdd(base, aColumn));
}

/// The loop over k, two steps long. It may be left between them, which costs an instruction but saves the code of a loop for odd
/// depths. It runs twice: the last steps have nothing ahead of them, and a prefetch past the end of B can cost a walk through the
/// page tables each time, which is why they ask for the row they have.
PanelEmitter::Values PanelEmitter::computeTile(Values initialTile) {
  constexpr unsigned steps = 2, stepsAhead = 8;
  State state;
  state.bases = {aTile};
  if (bases() > 1) {
    Value *distance = hideOrigin(builder.CreateShl(aRow, llvm::countr_zero(rowsPerBase)));
    while (state.bases.size() < bases())
      state.bases.push_back(builder.CreatePtrAdd(state.bases.back(), distance));
  }
  state.b = b;
  state.tile = std::move(initialTile);
  Value *zero = builder.getInt64(0), *lastSteps = builder.getInt64(stepsAhead);
  // Where all rows are one row there is nothing ahead either: a distance of 0 marks the last steps.
  Value *hasAhead = builder.CreateAnd(builder.CreateICmpSGT(depth, lastSteps), builder.CreateICmpNE(bRow, zero));
  Value *firstCount = builder.CreateSelect(hasAhead, builder.CreateSub(depth, lastSteps), depth);
  Value *firstDistance = builder.CreateSelect(hasAhead, builder.CreateMul(bRow, lastSteps), zero);

  BasicBlock *before = builder.GetInsertBlock();
  Function *function = before->getParent();
  LLVMContext &context = builder.getContext();
  auto *body = BasicBlock::Create(context, "depth", function), *part = BasicBlock::Create(context, "part", function);
  auto *again = BasicBlock::Create(context, "last", function), *after = BasicBlock::Create(context, "store", function);
  builder.CreateBr(body);
  builder.SetInsertPoint(body);
  auto phi = [&](Value *start) {
    PHINode *node = builder.CreatePHI(start->getType(), 3);
    node->addIncoming(start, before);
    return node;
  };
  PHINode *leftPhi = phi(firstCount), *distance = phi(firstDistance);
  SmallVector<PHINode *> phis;
  for (Value *value : state.values())
    phis.push_back(phi(value));
  state.set(Values(phis.begin(), phis.end()));

  Value *left = leftPhi;
  SmallVector<std::pair<BasicBlock *, Values>> exits;
  for (unsigned i = 1; i <= steps; ++i) {
    step(state, distance);
    state.b = hideOrigin(builder.CreatePtrAdd(state.b, bRow));
    left = builder.CreateSub(left, builder.getInt64(1));
    exits.push_back({builder.GetInsertBlock(), state.values()});
    BasicBlock *next = i < steps ? BasicBlock::Create(context, "depth", function, part) : body;
    builder.CreateCondBr(builder.CreateICmpEQ(left, zero), part, next);
    builder.SetInsertPoint(next);
  }
  auto connect = [&](Value *count, Value *nextDistance, ArrayRef<Value *> values, BasicBlock *from) {
    leftPhi->addIncoming(count, from);
    distance->addIncoming(nextDistance, from);
    for (auto [node, value] : llvm::zip_equal(phis, values))
      node->addIncoming(value, from);
  };
  connect(left, distance, exits.back().second, exits.back().first);

  builder.SetInsertPoint(part);
  Values merged;
  for (size_t i = 0; i < phis.size(); ++i) {
    PHINode *node = builder.CreatePHI(phis[i]->getType(), steps);
    for (auto &[block, values] : exits)
      node->addIncoming(values[i], block);
    merged.push_back(node);
  }
  builder.CreateCondBr(builder.CreateICmpNE(distance, zero), again, after);
  builder.SetInsertPoint(again);
  builder.CreateBr(body);
  connect(lastSteps, zero, merged, again);

  builder.SetInsertPoint(after);
  state.set(merged);
  return state.tile;
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

/// Asks for the lines of the tile below, to be written, while this one is computed. A loop, since it is seldom run.
void PanelEmitter::prefetchTile(Value *tilesLeft, Value *firstRow) {
  BasicBlock *before = builder.GetInsertBlock();
  auto *body = BasicBlock::Create(builder.getContext(), "prefetch", before->getParent());
  auto *after = BasicBlock::Create(builder.getContext(), "tile", before->getParent());
  builder.CreateCondBr(builder.CreateICmpEQ(tilesLeft, builder.getInt64(1)), after, body);
  builder.SetInsertPoint(body);
  PHINode *left = builder.CreatePHI(builder.getInt64Ty(), 2), *row = builder.CreatePHI(builder.getPtrTy(), 2);
  for (unsigned byte = 0; byte < vectors * vectorBytes; byte += 64)
    prefetch(builder.CreateConstGEP1_64(builder.getInt8Ty(), row, byte), /*forWriting=*/true);
  Value *leftNext = builder.CreateSub(left, builder.getInt64(1));
  left->addIncoming(builder.getInt64(height), before), left->addIncoming(leftNext, body);
  row->addIncoming(firstRow, before), row->addIncoming(builder.CreatePtrAdd(row, cRow), body);
  builder.CreateCondBr(builder.CreateICmpNE(leftNext, builder.getInt64(0)), body, after);
  builder.SetInsertPoint(after);
}

void PanelEmitter::emit(Function *function) {
  LLVMContext &context = builder.getContext();
  auto *entry = BasicBlock::Create(context, "entry", function);
  auto *tileBlock = BasicBlock::Create(context, "tile", function);
  builder.SetInsertPoint(entry);
  Value *tiles = function->getArg(0), *a = function->getArg(2), *aStep = function->getArg(5), *c = function->getArg(8);
  depth = function->getArg(1), aRow = function->getArg(3), aColumn = function->getArg(4);
  b = function->getArg(6), bRow = function->getArg(7), cRow = function->getArg(9), first = function->getArg(11);

  unsigned lanes = vectorType->getNumElements();
  Value *inLast = builder.CreateSub(function->getArg(10), builder.getInt64((vectors - 1) * lanes));
  Value *count = builder.CreateVectorSplat(lanes, builder.CreateTrunc(inLast, builder.getInt32Ty()));
  SmallVector<Constant *> numbers;
  for (unsigned i = 0; i < lanes; ++i)
    numbers.push_back(builder.getInt32(i));
  mask = builder.CreateICmpSLT(ConstantVector::get(numbers), count);
  for (unsigned factor = 1; factor < rowsPerBase; factor += 2)
    oddMultiples.push_back(hideOrigin(builder.CreateMul(aRow, builder.getInt64(factor))));
  Value *cStep = builder.CreateMul(cRow, builder.getInt64(height));
  builder.CreateBr(tileBlock);

  builder.SetInsertPoint(tileBlock);
  PHINode *left = builder.CreatePHI(builder.getInt64Ty(), 2, "tiles");
  PHINode *aPhi = builder.CreatePHI(builder.getPtrTy(), 2), *cPhi = builder.CreatePHI(builder.getPtrTy(), 2);
  aTile = aPhi, cTile = cPhi;
  prefetchTile(left, builder.CreatePtrAdd(cTile, cStep));
  storeTile(computeTile(initialTile()));
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

static std::string panelName(unsigned height, unsigned vectors) {
  return ("panel." + Twine(height) + "x" + Twine(vectors)).str();
}

bool Emitter::hasPanelRoutine(unsigned height, unsigned vectors) const {
  return module.getFunction(symbol(panelName(height, vectors)));
}

Function *Emitter::panelRoutine(unsigned height, unsigned vectors) {
  bool created;
  Function *function = declare(panelName(height, vectors), panelType(), created);
  if (created) {
    IRBuilderBase::InsertPointGuard guard(builder);
    PanelEmitter(builder, vectorType, height, vectors, readsPartialVectors()).emit(function);
  }
  return function;
}

} // namespace cotan::codegen::matmul
