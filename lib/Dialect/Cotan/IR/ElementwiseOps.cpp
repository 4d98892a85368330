//===- ElementwiseOps.cpp - verification of elementwise ops -----------------===//

#include "Verification.h"

using namespace mlir;
using namespace cotan::ir;

namespace {

/// The type with another element type: of a tensor its shape stays.
Type withElementType(Type type, Type elementType) {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return tensor.clone(elementType);
  return elementType;
}

/// Both are scalars, or tensors whose extents may be equal.
bool haveSameShape(Type a, Type b) { return succeeded(verifyCompatibleShape(a, b)); }

} // namespace

LogicalResult CompareOp::inferReturnTypes(MLIRContext *context, std::optional<Location> loc, Adaptor adaptor,
                                          SmallVectorImpl<Type> &types) {
  types.push_back(withElementType(adaptor.getLhs().getType(), IntegerType::get(context, 1)));
  return success();
}

LogicalResult SelectOp::verify() {
  if (haveSameShape(getCondition().getType(), getType()))
    return success();
  return emitOpError() << "expects condition of the values' shape, got condition " << getCondition().getType()
                       << " and values " << getType();
}

LogicalResult CastOp::verify() {
  if (haveSameShape(getOperand().getType(), getType()))
    return success();
  return emitOpError() << "expects result of the operand's shape, got operand " << getOperand().getType()
                       << " and result " << getType();
}
