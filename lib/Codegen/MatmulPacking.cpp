//===- MatmulPacking.cpp - rearranging the operands of a product ----------===//
//
// B is packed into panels as wide as a register tile, so that the innermost loop reads one stream. A with adjacent columns is read
// in place, or copied row after row where its rows fall on few cache sets; otherwise it is packed as B is, into panels as wide as
// a tile is high.
//
//===----------------------------------------------------------------------===//

#include "MatmulEmitter.h"
#include "llvm/Analysis/VectorUtils.h"

using namespace llvm;

namespace cotan::codegen::matmul {

Emitter::Emitter(Module &module, Type *element, const TargetDescription &target, MatmulRoutines routines)
    : module(module), element(element), target(target), routines(routines),
      vectorType(FixedVectorType::get(element, target.vectorBits / element->getPrimitiveSizeInBits())),
      builder(module.getContext()), pointerType(builder.getPtrTy()), indexType(builder.getInt64Ty()) {}

FunctionType *Emitter::panelType() {
  Type *i64 = indexType, *ptr = pointerType;
  return FunctionType::get(builder.getVoidTy(), {i64, i64, ptr, i64, i64, i64, ptr, i64, ptr, i64, i64, builder.getInt1Ty()}, false);
}

FunctionType *Emitter::copyType() {
  Type *i64 = indexType, *ptr = pointerType;
  return FunctionType::get(builder.getVoidTy(), {ptr, i64, ptr, i64, i64, i64}, false);
}

FunctionType *Emitter::packType() {
  Type *i64 = indexType, *ptr = pointerType;
  return FunctionType::get(builder.getVoidTy(), {ptr, ptr, i64, i64, i64, i64, i64}, false);
}

Function *Emitter::declare(const Twine &suffix, FunctionType *type, bool &created) {
  std::string name = symbol(suffix);
  Function *function = module.getFunction(name);
  created = !function && routines == MatmulRoutines::Defined;
  if (function)
    return function;
  function = Function::Create(type, created ? Function::InternalLinkage : Function::ExternalLinkage, name, module);
  function->addFnAttr(Attribute::NoUnwind);
  // LLVM would otherwise split 512-bit vectors where it believes that they slow the clock down.
  function->addFnAttr("prefer-vector-width", std::to_string(target.vectorBits));
  return function;
}

void Emitter::loop(Value *end, Value *step, Body body) {
  Function *function = builder.GetInsertBlock()->getParent();
  BasicBlock *before = builder.GetInsertBlock();
  auto *block = BasicBlock::Create(builder.getContext(), "loop", function);
  auto *after = BasicBlock::Create(builder.getContext(), "after", function);
  builder.CreateCondBr(builder.CreateICmpSGT(end, constant(0)), block, after);
  builder.SetInsertPoint(block);
  PHINode *index = builder.CreatePHI(indexType, 2);
  index->addIncoming(constant(0), before);
  body(index);
  Value *next = builder.CreateAdd(index, step, "", /*HasNUW=*/true, /*HasNSW=*/true);
  index->addIncoming(next, builder.GetInsertBlock());
  builder.CreateCondBr(builder.CreateICmpSLT(next, end), block, after);
  builder.SetInsertPoint(after);
}

void Emitter::pointerLoop(Value *count, ArrayRef<Value *> pointers, ArrayRef<Value *> strides,
                          function_ref<void(ArrayRef<Value *>, Value *)> body) {
  BasicBlock *before = builder.GetInsertBlock();
  auto *block = BasicBlock::Create(builder.getContext(), "loop", before->getParent());
  auto *after = BasicBlock::Create(builder.getContext(), "after", before->getParent());
  builder.CreateCondBr(builder.CreateICmpSGT(count, constant(0)), block, after);
  builder.SetInsertPoint(block);
  SmallVector<PHINode *> phis = {builder.CreatePHI(indexType, 2)};
  phis[0]->addIncoming(count, before);
  for (Value *pointer : pointers) {
    phis.push_back(builder.CreatePHI(pointerType, 2));
    phis.back()->addIncoming(pointer, before);
  }
  body(SmallVector<Value *>(phis.begin() + 1, phis.end()), phis[0]);
  Value *left = builder.CreateSub(phis[0], constant(1));
  BasicBlock *last = builder.GetInsertBlock();
  for (auto [phi, stride] : llvm::zip_equal(ArrayRef(phis).drop_front(), strides))
    phi->addIncoming(offset(phi, stride), last);
  phis[0]->addIncoming(left, last);
  builder.CreateCondBr(builder.CreateICmpNE(left, constant(0)), block, after);
  builder.SetInsertPoint(after);
}

Value *Emitter::minimum(Value *left, Value *right) { return builder.CreateBinaryIntrinsic(Intrinsic::smin, left, right); }

Value *Emitter::laneMask(Value *count, unsigned width) {
  SmallVector<Constant *> numbers;
  for (unsigned i = 0; i < width; ++i)
    numbers.push_back(builder.getInt32(i));
  Value *limit = builder.CreateVectorSplat(width, builder.CreateTrunc(count, builder.getInt32Ty()));
  return builder.CreateICmpSLT(ConstantVector::get(numbers), limit);
}

Value *Emitter::loadMasked(Value *pointer, Value *mask) {
  return builder.CreateMaskedLoad(vectorType, pointer, Align(elementBytes()), mask, Constant::getNullValue(vectorType));
}

void Emitter::storeMasked(Value *value, Value *pointer, Value *mask) {
  builder.CreateMaskedStore(value, pointer, Align(elementBytes()), mask);
}

/// Asks for a line that is to be read soon. An address past the end would do no harm, but can cost a walk through the page tables.
void Emitter::prefetch(Value *pointer) {
  builder.CreateIntrinsic(Intrinsic::prefetch, {pointerType}, {pointer, builder.getInt32(0), builder.getInt32(3), builder.getInt32(1)});
}

Function *Emitter::copyRoutine() {
  bool created;
  Function *function = declare("copy", copyType(), created);
  if (!created)
    return function;
  IRBuilderBase::InsertPointGuard guard(builder);
  builder.SetInsertPoint(BasicBlock::Create(builder.getContext(), "entry", function));
  Value *to = function->getArg(0), *from = function->getArg(2), *columns = function->getArg(5);
  // Rows are too short, and too far apart, for the processor to see where they lead.
  Value *ahead = builder.CreateMul(function->getArg(3), constant(2));
  pointerLoop(function->getArg(4), {to, from}, {function->getArg(1), function->getArg(3)}, [&](ArrayRef<Value *> row, Value *left) {
    Value *later = offset(row[1], builder.CreateSelect(builder.CreateICmpSGT(left, constant(2)), ahead, constant(0)));
    loop(columns, constant(lanes()), [&](Value *j) {
      Value *mask = laneMask(builder.CreateSub(columns, j), lanes()), *at = builder.CreateMul(j, constant(elementBytes()));
      storeMasked(loadMasked(offset(row[1], at), mask), offset(row[0], at), mask);
      prefetch(offset(later, at));
    });
  });
  builder.CreateRetVoid();
  return function;
}

Function *Emitter::packRoutine(PackKind kind) {
  bool created;
  Function *function = declare(packNames[static_cast<unsigned>(kind)], packType(), created);
  if (!created)
    return function;
  IRBuilderBase::InsertPointGuard guard(builder);
  builder.SetInsertPoint(BasicBlock::Create(builder.getContext(), "entry", function));
  switch (kind) {
  case PackKind::Rows:
    emitPackRows(function);
    break;
  case PackKind::Transpose:
    emitPackTransposed(function);
    break;
  case PackKind::Strided:
    emitPackStrided(function);
    break;
  }
  builder.CreateRetVoid();
  return function;
}

/// Where column `j` of B, column `inPanel` of its panel, begins in the packed panels.
Value *Emitter::packedColumn(Value *to, Value *j, Value *inPanel, Value *depth) {
  Value *panel = builder.CreateMul(builder.CreateSub(j, inPanel), depth);
  return offset(to, builder.CreateMul(builder.CreateAdd(panel, inPanel), constant(elementBytes())));
}

/// Calls body(j, position of j in its panel) for every `step`-th column.
void Emitter::loopOverColumns(Value *columns, Value *panelColumns, unsigned step, function_ref<void(Value *, Value *)> body) {
  loop(columns, panelColumns, [&](Value *panel) {
    loop(minimum(builder.CreateSub(columns, panel), panelColumns), constant(step),
         [&](Value *inPanel) { body(builder.CreateAdd(panel, inPanel), inPanel); });
  });
}

/// Eight rows of B at a time across all panels: few enough streams for the prefetchers, and each page is visited once.
void Emitter::emitPackRows(Function *function) {
  constexpr unsigned rowsAtOnce = 8;
  Value *to = function->getArg(0), *from = function->getArg(1), *row = function->getArg(2), *depth = function->getArg(4);
  Value *columns = function->getArg(5), *panelColumns = function->getArg(6), *bytes = constant(elementBytes());
  Value *panelRow = builder.CreateMul(panelColumns, bytes);
  loop(depth, constant(rowsAtOnce), [&](Value *k) {
    Value *hasAhead = builder.CreateICmpSLE(builder.CreateAdd(k, constant(2 * rowsAtOnce)), depth);
    Value *ahead = builder.CreateSelect(hasAhead, builder.CreateMul(row, constant(rowsAtOnce)), constant(0));
    Value *rows = minimum(builder.CreateSub(depth, k), constant(rowsAtOnce));
    loopOverColumns(columns, panelColumns, lanes(), [&](Value *j, Value *inPanel) {
      Value *target = offset(packedColumn(to, j, inPanel, depth), builder.CreateMul(k, panelRow));
      Value *source = offset(offset(from, builder.CreateMul(j, bytes)), builder.CreateMul(k, row));
      Value *mask = laneMask(builder.CreateSub(columns, j), lanes()), *inside = laneMask(builder.CreateSub(panelColumns, inPanel), lanes());
      pointerLoop(rows, {source, target}, {row, panelRow},
                  [&](ArrayRef<Value *> at, Value *) {
                    storeMasked(loadMasked(at[0], mask), at[1], inside);
                    prefetch(offset(at[0], ahead));
                  });
    });
  });
}

/// Where the columns of B are adjacent in memory, what they hold of some rows becomes these rows. 16 bytes of each column are loaded
/// at a time: the pieces of columns that are 16 bytes apart in the result make up one vector, and what is left is to transpose small
/// squares within 16 bytes, which every processor does fast and which takes little time to compile.
SmallVector<Value *> Emitter::transpose(ArrayRef<Value *> pieces) {
  unsigned side = pieces.size() == lanes() ? 16 / elementBytes() : 0;
  SmallVector<Value *> rows;
  for (unsigned i = 0; i < side; ++i) {
    SmallVector<Value *> parts;
    for (unsigned column = i; column < lanes(); column += side)
      parts.push_back(pieces[column]);
    rows.push_back(concatenateVectors(builder, parts));
  }
  // Exchanges blocks of 1, then of 2 elements, between the halves of 16 bytes.
  for (unsigned block = 1; block < side; block *= 2) {
    SmallVector<int> low, high;
    for (unsigned start = 0; start < lanes(); start += side)
      for (unsigned i = 0; i < side / 2; i += block)
        for (unsigned source = 0; source < 2; ++source)
          for (unsigned k = 0; k < block; ++k) {
            low.push_back(source * lanes() + start + i + k);
            high.push_back(source * lanes() + start + side / 2 + i + k);
          }
    SmallVector<Value *> next(side);
    for (unsigned i = 0; i < side / 2; ++i) {
      // Partners are `block` apart; results are in the order of their rows.
      unsigned left = block == 1 ? 2 * i : i, right = left + block;
      next[2 * i] = builder.CreateShuffleVector(rows[left], rows[right], low);
      next[2 * i + 1] = builder.CreateShuffleVector(rows[left], rows[right], high);
    }
    rows = std::move(next);
  }
  return rows;
}

/// Columns past the edge read the last one again; rows past the depth are zeros that the next panel, or nobody, overwrites.
void Emitter::emitPackTransposed(Function *function) {
  Value *to = function->getArg(0), *from = function->getArg(1), *column = function->getArg(3), *depth = function->getArg(4);
  Value *columns = function->getArg(5), *panelColumns = function->getArg(6), *bytes = constant(elementBytes());
  Value *panelRow = builder.CreateMul(panelColumns, bytes), *lastColumn = builder.CreateSub(columns, constant(1));
  unsigned side = 16 / elementBytes();
  auto *pieceType = FixedVectorType::get(element, side);
  loopOverColumns(columns, panelColumns, lanes(), [&](Value *j, Value *inPanel) {
    SmallVector<Value *> sources;
    for (unsigned i = 0; i < lanes(); ++i) {
      Value *index = minimum(builder.CreateAdd(j, constant(i)), lastColumn);
      sources.push_back(offset(from, builder.CreateMul(index, column)));
    }
    Value *target = packedColumn(to, j, inPanel, depth);
    loop(depth, constant(side), [&](Value *k) {
      Value *mask = laneMask(builder.CreateSub(depth, k), side), *at = builder.CreateMul(k, bytes);
      SmallVector<Value *> pieces;
      for (Value *source : sources)
        pieces.push_back(builder.CreateMaskedLoad(pieceType, offset(source, at), Align(elementBytes()), mask,
                                                  Constant::getNullValue(pieceType)));
      Value *row = offset(target, builder.CreateMul(k, panelRow));
      for (Value *value : transpose(pieces)) {
        builder.CreateAlignedStore(value, row, Align(elementBytes()));
        row = offset(row, panelRow);
      }
    });
  });
}

void Emitter::emitPackStrided(Function *function) {
  Value *to = function->getArg(0), *from = function->getArg(1), *row = function->getArg(2), *column = function->getArg(3);
  Value *depth = function->getArg(4), *columns = function->getArg(5), *panelColumns = function->getArg(6);
  Value *bytes = constant(elementBytes()), *panelRow = builder.CreateMul(panelColumns, bytes);
  loopOverColumns(columns, panelColumns, 1, [&](Value *j, Value *inPanel) {
    Value *target = packedColumn(to, j, inPanel, depth), *source = offset(from, builder.CreateMul(j, column));
    pointerLoop(depth, {source, target}, {row, panelRow}, [&](ArrayRef<Value *> at, Value *) {
      builder.CreateAlignedStore(builder.CreateAlignedLoad(element, at[0], Align(elementBytes())), at[1], Align(elementBytes()));
    });
  });
}

} // namespace cotan::codegen::matmul
