//===- DerivativeOps.cpp - verification of derivatives of functions ---------===//

#include "Verification.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace cotan::ir;

namespace {

/// The function that `callee` names, or null after an error.
FunctionOpInterface findCallee(Operation *op, FlatSymbolRefAttr callee, SymbolTableCollection &symbolTable) {
  auto function = symbolTable.lookupNearestSymbolFrom<FunctionOpInterface>(op, callee);
  if (!function)
    op->emitOpError() << "expects callee to be a function, but " << callee << " is not one in this module";
  return function;
}

/// The types of `values` are `expected`, one by one.
LogicalResult checkTypes(const Report &report, StringRef name, ArrayRef<Type> expected, TypeRange actual) {
  if (expected.size() != actual.size())
    return report("expects ", expected.size(), " ", name, ", got ", actual.size());
  for (auto [i, types] : llvm::enumerate(llvm::zip_equal(expected, actual)))
    if (std::get<0>(types) != std::get<1>(types))
      return report("expects ", name, "[", i, "] of type ", std::get<0>(types), ", got ", std::get<1>(types));
  return success();
}

/// Picks the types at `indices`, all of which must be differentiable.
LogicalResult selectTypes(const Report &report, StringRef name, StringRef what, ArrayRef<int64_t> indices,
                          ArrayRef<Type> types, SmallVectorImpl<Type> &selected) {
  if (failed(checkDims(report, name, indices, types.size())))
    return failure();
  for (int64_t index : indices) {
    if (!isa<FloatType>(getElementTypeOrSelf(types[index])))
      return report("expects ", name, " to list ", what, " of f32 or f64, got ", what, "[", index, "] of type ",
                    types[index]);
    selected.push_back(types[index]);
  }
  return success();
}

} // namespace

LogicalResult VjpOp::verifySymbolUses(SymbolTableCollection &symbolTable) {
  FunctionOpInterface function = findCallee(*this, getCalleeAttr(), symbolTable);
  if (!function)
    return failure();
  Report report = reportFor(*this);
  ArrayRef<Type> arguments = function.getArgumentTypes(), results = function.getResultTypes();
  SmallVector<Type> cotangents, outputs(results);
  if (failed(checkTypes(report, "inputs", arguments, getInputs().getTypes())) ||
      failed(selectTypes(report, "of", "results", getOf(), results, cotangents)) ||
      failed(checkTypes(report, "cotangents", cotangents, getCotangents().getTypes())) ||
      failed(selectTypes(report, "wrt", "arguments", getWrt(), arguments, outputs)))
    return failure();
  return checkTypes(report, "outputs", outputs, getOutputs().getTypes());
}

LogicalResult JvpOp::verifySymbolUses(SymbolTableCollection &symbolTable) {
  FunctionOpInterface function = findCallee(*this, getCalleeAttr(), symbolTable);
  if (!function)
    return failure();
  Report report = reportFor(*this);
  ArrayRef<Type> arguments = function.getArgumentTypes(), results = function.getResultTypes();
  SmallVector<Type> tangents, outputs(results);
  llvm::append_range(outputs, results);
  if (failed(checkTypes(report, "inputs", arguments, getInputs().getTypes())) ||
      failed(selectTypes(report, "wrt", "arguments", getWrt(), arguments, tangents)) ||
      failed(checkTypes(report, "tangents", tangents, getTangents().getTypes())))
    return failure();
  return checkTypes(report, "outputs", outputs, getOutputs().getTypes());
}
