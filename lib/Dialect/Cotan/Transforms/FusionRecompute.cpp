//===- FusionRecompute.cpp - values that are cheaper made twice -------------===//
//
// A value that one kernel computes and another reads costs a write and a read of memory. Where a few cheap ops compute
// it from what lies in memory anyway, the readers compute it again instead. Its bits are the same either way.
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Dialect/Cotan/Transforms/FusionPlan.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::transforms;

/// At most so many ops are computed again, and at most so many more large tensors read (those that are saved: one
/// write, one read).
static constexpr size_t maxRecomputedOps = 8;
static constexpr int maxNewReads = 2;
/// A tensor this many times smaller than the domain costs nothing to read.
static constexpr int64_t smallFraction = 8;

static bool isCheap(Operation *op) {
  return isa<ir::AddOp, ir::SubOp, ir::MulOp, ir::FmaOp, ir::NegOp, ir::AbsOp, ir::MaxOp, ir::MinOp, ir::CompareOp,
             ir::SelectOp, ir::CastOp, ir::NotOp, ir::AndOp, ir::OrOp, ir::XorOp>(op);
}

static int64_t sizeOf(Value value) { return product(cast<RankedTensorType>(value.getType()).getShape()); }

namespace cotan::transforms {

/// What it takes to compute one value again in another group.
struct Recomputation {
  SmallVector<unsigned, 8> ops;
  SmallVector<Value, 4> largeReads;
};

} // namespace cotan::transforms

/// Collects the ops behind item `index` of group `from`; false if they are too many or not cheap.
bool FusionPlan::collectRecomputation(unsigned index, const Group &from, Recomputation &recomputation) {
  if (llvm::is_contained(recomputation.ops, index))
    return true;
  Item &item = items[index];
  if (!isCheap(item.op) || recomputation.ops.size() == maxRecomputedOps)
    return false;
  recomputation.ops.push_back(index);
  for (const Access &access : item.accesses) {
    if (isGenerated(access))
      continue;
    Item *root = definingItem(access.root);
    const Member *member = root ? from.find(indexOf(*root)) : nullptr;
    if (member && !member->isRow) {
      // A value that is written anyway is read.
      bool isWritten = root->materialized && !llvm::is_contained(recomputation.ops, member->item);
      if (!isWritten) {
        if (!collectRecomputation(member->item, from, recomputation))
          return false;
        continue;
      }
    }
    if (sizeOf(access.root) * smallFraction > from.domain.size() &&
        !llvm::is_contained(recomputation.largeReads, access.root))
      recomputation.largeReads.push_back(access.root);
  }
  return true;
}

/// Whether the group can compute the ops instead of reading the value at `read`, and should.
bool FusionPlan::canRecompute(const Recomputation &recomputation, const Group &group, const Member &reader,
                              const Access &read) {
  Domain domain = group.domain;
  if (iteratesRow(reader) || !domain.isAligned(read, /*row=*/false, /*rootIsRow=*/false))
    return false;
  int newReads = 0;
  for (Value tensor : recomputation.largeReads)
    newReads += llvm::none_of(group.members, [&](const Member &member) {
      return llvm::any_of(items[member.item].accesses, [&](const Access &access) { return access.root == tensor; });
    });
  if (newReads > maxNewReads)
    return false;
  for (unsigned op : recomputation.ops) {
    const Item &item = items[op];
    if (!domain.refine(item.shape, /*row=*/false))
      return false;
    for (const Access &access : item.accesses) {
      if (!domain.refine(access.factors, /*row=*/false))
        return false;
      // What the group computes itself must be aligned, as for any member.
      Item *root = isGenerated(access) ? nullptr : definingItem(access.root);
      const Member *own = root ? group.find(indexOf(*root)) : nullptr;
      if (own && (own->isRow || !domain.isAligned(access, /*row=*/false, /*rootIsRow=*/false)))
        return false;
    }
  }
  // And all that the group reads of the recomputed values, because it will find them among its members.
  for (const Member &member : group.members) {
    const Item &item = items[member.item];
    auto isRecomputed = [&](Value value) {
      Item *root = definingItem(value);
      return root && llvm::is_contained(recomputation.ops, indexOf(*root));
    };
    for (const Access &access : item.accesses) {
      if (isRecomputed(access.root) && (iteratesRow(member) || !domain.isAligned(access, false, false)))
        return false;
      if (llvm::any_of(access.symbols, [&](auto symbol) { return isRecomputed(symbol.first); }))
        return false;
    }
    if (llvm::any_of(wholeOperands(item), isRecomputed))
      return false;
  }
  return true;
}

void FusionPlan::recomputeCheapValues() {
  // Who reads a value of another group.
  struct Read {
    int node;
    unsigned member;
    const Access *access;
  };
  std::vector<SmallVector<Read, 2>> reads(items.size());
  llvm::BitVector isReadOtherwise(items.size());
  for (int node = 0; node < static_cast<int>(groups.size()); ++node)
    for (auto [m, member] : llvm::enumerate(groups[node].members))
      for (const Access &access : items[member.item].accesses) {
        Item *root = isGenerated(access) ? nullptr : definingItem(access.root);
        if (root && root->kind == ItemKind::Compute && !groups[node].find(indexOf(*root)))
          reads[indexOf(*root)].push_back({node, member.item, &access});
      }
  for (Item &item : items)
    if (item.kind == ItemKind::Writer)
      for (const Access &access : item.accesses)
        if (Item *root = definingItem(access.root))
          isReadOtherwise.set(indexOf(*root));

  for (unsigned i = items.size(); i-- > 0;) {
    Item &item = items[i];
    if (reads[i].empty() || item.materialized || isReadOtherwise.test(i))
      continue;
    const Group &from = groups[find(item.node)];
    const Member *computed = from.find(i);
    Recomputation recomputation;
    if (computed->isRow || !collectRecomputation(i, from, recomputation) ||
        !llvm::all_of(reads[i], [&](const Read &read) {
          // Groups may have merged since.
          const Group &group = groups[find(read.node)];
          return group.find(i) || canRecompute(recomputation, group, *group.find(read.member), *read.access);
        }))
      continue;
    for (const Read &read : reads[i]) {
      int node = find(read.node);
      Group &group = groups[node];
      if (group.find(i))
        continue;
      for (unsigned op : recomputation.ops) {
        group.domain.refine(items[op].shape, /*row=*/false);
        for (const Access &access : items[op].accesses)
          group.domain.refine(access.factors, /*row=*/false);
        group.insert({op, /*isRow=*/false});
        addDependencies(node, nodesOf(memoryOperands(items[op], &group)));
      }
    }
    // The readers may now share a tensor with other groups.
    for (const Read &read : reads[i])
      for (Value tensor : recomputation.largeReads)
        mergeReaders(tensor, find(read.node));
  }
}
