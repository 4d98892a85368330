//===- FusionGroups.cpp - which computing ops share a kernel ----------------===//
//
// Greedy, in the order of the block: an op joins the latest group of its producers that it fits into and that closes no
// cycle; groups that turn out to fit together merge. docs/Rationale/Fusion.md explains the rules.
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Dialect/Cotan/Transforms/FusionPlan.h"
#include <queue>

using namespace mlir;
using namespace cotan;
using namespace cotan::transforms;

/// Ops a kernel; beyond, compile time and register pressure grow faster than memory traffic falls.
static constexpr size_t maxMembers = 512;
/// A row of more elements is not walked a second time by the same kernel: one row is one unit of parallel work.
static constexpr int64_t maxRevisitedElements = 1 << 17, maxRevisitedRow = 1 << 20;
/// Tensors of at least so many elements make it worth merging the groups that read them.
static constexpr int64_t minSharedElements = 256;

static int64_t sizeOf(Value value) { return product(cast<RankedTensorType>(value.getType()).getShape()); }

/// Whether a row is too long for a second pass over it.
static bool isRevisitTooLong(const Domain &domain) {
  int64_t rows = domain.parallelSize();
  return domain.size() / std::max<int64_t>(rows, 1) > (rows <= 1 ? maxRevisitedElements : maxRevisitedRow);
}

const Member *Group::find(unsigned item) const {
  const Member *it = llvm::lower_bound(members, item, [](const Member &m, unsigned i) { return m.item < i; });
  return it != members.end() && it->item == item ? it : nullptr;
}

void Group::insert(Member member) {
  Member *it = llvm::lower_bound(members, member.item, [](const Member &m, unsigned i) { return m.item < i; });
  if (it == members.end() || it->item != member.item)
    members.insert(it, member);
}

//===----------------------------------------------------------------------===//
// The dependency graph
//===----------------------------------------------------------------------===//

int FusionPlan::addNode() {
  parent.push_back(parent.size());
  groups.emplace_back();
  ancestors.emplace_back();
  return parent.size() - 1;
}

int FusionPlan::find(int node) const {
  while (parent[node] != node)
    node = parent[node];
  return node;
}

static bool test(const llvm::BitVector &bits, unsigned bit) { return bit < bits.size() && bits.test(bit); }

static void set(llvm::BitVector &bits, unsigned bit) {
  if (bit >= bits.size())
    bits.resize(bit + 64);
  bits.set(bit);
}

void FusionPlan::addDependencies(int node, ArrayRef<int> on) {
  llvm::BitVector added;
  for (int other : on) {
    if (other == node || test(ancestors[node], other))
      continue;
    added |= ancestors[other];
    set(added, other);
  }
  if (added.none())
    return;
  ancestors[node] |= added;
  for (llvm::BitVector &bits : ancestors)
    if (test(bits, node))
      bits |= added;
}

SmallVector<int, 4> FusionPlan::nodesOf(ArrayRef<Value> values) {
  SmallVector<int, 4> nodes;
  for (Value value : values)
    if (Item *item = definingItem(value); item && item->node >= 0)
      if (int node = find(item->node); !llvm::is_contained(nodes, node))
        nodes.push_back(find(node));
  return nodes;
}

bool FusionPlan::hasPathThroughOthers(int a, int b) const {
  auto passes = [&](int from, int to) {
    return llvm::any_of(ancestors[to].set_bits(),
                        [&](unsigned n) { return static_cast<int>(n) != from && test(ancestors[n], from); });
  };
  return passes(a, b) || passes(b, a);
}

//===----------------------------------------------------------------------===//
// Joining
//===----------------------------------------------------------------------===//

/// Which iteration factors a reduce combines.
static SmallVector<bool, 4> reducedFactors(ir::ReduceOp reduce) {
  SmallVector<bool, 4> result;
  for (auto [d, extent] : llvm::enumerate(reduce.getOperand().getType().getShape()))
    if (extent != 1)
      result.push_back(llvm::is_contained(reduce.getDims(), static_cast<int64_t>(d)));
  return result;
}

/// Whether a value differs along the reduction dimensions for a reason other than a row value's.
bool FusionPlan::variesAlongReduction(unsigned index, const Domain &domain, ArrayRef<const Group *> within,
                                      ArrayRef<bool> asRows, llvm::SmallDenseSet<unsigned> &visited) {
  if (!visited.insert(index).second)
    return false;
  const Item &item = items[index];
  if (isa<ir::GatherOp>(item.op))
    return true;
  for (const Access &access : item.accesses) {
    Item *root = definingItem(access.root);
    const Member *member = nullptr;
    bool isRow = false;
    for (unsigned g = 0; root && g < within.size() && !member; ++g)
      if ((member = within[g]->find(indexOf(*root))))
        isRow = member->isRow || asRows[g];
    if (member) {
      if (!isRow && variesAlongReduction(member->item, domain, within, asRows, visited))
        return true;
      continue;
    }
    SmallVector<LinearIndex, 4> located = domain.locate(access.factors, /*row=*/false);
    for (const LinearIndex &form : access.indices)
      for (auto [dim, coefficient] : form.substitute(located).dims)
        if (domain.reduction[dim])
          return true;
  }
  return false;
}

/// Why the item, iterating over a (row or full) point of the domain, cannot take its operands from members of the
/// groups `within`; null if it can. `asRows`: all members of that group count as rows.
const char *FusionPlan::checkAccesses(unsigned index, bool iteratesRow, const Domain &domain,
                                      ArrayRef<const Group *> within, ArrayRef<bool> asRows) {
  Item &item = items[index];
  auto memberOf = [&](Value value, bool &isRow) {
    Item *root = definingItem(value);
    for (unsigned g = 0; root && g < within.size(); ++g)
      if (const Member *member = within[g]->find(indexOf(*root))) {
        isRow = member->isRow || asRows[g];
        return true;
      }
    return false;
  };
  bool readsRow = false, isRow = false;
  for (const Access &access : item.accesses) {
    for (auto [offset, limit] : access.symbols)
      if (memberOf(offset, isRow))
        return "an index that it computes";
    if (isGenerated(access) || !memberOf(access.root, isRow))
      continue;
    // The copy of a transposed full value leaves the kernel through a transposed map.
    bool permutes = !iteratesRow && !isRow &&
                    llvm::any_of(within, [&](const Group *group) { return copiesPermuted(item, *group); });
    if (!permutes && ((iteratesRow && !isRow) || !domain.isAligned(access, iteratesRow, isRow)))
      return "a view of its result";
    readsRow |= isRow;
  }
  for (Value whole : wholeOperands(item))
    if (memberOf(whole, isRow))
      return "its result as a whole";
  if (iteratesRow || !readsRow)
    return nullptr;
  if (isRevisitTooLong(domain))
    return "a second pass over a long row";
  llvm::SmallDenseSet<unsigned> visited;
  if (!variesAlongReduction(index, domain, within, asRows, visited))
    return "a row value only";
  return nullptr;
}

bool FusionPlan::copiesPermuted(const Item &item, const Group &group) {
  if (!isView(item.op) || item.accesses[0].symbols.size())
    return false;
  Item *root = definingItem(item.accesses[0].root);
  const Member *member = root ? group.find(indexOf(*root)) : nullptr;
  if (!member || member->isRow)
    return false;
  // A run of neighbours must stay one: scattered stores cost more than another kernel that reads in tiles.
  constexpr int64_t minRun = 4;
  const Access &access = item.accesses[0];
  std::optional<SmallVector<unsigned, 4>> order = access.permutation();
  return order && !order->empty() && order->back() + 1 == order->size() && access.factors.back() >= minRun;
}

const char *FusionPlan::tryJoin(unsigned index, int node) {
  Item &item = items[index];
  Group &group = groups[node];
  if (!options.fuse)
    return "fusion is off";
  if (group.members.empty())
    return "no kernel";
  if (group.members.size() >= maxMembers)
    return "a kernel of the largest size";
  if (llvm::is_contained(item.shape, 0) || llvm::is_contained(group.domain.extents, 0))
    return "an empty domain";

  Domain domain = group.domain;
  ir::ReduceOp reduce = asReduction(item.op);
  bool full = product(item.shape) == domain.size();
  bool row = !full && !reduce && domain.hasReduction() && product(item.shape) == domain.parallelSize();
  if (!full && !row)
    return "a domain of another size";
  SmallVector<LinearIndex> forms;
  if (full && copiesPermuted(item, group)) {
    if (!domain.refinePermuted(item.accesses[0], forms))
      return "a view of its result";
  } else {
    if (!domain.refine(item.shape, row))
      return "a domain of another shape";
    for (const Access &access : item.accesses)
      if (!domain.refine(access.factors, row))
        return "a domain of another shape";
  }
  if (reduce && !domain.setReduction(item.shape, reducedFactors(reduce)))
    return "a reduction over other dimensions";
  const Group *within[] = {&group};
  bool asRows[] = {false};
  if (const char *reason = checkAccesses(index, row, domain, within, asRows))
    return reason;
  SmallVector<int, 4> dependencies = nodesOf(memoryOperands(item, &group));
  for (int dependency : dependencies)
    if (dependency != node && test(ancestors[dependency], node))
      return "a cycle";

  group.domain = std::move(domain);
  group.insert({index, row || reduce});
  item.node = node;
  addDependencies(node, dependencies);
  return nullptr;
}

void FusionPlan::place(unsigned index) {
  Item &item = items[index];
  SmallVector<Value, 4> roots;
  for (const Access &access : item.accesses)
    if (!isGenerated(access))
      roots.push_back(access.root);
  SmallVector<int, 4> producers;
  for (int node : nodesOf(roots))
    if (!groups[node].members.empty())
      producers.push_back(node);
  llvm::sort(producers, std::greater<int>());
  int node = -1;
  for (int producer : producers) {
    item.cut = tryJoin(index, producer);
    if (!item.cut) {
      node = producer;
      break;
    }
  }
  if (node < 0) {
    // Scalar ops without a kernel to go with share one.
    if (item.shape.empty() && scalarGroup >= 0 && !asReduction(item.op) && !tryJoin(index, find(scalarGroup)))
      node = find(scalarGroup);
  }
  if (node < 0) {
    node = addNode();
    item.node = node;
    Domain domain = Domain::parallel(item.shape);
    for (const Access &access : item.accesses)
      domain.refine(access.factors, /*row=*/false);
    ir::ReduceOp reduce = asReduction(item.op);
    if (reduce)
      domain.setReduction(item.shape, reducedFactors(reduce));
    groups[node].domain = std::move(domain);
    groups[node].insert({index, static_cast<bool>(reduce)});
    addDependencies(node, nodesOf(memoryOperands(item)));
    if (item.shape.empty())
      scalarGroup = node;
  }
  if (options.fuse)
    mergeNeighbours(index, node);
}

//===----------------------------------------------------------------------===//
// Merging
//===----------------------------------------------------------------------===//

bool FusionPlan::mergedDomain(int a, int b, Domain &domain, bool &aIsRow, bool &bIsRow) const {
  const Domain &da = groups[a].domain, &db = groups[b].domain;
  if (llvm::is_contained(da.extents, 0) || llvm::is_contained(db.extents, 0))
    return false;
  if (da.size() == db.size()) {
    const Domain &leading = da.hasReduction() ? da : db, &other = da.hasReduction() ? db : da;
    domain = leading;
    if (!domain.refine(other.extents, /*row=*/false))
      return false;
    return !other.hasReduction() || domain.setReduction(other.extents, other.reduction);
  }
  // A group without a reduction may be the rows of one with.
  aIsRow = !da.hasReduction() && db.hasReduction() && da.size() == db.parallelSize();
  bIsRow = !db.hasReduction() && da.hasReduction() && db.size() == da.parallelSize();
  if (!aIsRow && !bIsRow)
    return false;
  domain = aIsRow ? db : da;
  return domain.refine(aIsRow ? da.extents : db.extents, /*row=*/true);
}

bool FusionPlan::tryMerge(int a, int b) {
  Group &into = groups[a], &from = groups[b];
  if (a == b || into.members.empty() || from.members.empty() || into.members.size() + from.members.size() > maxMembers)
    return false;
  Domain domain;
  bool rows[] = {false, false};
  if (!mergedDomain(a, b, domain, rows[0], rows[1]) || hasPathThroughOthers(a, b))
    return false;
  const Group *within[] = {&into, &from};
  for (unsigned g = 0; g < 2; ++g)
    for (const Member &member : within[g]->members)
      if (checkAccesses(member.item, iteratesRow(member) || rows[g], domain, within, rows))
        return false;

  into.domain = std::move(domain);
  for (Member &member : into.members)
    member.isRow |= rows[0];
  for (const Member &member : from.members)
    into.insert({member.item, member.isRow || rows[1]});
  from.members.clear();
  parent[b] = a;
  ancestors[a] |= ancestors[b];
  ancestors[a].resize(std::max<size_t>(ancestors[a].size(), std::max(a, b) + 1));
  ancestors[a].reset(a);
  ancestors[a].reset(b);
  ancestors[b].clear();
  for (llvm::BitVector &bits : ancestors) {
    bool depends = test(bits, a);
    if (test(bits, b)) {
      bits.reset(b);
      depends = true;
    }
    if (depends) {
      bits |= ancestors[a];
      set(bits, a);
    }
  }
  return true;
}

/// After an item joined a group: merges that with the groups of its other producers and with those that read the same
/// large tensor.
void FusionPlan::mergeNeighbours(unsigned index, int node) {
  for (const Access &access : items[index].accesses) {
    if (isGenerated(access))
      continue;
    Item *root = definingItem(access.root);
    if (root && root->kind == ItemKind::Compute && root->node >= 0 && tryMerge(find(node), find(root->node)))
      continue;
    mergeReaders(access.root, node);
  }
}

/// A group began to read a tensor: it merges with others that do, if that is large.
void FusionPlan::mergeReaders(Value tensor, int node) {
  if (sizeOf(tensor) < minSharedElements)
    return;
  SmallVector<int, 2> &nodes = readers[tensor];
  if (llvm::any_of(nodes, [&](int other) { return find(other) == find(node); }))
    return;
  constexpr size_t maxCandidates = 4;
  SmallVector<int, 4> candidates(ArrayRef<int>(nodes).take_back(maxCandidates));
  for (int other : llvm::reverse(candidates))
    tryMerge(find(other), find(node));
  nodes.push_back(find(node));
}

/// What did not fit at first may fit now that the groups are complete.
void FusionPlan::mergeRemaining() {
  for (unsigned i = 0; i < items.size(); ++i) {
    if (items[i].kind != ItemKind::Compute)
      continue;
    for (const Access &access : items[i].accesses) {
      Item *root = isGenerated(access) ? nullptr : definingItem(access.root);
      if (root && root->kind == ItemKind::Compute)
        tryMerge(find(root->node), find(items[i].node));
    }
  }
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

void FusionPlan::group() {
  for (unsigned i = 0; i < items.size(); ++i) {
    Item &item = items[i];
    switch (item.kind) {
    case ItemKind::View:
    case ItemKind::Generator:
      break;
    case ItemKind::Compute:
      place(i);
      break;
    default:
      item.node = addNode();
      addDependencies(item.node, nodesOf(memoryOperands(item)));
      addDependencies(item.node, nodesOf(capturedValues(item)));
    }
  }
  if (options.fuse) {
    mergeRemaining();
    recomputeCheapValues();
  }
}

/// Orders the nodes: of those that can run, the one with the earliest op.
void FusionPlan::schedule() {
  std::vector<llvm::SmallVector<int, 4>> users(parent.size());
  std::vector<int> pending(parent.size(), 0);
  std::vector<unsigned> first(parent.size(), ~0u);
  std::vector<llvm::SmallDenseSet<int>> on(parent.size());
  auto addEdges = [&](int node, ArrayRef<int> dependencies) {
    for (int dependency : dependencies)
      if (dependency != node && on[node].insert(dependency).second) {
        users[dependency].push_back(node);
        ++pending[node];
      }
  };
  for (unsigned i = 0; i < items.size(); ++i) {
    if (items[i].node < 0 || items[i].kind == ItemKind::Compute)
      continue;
    int node = items[i].node;
    first[node] = i;
    addEdges(node, nodesOf(memoryOperands(items[i])));
    addEdges(node, nodesOf(capturedValues(items[i])));
  }
  for (int node = 0; node < static_cast<int>(groups.size()); ++node)
    for (const Member &member : groups[node].members) {
      first[node] = std::min(first[node], member.item);
      addEdges(node, nodesOf(memoryOperands(items[member.item], &groups[node])));
    }
  using Entry = std::pair<unsigned, int>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> ready;
  for (int node = 0; node < static_cast<int>(parent.size()); ++node)
    if (first[node] != ~0u && pending[node] == 0)
      ready.push({first[node], node});
  while (!ready.empty()) {
    int node = ready.top().second;
    ready.pop();
    order.push_back(node);
    for (int user : users[node])
      if (--pending[user] == 0)
        ready.push({first[user], user});
  }
}
