//===- InlineFunction.cpp - a callee's ops in place of a call ----------------===//

#include "InlineFunction.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace cotan::autodiff;

/// Inlines the calls inside of an op's regions; those of functions without a body stay.
static LogicalResult inlineNestedCalls(SymbolTable &symbols, Operation *op) {
  SmallVector<func::CallOp> calls;
  op->walk([&](func::CallOp call) { calls.push_back(call); });
  for (func::CallOp call : calls) {
    auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
    if (!callee || callee.isExternal())
      continue;
    OpBuilder builder(call);
    FailureOr<SmallVector<Value>> results = inlineFunction(builder, symbols, callee, call.getOperands(), call);
    if (failed(results))
      return failure();
    call.replaceAllUsesWith(*results);
    call.erase();
  }
  return success();
}

FailureOr<SmallVector<Value>> cotan::autodiff::inlineFunction(OpBuilder &builder, SymbolTable &symbols,
                                                              func::FuncOp function, ValueRange arguments,
                                                              Operation *user) {
  if (function.isExternal()) {
    InFlightDiagnostic error = user->emitError()
                               << "cannot differentiate '" << function.getName() << "', it has no body";
    error.attachNote(function.getLoc()) << "declared here";
    return error;
  }
  if (!llvm::hasSingleElement(function.getBody())) {
    InFlightDiagnostic error = user->emitError() << "cannot differentiate '" << function.getName()
                                                 << "', its control flow is not structured";
    error.attachNote(function.getLoc()) << "expected one block with control flow in scf ops, got "
                                        << function.getBody().getBlocks().size() << " blocks";
    return error;
  }
  IRMapping mapping;
  mapping.map(function.getArguments(), arguments);
  for (Operation &op : function.front().without_terminator()) {
    auto call = dyn_cast<func::CallOp>(op);
    auto callee = call ? symbols.lookup<func::FuncOp>(call.getCallee()) : func::FuncOp();
    if (callee && !callee.isExternal()) {
      SmallVector<Value> operands =
          llvm::map_to_vector(call.getOperands(), [&](Value value) { return mapping.lookup(value); });
      FailureOr<SmallVector<Value>> results = inlineFunction(builder, symbols, callee, operands, user);
      if (failed(results))
        return failure();
      mapping.map(call.getResults(), *results);
      continue;
    }
    Operation *clone = builder.clone(op, mapping);
    if (clone->getNumRegions() != 0 && failed(inlineNestedCalls(symbols, clone)))
      return failure();
  }
  return llvm::map_to_vector(function.front().getTerminator()->getOperands(),
                             [&](Value value) { return mapping.lookup(value); });
}
