//===- SimplifyGraph.cpp - cotan-simplify-graph -----------------------------===//

#include "Identities.h"
#include "cotan-compiler/Dialect/Cotan/Transforms/Passes.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/ScopedHashTable.h"
#include "llvm/Support/RecyclingAllocator.h"

using namespace mlir;
using namespace cotan;

namespace cotan::transforms {
#define GEN_PASS_DEF_SIMPLIFYGRAPHPASS
#include "cotan-compiler/Dialect/Cotan/Transforms/Passes.h.inc"
} // namespace cotan::transforms

namespace {

/// Ops are equal when name, attributes, operands and types are.
struct StructuralInfo : llvm::DenseMapInfo<Operation *> {
  static unsigned getHashValue(const Operation *op) {
    return OperationEquivalence::computeHash(const_cast<Operation *>(op), OperationEquivalence::directHashValue,
                                             OperationEquivalence::ignoreHashValue,
                                             OperationEquivalence::IgnoreLocations);
  }
  static bool isEqual(const Operation *a, const Operation *b) {
    if (a == b)
      return true;
    if (a == getTombstoneKey() || a == getEmptyKey() || b == getTombstoneKey() || b == getEmptyKey())
      return false;
    return OperationEquivalence::isEquivalentTo(const_cast<Operation *>(a), const_cast<Operation *>(b),
                                                OperationEquivalence::IgnoreLocations);
  }
};

class Simplifier {
public:
  void run(Region &region);

private:
  using Entry = llvm::ScopedHashTableVal<Operation *, Operation *>;
  using Allocator = llvm::RecyclingAllocator<llvm::BumpPtrAllocator, Entry>;
  using Table = llvm::ScopedHashTable<Operation *, Operation *, StructuralInfo, Allocator>;

  void visit(Operation *op);
  void visitNew(Operation *before, Operation *op);
  bool fold(Operation *op);
  bool rewrite(Operation *op);
  bool mergeWithEarlier(Operation *op);

  Table known;
};

/// Constants of a commutative op to the right, where folds look for them. Not of max and min: which of two zeros they
/// give may depend on the order.
void moveConstantRight(Operation *op) {
  if (op->hasTrait<OpTrait::IsCommutative>() && op->getNumOperands() == 2 && !isa<ir::MaxOp, ir::MinOp>(op) &&
      matchPattern(op->getOperand(0), m_Constant()) && !matchPattern(op->getOperand(1), m_Constant()))
    op->setOperands({op->getOperand(1), op->getOperand(0)});
}

/// Visits what a rewrite put in front of `op` after `before` (null: the block's beginning).
void Simplifier::visitNew(Operation *before, Operation *op) {
  Operation *next = before ? before->getNextNode() : &op->getBlock()->front();
  while (next != op) {
    Operation *current = next;
    next = next->getNextNode();
    visit(current);
  }
}

/// Folds until nothing changes. True if the op is gone.
bool Simplifier::fold(Operation *op) {
  if (op->hasTrait<OpTrait::ConstantLike>() || op->getNumResults() == 0)
    return false;
  constexpr int maxInPlaceFolds = 16;
  for (int i = 0; i < maxInPlaceFolds; ++i) {
    SmallVector<Attribute, 4> constants(op->getNumOperands());
    for (auto [constant, operand] : llvm::zip_equal(constants, op->getOperands()))
      matchPattern(operand, m_Constant(&constant));
    SmallVector<OpFoldResult, 1> results;
    if (failed(op->fold(constants, results)))
      return false;
    if (results.empty() || (results.size() == 1 && dyn_cast<Value>(results[0]) == op->getResult(0)))
      continue; // changed in place
    OpBuilder builder(op);
    Operation *before = op->getPrevNode();
    SmallVector<Value, 1> values;
    for (auto [result, old] : llvm::zip_equal(results, op->getResults())) {
      if (auto value = dyn_cast<Value>(result)) {
        values.push_back(value);
        continue;
      }
      Operation *constant = op->getDialect() ? op->getDialect()->materializeConstant(builder, cast<Attribute>(result),
                                                                                     old.getType(), op->getLoc())
                                             : nullptr;
      if (!constant)
        return false;
      values.push_back(constant->getResult(0));
    }
    op->replaceAllUsesWith(values);
    visitNew(before, op);
    op->erase();
    return true;
  }
  return false;
}

bool Simplifier::rewrite(Operation *op) {
  if (op->getNumResults() != 1)
    return false;
  OpBuilder builder(op);
  Operation *before = op->getPrevNode();
  Value replacement = transforms::applyIdentity(op, builder);
  if (!replacement)
    return false;
  op->getResult(0).replaceAllUsesWith(replacement);
  visitNew(before, op);
  op->erase();
  return true;
}

bool Simplifier::mergeWithEarlier(Operation *op) {
  // Two empty tensors are two destinations.
  if (op->getNumRegions() || op->hasTrait<OpTrait::IsTerminator>() || isa<ir::EmptyOp>(op) || !isMemoryEffectFree(op))
    return false;
  if (Operation *earlier = known.lookup(op)) {
    op->replaceAllUsesWith(earlier->getResults());
    op->erase();
    return true;
  }
  known.insert(op, op);
  return false;
}

void Simplifier::visit(Operation *op) {
  if (isOpTriviallyDead(op))
    return op->erase();
  moveConstantRight(op);
  if (fold(op) || rewrite(op) || mergeWithEarlier(op))
    return;
  for (Region &region : op->getRegions()) {
    // A region that sees nothing of its surroundings may not use ops from there.
    if (op->hasTrait<OpTrait::IsIsolatedFromAbove>())
      Simplifier().run(region);
    else
      run(region);
  }
}

void Simplifier::run(Region &region) {
  for (Block &block : region) {
    {
      // Blocks of one region see only their own ops: dominance is not computed.
      Table::ScopeTy scope(known);
      for (Operation &op : llvm::make_early_inc_range(block))
        visit(&op);
    }
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
      if (isOpTriviallyDead(&op))
        op.erase();
  }
}

struct SimplifyGraph : transforms::impl::SimplifyGraphPassBase<SimplifyGraph> {
  void runOnOperation() override { transforms::simplifyGraph(getOperation()); }
};

} // namespace

void transforms::simplifyGraph(func::FuncOp function) { Simplifier().run(function.getBody()); }
