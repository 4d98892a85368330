//===- Gradient.cpp - gradient functions of functions ------------------------===//

#include "cotan-compiler/Autodiff/Gradient.h"
#include "cotan-compiler/Dialect/Cotan/IR/DerivativeBuilder.h"

using namespace mlir;
using namespace cotan;
using ir::isDifferentiableType;

/// The arguments to differentiate with respect to, checked.
static FailureOr<SmallVector<int64_t>> chooseWrt(func::FuncOp function, ArrayRef<int64_t> wrt) {
  ArrayRef<Type> types = function.getArgumentTypes();
  SmallVector<int64_t> chosen(wrt);
  for (int64_t index = 0; wrt.empty() && index < static_cast<int64_t>(types.size()); ++index)
    if (isDifferentiableType(types[index]))
      chosen.push_back(index);
  if (chosen.empty())
    return function.emitError() << "'" << function.getName()
                                << "' has no argument of floating-point elements to differentiate with respect to";
  llvm::SmallDenseSet<int64_t> seen;
  for (int64_t index : chosen) {
    if (index < 0 || index >= static_cast<int64_t>(types.size()))
      return function.emitError() << "wrt index " << index << " is out of range, '" << function.getName() << "' has "
                                  << types.size() << " arguments";
    if (!isDifferentiableType(types[index]))
      return function.emitError() << "expected argument " << index << " of '" << function.getName()
                                  << "' to have floating-point elements to differentiate with respect to it, got "
                                  << types[index];
    if (!seen.insert(index).second)
      return function.emitError() << "wrt index " << index << " is listed twice";
  }
  return chosen;
}

FailureOr<func::FuncOp> autodiff::createGradFunction(ModuleOp module, StringRef name, ArrayRef<int64_t> requestedWrt) {
  SymbolTable symbols(module);
  auto function = symbols.lookup<func::FuncOp>(name);
  if (!function)
    return module.emitError() << "no function '" << name << "' in the module";
  FailureOr<SmallVector<int64_t>> wrt = chooseWrt(function, requestedWrt);
  if (failed(wrt))
    return failure();

  SmallVector<int64_t> of;
  SmallVector<Type> cotangentTypes;
  for (auto [index, type] : llvm::enumerate(function.getResultTypes()))
    if (isDifferentiableType(type)) {
      of.push_back(index);
      cotangentTypes.push_back(type);
    }
  if (of.empty())
    return function.emitError() << "'" << name << "' has no result of floating-point elements to differentiate";
  auto firstType = dyn_cast<RankedTensorType>(cotangentTypes.front());
  bool unitCotangent = of.size() == 1 && firstType && firstType.getRank() == 0;

  SmallVector<Type> arguments(function.getArgumentTypes()), results(function.getResultTypes());
  if (!unitCotangent)
    llvm::append_range(arguments, cotangentTypes);
  for (int64_t index : *wrt)
    results.push_back(function.getArgumentTypes()[index]);

  OpBuilder builder(module.getContext());
  auto gradient =
      func::FuncOp::create(function.getLoc(), (name + "_grad").str(), builder.getFunctionType(arguments, results));
  symbols.insert(gradient, std::next(Block::iterator(function)));
  Block *entry = gradient.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  unsigned inputs = function.getNumArguments();
  SmallVector<Value> cotangents(entry->getArguments().drop_front(inputs));
  if (unitCotangent)
    cotangents.push_back(ir::DerivativeBuilder(builder, function.getLoc()).constant(firstType, 1));
  auto vjp = ir::VjpOp::create(builder, function.getLoc(), results, function.getName(),
                               entry->getArguments().take_front(inputs), cotangents, of, *wrt);
  func::ReturnOp::create(builder, function.getLoc(), vjp.getResults());
  return gradient;
}
