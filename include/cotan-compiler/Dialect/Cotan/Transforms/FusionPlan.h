//===- FusionPlan.h - which ops of a block share a kernel --------*- C++ -*-===//
//
// The plan of one block: every op is an item; computing items belong to groups, each of which becomes a kernel; all
// other items stay ops of their own or vanish into the reads of their users. BuildKernels.cpp writes the plan down.
// docs/Rationale/Fusion.md explains the rules.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_DIALECT_COTAN_TRANSFORMS_FUSIONPLAN_H
#define COTAN_COMPILER_DIALECT_COTAN_TRANSFORMS_FUSIONPLAN_H

#include "cotan-compiler/Dialect/Cotan/Transforms/IndexSpace.h"
#include "cotan-compiler/Dialect/Cotan/Transforms/Passes.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include <optional>

namespace cotan::transforms {

enum class ItemKind {
  View,       ///< vanishes into the accesses of its users
  Generator,  ///< splat constant or iota: made again by every user
  Compute,    ///< elementwise, reduce, gather, or the copy of a view: an op of a kernel body
  Writer,     ///< pad, concatenate, dynamic_update_slice: a chain of kernels that write pieces of one tensor
  Alias,      ///< a reshape of a tensor in memory
  Standalone, ///< stays as it is
};

/// The op as a reduction; null if it is none, or one over unit dimensions only, which is the identity.
ir::ReduceOp asReduction(mlir::Operation *op);

/// An op's place in the plan.
struct Item {
  mlir::Operation *op = nullptr;
  ItemKind kind = ItemKind::Standalone;
  bool materialized = false;             ///< its result is needed in memory by something that is no kernel
  int node = -1;                         ///< in the dependency graph, see FusionPlan::find
  llvm::SmallVector<int64_t, 4> shape;   ///< what it iterates over, without units
  llvm::SmallVector<Access, 2> accesses; ///< the reads of its body, or of a writer's pieces
  std::optional<Access> table; ///< of a gather: its table, which may be a view, over the table's own dimensions
  const char *cut = nullptr;   ///< why it did not join a producer's group
};

/// An item in a group. An item may be computed by several groups; `Item::node` is the one that writes it to memory.
struct Member {
  unsigned item;
  bool isRow; ///< its result varies over the parallel dimensions only
};

/// Items that are computed by one kernel.
struct Group {
  Domain domain;
  llvm::SmallVector<Member, 8> members; ///< in the order of the block

  const Member *find(unsigned item) const;
  void insert(Member member);
};

struct Recomputation;

class FusionPlan {
public:
  FusionPlan(mlir::Block &block, const FusionOptions &options) : block(block), options(options) {}

  /// Fails with a diagnostic on tensors of dynamic shape.
  mlir::LogicalResult compute();

  std::vector<Item> items;
  /// Groups by node; a node without items is no group.
  std::vector<Group> groups;
  /// Live nodes in an order in which they can run.
  std::vector<int> order;

  mlir::Block &getBlock() const { return block; }
  /// The item that defines a value, or null for values from outside of the block.
  Item *definingItem(mlir::Value value);
  /// The node that a merged node has become part of.
  int find(int node) const;
  /// Whether a read needs no memory: the root is a splat, or an iota at an index that is known.
  bool isGenerated(const Access &access) const;
  /// The item's position in `items`.
  unsigned indexOf(const Item &item) const { return &item - items.data(); }
  /// Whether the item is computed once a row by its group. A reduce is not, though its result is a row.
  bool iteratesRow(const Member &member) const { return member.isRow && !asReduction(items[member.item].op); }
  /// Tensors that an item reads from memory as a whole; for one that computes in `group` (or in none, if null), all its
  /// reads of values that other ops of the block produce.
  llvm::SmallVector<mlir::Value, 2> memoryOperands(const Item &item, const Group *group = nullptr);
  /// Whether the item copies a member of the group in another order of its dimensions: that is written through another
  /// map.
  bool copiesPermuted(const Item &item, const Group &group);
  /// Tensors that must exist in memory because of the item's kind.
  llvm::SmallVector<mlir::Value, 2> wholeOperands(const Item &item) const;

private:
  mlir::LogicalResult classify();
  void requireTensor(mlir::Value value);
  llvm::SmallVector<mlir::Value, 4> capturedValues(const Item &item);
  void resolveAccesses(unsigned index);
  Access resolve(mlir::Value value, llvm::ArrayRef<int64_t> iterationShape);
  Access resolveTable(mlir::Value table);
  void resolveWriter(Item &item);

  void group();
  void place(unsigned index);
  int addNode();
  void addDependencies(int node, llvm::ArrayRef<int> on);
  llvm::SmallVector<int, 4> nodesOf(llvm::ArrayRef<mlir::Value> values);
  const char *tryJoin(unsigned index, int node);
  const char *checkAccesses(unsigned index, bool iteratesRow, const Domain &domain,
                            llvm::ArrayRef<const Group *> within, llvm::ArrayRef<bool> asRows);
  bool variesAlongReduction(unsigned index, const Domain &domain, llvm::ArrayRef<const Group *> within,
                            llvm::ArrayRef<bool> asRows, llvm::SmallDenseSet<unsigned> &visited);
  bool tryMerge(int a, int b);
  bool mergedDomain(int a, int b, Domain &domain, bool &aIsRow, bool &bIsRow) const;
  bool hasPathThroughOthers(int a, int b) const;
  void mergeNeighbours(unsigned index, int node);
  void mergeRemaining();
  void mergeReaders(mlir::Value tensor, int node);
  void recomputeCheapValues();
  bool collectRecomputation(unsigned index, const Group &from, Recomputation &recomputation);
  bool canRecompute(const Recomputation &recomputation, const Group &group, const Member &reader, const Access &read);
  void schedule();

  mlir::Block &block;
  FusionOptions options;
  llvm::DenseMap<mlir::Operation *, unsigned> itemOf;
  llvm::SmallVector<unsigned> unresolved;
  std::vector<int> parent;
  std::vector<llvm::BitVector> ancestors;
  int scalarGroup = -1;                                           ///< the latest group of 0-d ops
  llvm::DenseMap<mlir::Value, llvm::SmallVector<int, 2>> readers; ///< groups that read a large tensor
};

/// Writes the plan down: kernels in order, everything that they compute erased.
void buildKernels(FusionPlan &plan, FusionReport *report);

} // namespace cotan::transforms

#endif // COTAN_COMPILER_DIALECT_COTAN_TRANSFORMS_FUSIONPLAN_H
