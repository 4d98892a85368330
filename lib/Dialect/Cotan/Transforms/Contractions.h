//===- Contractions.h - rewriting dot_general --------------------*- C++ -*-===//
//
// Part of cotan-decompose-ops: which contractions are matrix products, and what becomes of the others.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_DIALECT_COTAN_TRANSFORMS_CONTRACTIONS_H
#define COTAN_LIB_DIALECT_COTAN_TRANSFORMS_CONTRACTIONS_H

#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"

namespace cotan::transforms {

/// The result of `dot` as a canonical dot_general, or as mul and reduce; null if it is canonical already.
mlir::Value decomposeDotGeneral(ir::DotGeneralOp dot, mlir::OpBuilder &builder);

} // namespace cotan::transforms

#endif // COTAN_LIB_DIALECT_COTAN_TRANSFORMS_CONTRACTIONS_H
