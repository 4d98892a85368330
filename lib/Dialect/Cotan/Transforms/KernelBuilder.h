//===- KernelBuilder.h - the parts of one cotan.kernel -----------*- C++ -*-===//
//
// Collects inputs, maps, body and outputs of a kernel in any order; finish() makes the op.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_DIALECT_COTAN_TRANSFORMS_KERNELBUILDER_H
#define COTAN_LIB_DIALECT_COTAN_TRANSFORMS_KERNELBUILDER_H

#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"
#include "cotan-compiler/Dialect/Cotan/Transforms/IndexSpace.h"
#include "llvm/ADT/DenseMap.h"

namespace cotan::transforms {

/// Collects a kernel's operands, maps and body.
class KernelBuilder {
public:
  KernelBuilder(mlir::OpBuilder &builder, Domain domain, const llvm::DenseMap<mlir::Value, mlir::Value> &inMemory)
      : builder(builder), domain(std::move(domain)), inMemory(inMemory), body(new mlir::Block()),
        bodyBuilder(builder.getContext()) {
    bodyBuilder.setInsertionPointToEnd(body);
  }

  /// The scalar that an access from outside reads.
  mlir::Value read(mlir::Location loc, const Access &access, bool iteratesRow, bool generated);
  /// An element of a whole tensor seen through a view of `rows` rows: the row is given, the view's other factors are
  /// `rest`.
  mlir::Value load(mlir::Location loc, const Access &view, int64_t rows, mlir::Value row,
                   llvm::ArrayRef<LinearIndex> rest);
  mlir::Value kernelIndex(mlir::Location loc, const LinearIndex &form);
  /// The result `type` holds `value` at `forms` of the domain; `dest` may be null.
  void addOutput(mlir::Value value, llvm::ArrayRef<LinearIndex> forms,
                 llvm::ArrayRef<std::pair<mlir::Value, int64_t>> symbols, mlir::Type type, mlir::Value dest);
  ir::KernelOp finish(mlir::Location loc);

  mlir::OpBuilder &getBodyBuilder() { return bodyBuilder; }
  const Domain &getDomain() const { return domain; }

private:
  mlir::Value memory(mlir::Value value) const {
    mlir::Value mapped = inMemory.lookup(value);
    return mapped ? mapped : value;
  }
  llvm::SmallVector<mlir::AffineExpr, 4> toAffine(llvm::ArrayRef<LinearIndex> forms,
                                                  llvm::ArrayRef<std::pair<mlir::Value, int64_t>> symbols);
  mlir::Value readOffset(mlir::Location loc, mlir::Value offset, int64_t limit);
  mlir::ArrayAttr maps(llvm::ArrayRef<llvm::SmallVector<mlir::AffineExpr, 4>> exprs);
  mlir::Value constant(mlir::Location loc, mlir::TypedAttr value);

  mlir::OpBuilder &builder;
  Domain domain;
  const llvm::DenseMap<mlir::Value, mlir::Value> &inMemory;
  mlir::Block *body;
  mlir::OpBuilder bodyBuilder;
  llvm::SmallVector<mlir::Value> inputs, tables, dests, yields;
  llvm::SmallVector<std::pair<mlir::Value, int64_t>, 2> offsets;
  llvm::SmallVector<llvm::SmallVector<mlir::AffineExpr, 4>> inputExprs, outputExprs;
  llvm::SmallVector<int64_t> destOf;
  llvm::SmallVector<mlir::Type> resultTypes;
  llvm::DenseMap<mlir::Attribute, mlir::Value> constants;
  llvm::DenseMap<std::pair<mlir::AffineExpr, mlir::Type>, mlir::Value> indices;
};

} // namespace cotan::transforms

#endif // COTAN_LIB_DIALECT_COTAN_TRANSFORMS_KERNELBUILDER_H
