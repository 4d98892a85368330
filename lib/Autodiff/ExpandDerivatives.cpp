//===- ExpandDerivatives.cpp - expansion of cotan.vjp and cotan.jvp ----------===//

#include "Activity.h"
#include "ForwardMode.h"
#include "InlineFunction.h"
#include "LoopBounds.h"
#include "ReverseMode.h"
#include "cotan-compiler/Autodiff/Passes.h"
#include "cotan-compiler/Dialect/Cotan/IR/DerivativeBuilder.h"
#include "mlir/IR/Dominance.h"
#include "mlir/Transforms/LoopInvariantCodeMotionUtils.h"

namespace cotan::autodiff {
#define GEN_PASS_DEF_EXPANDDERIVATIVESPASS
#include "cotan-compiler/Autodiff/Passes.h.inc"
} // namespace cotan::autodiff

using namespace mlir;
using namespace cotan;
using namespace cotan::autodiff;

namespace {

/// The callee's body in front of a derivative op, ready to be differentiated. The arguments in `wrt` are
/// placeholders, so that an input that is passed twice, or also in another place, is not taken for one value.
class InlinedCallee {
public:
  LogicalResult inlineAt(Operation *op, SymbolTable &symbols, func::FuncOp callee, ValueRange inputs,
                         ArrayRef<int64_t> wrt);
  /// To be called last.
  void removePlaceholders();
  /// The callee's results; current also when loops that compute them have been replaced.
  OperandRange getResults() { return resultHolder->getOperands(); }

  SmallVector<Value> placeholders;
  SmallVector<Operation *> ops;

private:
  Operation *resultHolder = nullptr;
};

LogicalResult InlinedCallee::inlineAt(Operation *op, SymbolTable &symbols, func::FuncOp callee, ValueRange inputs,
                                      ArrayRef<int64_t> wrt) {
  OpBuilder builder(op);
  SmallVector<Value> arguments(inputs);
  for (int64_t index : wrt) {
    Value &argument = arguments[index];
    argument = UnrealizedConversionCastOp::create(builder, op->getLoc(), argument.getType(), argument).getResult(0);
    placeholders.push_back(argument);
  }
  Operation *before = op->getPrevNode();
  FailureOr<SmallVector<Value>> inlined = inlineFunction(builder, symbols, callee, arguments, op);
  if (failed(inlined))
    return failure();
  // What a loop computes anew in each iteration should not be kept for each. Inner loops come first; a
  // loop that may run zero times is left alone, since indexing ops can fail.
  Block::iterator first = before ? std::next(Block::iterator(before)) : op->getBlock()->begin();
  for (Operation &cloned : llvm::make_range(first, Block::iterator(op)))
    cloned.walk([](scf::ForOp loop) {
      if (constantTripCount(loop).value_or(0) > 0)
        moveLoopInvariantCode(cast<LoopLikeOpInterface>(*loop));
    });
  first = before ? std::next(Block::iterator(before)) : op->getBlock()->begin();
  for (Operation &cloned : llvm::make_range(first, Block::iterator(op)))
    ops.push_back(&cloned);
  resultHolder = UnrealizedConversionCastOp::create(builder, op->getLoc(), TypeRange(), *inlined);
  return success();
}

void InlinedCallee::removePlaceholders() {
  resultHolder->erase();
  for (Value placeholder : placeholders) {
    Operation *cast = placeholder.getDefiningOp();
    placeholder.replaceAllUsesWith(cast->getOperand(0));
    cast->erase();
  }
}

class Expander {
public:
  Expander(ModuleOp module) : module(module), symbols(module) {}
  LogicalResult run();

private:
  enum class State { New, Active, Done };

  LogicalResult visit(func::FuncOp function, Operation *user);
  LogicalResult expand(ir::VjpOp vjp);
  LogicalResult expand(ir::JvpOp jvp);
  func::FuncOp lookup(Operation *user, StringRef name);

  ModuleOp module;
  SymbolTable symbols;
  DenseMap<Operation *, State> states;
};

} // namespace

func::FuncOp Expander::lookup(Operation *user, StringRef name) {
  auto function = symbols.lookup<func::FuncOp>(name);
  if (!function)
    user->emitError() << "no function '" << name << "' in the module";
  return function;
}

/// Expands the derivatives in a function, those in its callees first.
LogicalResult Expander::visit(func::FuncOp function, Operation *user) {
  State &state = states[function];
  if (state == State::Active) {
    InFlightDiagnostic error = user->emitError()
                               << "cannot differentiate the recursive function '" << function.getName() << "'";
    error.attachNote(function.getLoc()) << "it reaches itself through this op; use scf control flow instead";
    return error;
  }
  if (state == State::Done)
    return success();
  state = State::Active;
  SmallVector<Operation *> derivatives;
  SmallVector<std::pair<Operation *, StringRef>> callees;
  function.walk([&](Operation *op) {
    if (auto call = dyn_cast<func::CallOp>(op)) {
      if (symbols.lookup<func::FuncOp>(call.getCallee()))
        callees.push_back({op, call.getCallee()});
    } else if (auto vjp = dyn_cast<ir::VjpOp>(op)) {
      callees.push_back({op, vjp.getCallee()});
      derivatives.push_back(op);
    } else if (auto jvp = dyn_cast<ir::JvpOp>(op)) {
      callees.push_back({op, jvp.getCallee()});
      derivatives.push_back(op);
    }
  });
  for (auto [op, name] : callees) {
    func::FuncOp callee = lookup(op, name);
    if (!callee || failed(visit(callee, op)))
      return failure();
  }
  for (Operation *op : derivatives) {
    auto vjp = dyn_cast<ir::VjpOp>(op);
    if (failed(vjp ? expand(vjp) : expand(cast<ir::JvpOp>(op))))
      return failure();
  }
  states[function] = State::Done;
  return success();
}

LogicalResult Expander::expand(ir::VjpOp vjp) {
  InlinedCallee callee;
  if (failed(
          callee.inlineAt(vjp, symbols, symbols.lookup<func::FuncOp>(vjp.getCallee()), vjp.getInputs(), vjp.getWrt())))
    return failure();
  SmallVector<Value> differentiated;
  for (int64_t index : vjp.getOf())
    differentiated.push_back(callee.getResults()[index]);
  Activity activity(callee.ops, callee.placeholders, differentiated);
  OpBuilder builder(vjp);
  ReverseMode reverse(builder, activity);
  for (auto [result, cotangent] : llvm::zip_equal(differentiated, vjp.getCotangents()))
    if (activity.isVaried(result))
      reverse.addCotangent(result, cotangent);
  if (failed(reverse.run(callee.ops)))
    return failure();
  SmallVector<Value> outputs(callee.getResults());
  for (Value placeholder : callee.placeholders) {
    Value cotangent = reverse.takeCotangent(placeholder);
    outputs.push_back(cotangent ? cotangent : ir::DerivativeBuilder(builder, vjp.getLoc()).zerosLike(placeholder));
  }
  vjp.replaceAllUsesWith(outputs);
  vjp.erase();
  reverse.eraseReplacedOps();
  callee.removePlaceholders();
  return success();
}

LogicalResult Expander::expand(ir::JvpOp jvp) {
  InlinedCallee callee;
  if (failed(
          callee.inlineAt(jvp, symbols, symbols.lookup<func::FuncOp>(jvp.getCallee()), jvp.getInputs(), jvp.getWrt())))
    return failure();
  Activity activity(callee.ops, callee.placeholders, callee.getResults());
  ForwardMode forward(jvp.getContext(), activity);
  for (auto [placeholder, tangent] : llvm::zip_equal(callee.placeholders, jvp.getTangents()))
    forward.setTangent(placeholder, tangent);
  if (failed(forward.run(callee.ops)))
    return failure();
  OpBuilder builder(jvp);
  SmallVector<Value> outputs(callee.getResults());
  for (Value result : callee.getResults()) {
    Value tangent = forward.getTangent(result);
    outputs.push_back(tangent ? tangent : ir::DerivativeBuilder(builder, jvp.getLoc()).zerosLike(result));
  }
  jvp.replaceAllUsesWith(outputs);
  jvp.erase();
  forward.eraseReplacedOps();
  callee.removePlaceholders();
  return success();
}

/// Removes what only mattered to differentiation. The value of a `cotan.saved` replaces the computation wherever it is
/// visible.
static void removeDerivativeMarkers(func::FuncOp function) {
  std::optional<DominanceInfo> dominance;
  function.walk([&](Operation *op) {
    if (auto stop = dyn_cast<ir::StopGradientOp>(op)) {
      stop.replaceAllUsesWith(stop.getOperand());
      stop.erase();
    } else if (auto saved = dyn_cast<ir::SavedOp>(op)) {
      Value computed = saved.getComputed(), value = saved.getValue();
      saved.replaceAllUsesWith(value);
      saved.erase();
      bool visibleEverywhere = isa<BlockArgument>(value) && value.getParentBlock() == &function.front();
      if (!visibleEverywhere && !dominance)
        dominance.emplace(function);
      computed.replaceUsesWithIf(value, [&](OpOperand &use) {
        return use.getOwner() != value.getDefiningOp() &&
               (visibleEverywhere || dominance->properlyDominates(value, use.getOwner()));
      });
    }
  });
}

LogicalResult Expander::run() {
  auto functions = llvm::to_vector(module.getOps<func::FuncOp>());
  for (func::FuncOp function : functions) {
    WalkResult derivatives = function.walk(
        [](Operation *op) { return isa<ir::VjpOp, ir::JvpOp>(op) ? WalkResult::interrupt() : WalkResult::advance(); });
    if (derivatives.wasInterrupted() && failed(visit(function, function)))
      return failure();
  }
  for (func::FuncOp function : functions)
    if (!function.isExternal())
      removeDerivativeMarkers(function);
  return success();
}

LogicalResult autodiff::expandDerivatives(ModuleOp module) { return Expander(module).run(); }

namespace {
struct ExpandDerivatives : autodiff::impl::ExpandDerivativesPassBase<ExpandDerivatives> {
  void runOnOperation() override {
    if (failed(autodiff::expandDerivatives(getOperation())))
      signalPassFailure();
  }
};
} // namespace
