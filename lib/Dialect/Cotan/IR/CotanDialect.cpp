//===- CotanDialect.cpp - registration of the dialect -----------------------===//
//
// The generated op definitions are compiled in parts, see CotanOpsShard.cpp.in.
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace cotan::ir;

#include "cotan-compiler/Dialect/Cotan/IR/CotanDialect.cpp.inc"
#include "cotan-compiler/Dialect/Cotan/IR/CotanEnums.cpp.inc"
#include "cotan-compiler/Dialect/Cotan/IR/Differentiable.cpp.inc"

void CotanDialect::initialize() { registerCotanDialectOperations(this); }

Operation *CotanDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location loc) {
  auto typed = dyn_cast<TypedAttr>(value);
  if (!typed || typed.getType() != type)
    return nullptr;
  return ConstantOp::create(builder, loc, typed);
}
