//===- Identities.h - rewrites of single ops ---------------------*- C++ -*-===//
//
// The rewrites behind cotan-simplify-graph that need new ops, which folds cannot make.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_DIALECT_COTAN_TRANSFORMS_IDENTITIES_H
#define COTAN_LIB_DIALECT_COTAN_TRANSFORMS_IDENTITIES_H

#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"

namespace cotan::transforms {

/// A value equal to the result of `op`, computed by new ops at the builder's insertion point; null if no identity
/// applies.
mlir::Value applyIdentity(mlir::Operation *op, mlir::OpBuilder &builder);

} // namespace cotan::transforms

#endif // COTAN_LIB_DIALECT_COTAN_TRANSFORMS_IDENTITIES_H
