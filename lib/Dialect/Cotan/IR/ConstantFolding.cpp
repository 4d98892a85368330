//===- ConstantFolding.cpp - computing on constant attributes ---------------===//

#include "ConstantFolding.h"
#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;
using llvm::APFloat;
using llvm::APInt;

namespace cotan::ir {

std::optional<ConstantElements> readConstant(Attribute attribute) {
  ConstantElements elements;
  if (auto number = dyn_cast_or_null<FloatAttr>(attribute)) {
    elements.numbers.push_back(number.getValue());
    elements.splat = true;
    return elements;
  }
  if (auto number = dyn_cast_or_null<IntegerAttr>(attribute)) {
    elements.numbers.push_back(number.getValue());
    elements.splat = true;
    return elements;
  }
  auto dense = dyn_cast_or_null<DenseElementsAttr>(attribute);
  if (!dense || (!dense.isSplat() && dense.getNumElements() > maxFoldedElements))
    return std::nullopt;
  elements.splat = dense.isSplat();
  bool isFloat = isa<FloatType>(dense.getElementType());
  if (elements.splat && isFloat)
    elements.numbers.push_back(dense.getSplatValue<APFloat>());
  else if (elements.splat)
    elements.numbers.push_back(dense.getSplatValue<APInt>());
  else if (isFloat)
    llvm::append_range(elements.numbers, dense.getValues<APFloat>());
  else
    llvm::append_range(elements.numbers, dense.getValues<APInt>());
  return elements;
}

Attribute buildConstant(Type type, const ConstantElements &elements) {
  auto toAttribute = [](Type elementType, const Number &number) -> Attribute {
    if (auto *value = std::get_if<APFloat>(&number))
      return FloatAttr::get(elementType, *value);
    return IntegerAttr::get(elementType, std::get<APInt>(number));
  };
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return toAttribute(type, elements[0]);
  if (!tensor.hasStaticShape())
    return {};
  SmallVector<Attribute> values;
  if (tensor.getNumElements() > 0)
    for (const Number &number : elements.numbers)
      values.push_back(toAttribute(tensor.getElementType(), number));
  return DenseElementsAttr::get(tensor, values);
}

Attribute foldMovement(Attribute operand, RankedTensorType type,
                       function_ref<int64_t(ArrayRef<int64_t>)> sourceOf) {
  std::optional<ConstantElements> elements = readConstant(operand);
  if (!elements || !type.hasStaticShape())
    return {};
  int64_t count = type.getNumElements();
  if (elements->splat || count == 0)
    return buildConstant(type, *elements);
  if (count > maxFoldedElements)
    return {};
  ConstantElements moved;
  SmallVector<int64_t> index(type.getRank());
  for (int64_t i = 0; i < count; ++i) {
    moved.numbers.push_back((*elements)[sourceOf(index)]);
    for (int64_t dim = type.getRank(); dim-- > 0 && ++index[dim] == type.getDimSize(dim);)
      index[dim] = 0;
  }
  return buildConstant(type, moved);
}

Attribute foldElements(ArrayRef<Attribute> operands, Type type, ElementFunction function) {
  SmallVector<ConstantElements> constants;
  for (Attribute operand : operands) {
    std::optional<ConstantElements> elements = readConstant(operand);
    if (!elements)
      return {};
    constants.push_back(std::move(*elements));
  }
  ConstantElements result;
  result.splat = llvm::all_of(constants, [](const ConstantElements &c) { return c.splat; });
  size_t count = 1;
  for (const ConstantElements &constant : constants)
    if (!constant.splat)
      count = constant.numbers.size();
  SmallVector<Number> arguments;
  for (size_t i = 0; i < count; ++i) {
    arguments.clear();
    for (const ConstantElements &constant : constants)
      arguments.push_back(constant[i]);
    std::optional<Number> number = function(arguments);
    if (!number)
      return {};
    result.numbers.push_back(std::move(*number));
  }
  return buildConstant(type, result);
}

bool isSplatOf(Attribute attribute, double value) {
  std::optional<ConstantElements> elements = readConstant(attribute);
  if (!elements || !elements->splat)
    return false;
  if (auto *number = std::get_if<APFloat>(&elements->numbers[0])) {
    APFloat expected(value);
    bool losesInfo;
    expected.convert(number->getSemantics(), APFloat::rmNearestTiesToEven, &losesInfo);
    return number->bitwiseIsEqual(expected);
  }
  const APInt &number = std::get<APInt>(elements->numbers[0]);
  return number == APInt(number.getBitWidth(), static_cast<int64_t>(value), /*isSigned=*/true, /*implicitTrunc=*/true);
}

} // namespace cotan::ir
