//===- InlineCalls.cpp - replaces calls by the functions' bodies ----------===//
//
// Functions have one block (control flow is scf's), so a body is cloned in place of its call; MLIR's inliner, with its call graph
// analysis and pass manager in a pass, would cost more than the rest of a small compile.
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "cotan-compiler/Driver/Pipeline.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;

namespace cotan::driver {
namespace {

constexpr int64_t operationLimit = 1'000'000;

class Inliner {
public:
  explicit Inliner(ModuleOp module) : symbols(module) {}

  LogicalResult process(func::FuncOp function) {
    auto [entry, isNew] = states.try_emplace(function, State::Active);
    if (!isNew)
      return success(); // done; cycles are reported where they close
    if (!function.isExternal() && !function.getBody().hasOneBlock())
      return function.emitError("function '") << function.getName() << "' has more than one block; expected structured control flow (scf)";
    SmallVector<Operation *> users;
    function.walk([&](Operation *op) {
      if (isa<func::CallOp, ir::VjpOp, ir::JvpOp>(op))
        users.push_back(op);
    });
    for (Operation *user : users) {
      StringRef name = calleeOf(user);
      auto callee = symbols.lookup<func::FuncOp>(name);
      if (!callee)
        return user->emitOpError("callee @") << name << " is not a function of the module";
      auto state = states.find(callee);
      if (state != states.end() && state->second == State::Active)
        return user->emitOpError("is recursive: @") << name << " reaches this call again";
      if (failed(process(callee)))
        return failure();
      if (callee.isExternal())
        return user->emitOpError("callee @") << name << " has no body";
      if (auto call = dyn_cast<func::CallOp>(user))
        if (failed(inlineCall(call, callee)))
          return failure();
    }
    states[function] = State::Done;
    return success();
  }

  bool isReached(Operation *function) const { return states.contains(function); }

private:
  enum class State { Active, Done };

  static StringRef calleeOf(Operation *op) {
    if (auto call = dyn_cast<func::CallOp>(op))
      return call.getCallee();
    if (auto vjp = dyn_cast<ir::VjpOp>(op))
      return vjp.getCallee();
    return cast<ir::JvpOp>(op).getCallee();
  }

  LogicalResult inlineCall(func::CallOp call, func::FuncOp callee) {
    OpBuilder builder(call);
    IRMapping mapping;
    mapping.map(callee.getArguments(), call.getOperands());
    for (Operation &op : callee.getBody().front().without_terminator()) {
      builder.clone(op, mapping);
      if (++inlined > operationLimit)
        return call.emitOpError("inlining gives more than ") << operationLimit << " operations";
    }
    Operation *terminator = callee.getBody().front().getTerminator();
    for (auto [result, value] : llvm::zip_equal(call.getResults(), terminator->getOperands()))
      result.replaceAllUsesWith(mapping.lookupOrDefault(value));
    call.erase();
    return success();
  }

  SymbolTable symbols;
  llvm::DenseMap<Operation *, State> states;
  int64_t inlined = 0;
};

} // namespace

LogicalResult inlineCalls(ModuleOp module, StringRef function) {
  Inliner inliner(module);
  if (failed(inliner.process(module.lookupSymbol<func::FuncOp>(function))))
    return failure();
  // What the function does not reach is not compiled, so it may hold whatever it likes.
  for (Operation &op : llvm::make_early_inc_range(*module.getBody()))
    if (!inliner.isReached(&op))
      op.erase();
  return success();
}

} // namespace cotan::driver
