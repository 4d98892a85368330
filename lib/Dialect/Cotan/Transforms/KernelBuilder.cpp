//===- KernelBuilder.cpp - the parts of one cotan.kernel --------------------===//

#include "KernelBuilder.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::transforms;

SmallVector<AffineExpr, 4> KernelBuilder::toAffine(ArrayRef<LinearIndex> forms,
                                                   ArrayRef<std::pair<Value, int64_t>> symbols) {
  SmallVector<unsigned> symbolOf;
  for (auto [offset, limit] : symbols) {
    std::pair<Value, int64_t> entry(memory(offset), limit);
    const auto *it = llvm::find(offsets, entry);
    symbolOf.push_back(it - offsets.begin());
    if (it == offsets.end())
      offsets.push_back(entry);
  }
  SmallVector<AffineExpr, 4> exprs;
  for (const LinearIndex &form : forms)
    exprs.push_back(form.toAffine(builder.getContext(), symbolOf));
  return exprs;
}

Value KernelBuilder::constant(Location loc, TypedAttr value) {
  Value &cached = constants[value];
  if (!cached)
    cached = ir::ConstantOp::create(bodyBuilder, loc, value);
  return cached;
}

Value KernelBuilder::kernelIndex(Location loc, const LinearIndex &form) {
  Type i64 = builder.getI64Type();
  Value &cached = indices[{form.toAffine(builder.getContext(), {}), i64}];
  if (cached)
    return cached;
  Value sum;
  for (auto [dim, coefficient] : form.dims) {
    Value &index = indices[{getAffineDimExpr(dim, builder.getContext()), i64}];
    if (!index)
      index = ir::KernelIndexOp::create(bodyBuilder, loc, static_cast<int64_t>(dim));
    Value term = index;
    if (coefficient != 1)
      term = ir::MulOp::create(bodyBuilder, loc, term, constant(loc, builder.getI64IntegerAttr(coefficient)));
    sum = sum ? ir::AddOp::create(bodyBuilder, loc, sum, term).getResult() : term;
  }
  if (!sum)
    sum = constant(loc, builder.getI64IntegerAttr(form.constant));
  else if (form.constant)
    sum = ir::AddOp::create(bodyBuilder, loc, sum, constant(loc, builder.getI64IntegerAttr(form.constant)));
  return indices[{form.toAffine(builder.getContext(), {}), i64}] = sum;
}

Value KernelBuilder::read(Location loc, const Access &access, bool iteratesRow, bool generated) {
  Type element = getElementTypeOrSelf(access.root.getType());
  if (generated)
    if (auto splat = access.root.getDefiningOp<ir::ConstantOp>())
      return constant(loc, cast<TypedAttr>(cast<SplatElementsAttr>(splat.getValue()).getSplatValue<Attribute>()));
  SmallVector<LinearIndex, 4> located = domain.locate(access.factors, iteratesRow), forms;
  for (const LinearIndex &form : access.indices)
    forms.push_back(form.substitute(located));
  if (generated) {
    const LinearIndex &form = forms[access.root.getDefiningOp<ir::IotaOp>().getDim()];
    Value index = kernelIndex(loc, form);
    if (element == index.getType())
      return index;
    Value &cached = indices[{form.toAffine(builder.getContext(), {}), element}];
    if (!cached)
      cached = ir::CastOp::create(bodyBuilder, loc, element, index);
    return cached;
  }
  Value tensor = memory(access.root);
  SmallVector<AffineExpr, 4> exprs = toAffine(forms, access.symbols);
  for (auto [i, input] : llvm::enumerate(inputs))
    if (input == tensor && inputExprs[i] == exprs)
      return body->getArgument(i);
  inputs.push_back(tensor);
  inputExprs.push_back(std::move(exprs));
  return body->insertArgument(inputs.size() - 1, element, loc);
}

/// A run-time start index, clamped.
Value KernelBuilder::readOffset(Location loc, Value offset, int64_t limit) {
  Access access;
  access.root = offset;
  Value start = read(loc, access, /*iteratesRow=*/false, /*generated=*/false);
  start = ir::MaxOp::create(bodyBuilder, loc, start, constant(loc, builder.getI64IntegerAttr(0)));
  return ir::MinOp::create(bodyBuilder, loc, start, constant(loc, builder.getI64IntegerAttr(limit)));
}

Value KernelBuilder::load(Location loc, const Access &view, int64_t rows, Value row, ArrayRef<LinearIndex> rest) {
  Value table = memory(view.root);
  if (!llvm::is_contained(tables, table)) {
    tables.push_back(table);
    body->addArgument(table.getType(), loc);
  }
  Type i64 = builder.getI64Type();
  if (row.getType() != i64)
    row = ir::CastOp::create(bodyBuilder, loc, i64, row);
  auto number = [&](int64_t value) { return constant(loc, builder.getI64IntegerAttr(value)); };
  auto scaled = [&](Value value, int64_t factor) {
    return factor == 1 ? value : ir::MulOp::create(bodyBuilder, loc, value, number(factor)).getResult();
  };
  // The view's factors: the row, unless there is but one, and the others, which the kernel iterates over.
  unsigned firstRest = rows == 1 ? 0 : 1;
  SmallVector<Value> at;
  for (const LinearIndex &form : view.indices) {
    Value index;
    auto add = [&](Value term) { index = index ? ir::AddOp::create(bodyBuilder, loc, index, term).getResult() : term; };
    LinearIndex known;
    known.constant = form.constant;
    for (auto [factor, coefficient] : form.dims) {
      if (factor < firstRest)
        add(scaled(row, coefficient));
      else
        known.add(rest[factor - firstRest], coefficient);
    }
    for (auto [symbol, coefficient] : form.symbols)
      add(scaled(readOffset(loc, view.symbols[symbol].first, view.symbols[symbol].second), coefficient));
    if (!index || known.constant || !known.dims.empty())
      add(kernelIndex(loc, known));
    at.push_back(index);
  }
  // Where the row is not simply the table's first index, one outside of the view need not be outside of the table: the
  // load checks the row itself, and an error names it.
  LinearIndex plain = LinearIndex::dim(0);
  bool isPlain = rows != 1 && cast<RankedTensorType>(table.getType()).getDimSize(0) == rows &&
                 view.indices[0].dims == plain.dims && view.indices[0].symbols.empty() && view.indices[0].constant == 0;
  // Reading an offset may have added inputs, which move the tables' arguments.
  unsigned position = inputs.size() + (llvm::find(tables, table) - tables.begin());
  return ir::KernelLoadOp::create(bodyBuilder, loc, getElementTypeOrSelf(table.getType()), body->getArgument(position),
                                  at, isPlain ? Value() : row, isPlain ? IntegerAttr() : builder.getI64IntegerAttr(rows));
}

void KernelBuilder::addOutput(Value value, ArrayRef<LinearIndex> forms, ArrayRef<std::pair<Value, int64_t>> symbols,
                              Type type, Value dest) {
  yields.push_back(value);
  outputExprs.push_back(toAffine(forms, symbols));
  resultTypes.push_back(type);
  destOf.push_back(dest ? static_cast<int64_t>(dests.size()) : -1);
  if (dest)
    dests.push_back(dest);
}

ArrayAttr KernelBuilder::maps(ArrayRef<SmallVector<AffineExpr, 4>> exprs) {
  SmallVector<AffineMap> result;
  for (ArrayRef<AffineExpr> results : exprs)
    result.push_back(AffineMap::get(domain.extents.size(), offsets.size(), results, builder.getContext()));
  return builder.getAffineMapArrayAttr(result);
}

ir::KernelOp KernelBuilder::finish(Location loc) {
  ir::KernelYieldOp::create(bodyBuilder, loc, yields);
  SmallVector<int64_t> reductionDims, limits;
  for (auto [d, reduced] : llvm::enumerate(domain.reduction))
    if (reduced)
      reductionDims.push_back(d);
  SmallVector<Value> offsetValues;
  for (auto [offset, limit] : offsets) {
    offsetValues.push_back(offset);
    limits.push_back(limit);
  }
  if (dests.empty())
    destOf.clear();
  auto kernel = ir::KernelOp::create(builder, loc, resultTypes, inputs, tables, offsetValues, dests, domain.extents,
                                     reductionDims, maps(inputExprs), maps(outputExprs), limits, destOf);
  kernel.getBody().push_back(body);
  return kernel;
}
