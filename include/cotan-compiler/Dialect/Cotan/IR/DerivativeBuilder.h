//===- DerivativeBuilder.h - vocabulary of derivative rules ------*- C++ -*-===//
//
// Short names for the ops that derivative rules build, at one place and with one location:
//
//   DerivativeBuilder d(builder, getLoc());
//   return d.mul(value, d.cos(getOperand()));
//
// Everything is built from cotan ops, so that rules can be differentiated again.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_DIALECT_COTAN_IR_DERIVATIVEBUILDER_H
#define COTAN_COMPILER_DIALECT_COTAN_IR_DERIVATIVEBUILDER_H

#include "cotan-compiler/Dialect/Cotan/IR/Cotan.h"

namespace cotan::ir {

/// Whether values of the type have derivatives: floats, and tensors of floats.
bool isDifferentiableType(mlir::Type type);

class DerivativeBuilder {
public:
  DerivativeBuilder(mlir::OpBuilder &builder, mlir::Location loc) : builder(builder), loc(loc) {}

  template <typename OpTy, typename... Args> mlir::Value create(Args &&...args) {
    return OpTy::create(builder, loc, std::forward<Args>(args)...).getResult();
  }

  /// A tensor or scalar of the type with every element `value` (0 is false for i1).
  mlir::Value constant(mlir::Type type, double value);
  mlir::Value constantLike(mlir::Value like, double value) { return constant(like.getType(), value); }
  mlir::Value zeros(mlir::Type type) { return constant(type, 0); }
  mlir::Value zerosLike(mlir::Value like) { return zeros(like.getType()); }
  mlir::Value onesLike(mlir::Value like) { return constantLike(like, 1); }

  mlir::Value neg(mlir::Value x) { return create<NegOp>(x); }
  mlir::Value sign(mlir::Value x) { return create<SignOp>(x); }
  mlir::Value abs(mlir::Value x) { return create<AbsOp>(x); }
  mlir::Value add(mlir::Value x, mlir::Value y) { return create<AddOp>(x, y); }
  mlir::Value sub(mlir::Value x, mlir::Value y) { return create<SubOp>(x, y); }
  mlir::Value mul(mlir::Value x, mlir::Value y) { return create<MulOp>(x, y); }
  mlir::Value div(mlir::Value x, mlir::Value y) { return create<DivOp>(x, y); }
  mlir::Value pow(mlir::Value x, mlir::Value y) { return create<PowOp>(x, y); }
  mlir::Value exp(mlir::Value x) { return create<ExpOp>(x); }
  mlir::Value log(mlir::Value x) { return create<LogOp>(x); }
  mlir::Value sin(mlir::Value x) { return create<SinOp>(x); }
  mlir::Value cos(mlir::Value x) { return create<CosOp>(x); }
  mlir::Value sinh(mlir::Value x) { return create<SinhOp>(x); }
  mlir::Value cosh(mlir::Value x) { return create<CoshOp>(x); }
  mlir::Value rsqrt(mlir::Value x) { return create<RsqrtOp>(x); }
  mlir::Value trunc(mlir::Value x) { return create<TruncOp>(x); }
  mlir::Value square(mlir::Value x) { return mul(x, x); }

  /// x * factor and x + term, with a constant.
  mlir::Value scale(mlir::Value x, double factor) { return mul(x, constantLike(x, factor)); }
  mlir::Value shift(mlir::Value x, double term) { return add(x, constantLike(x, term)); }

  mlir::Value compare(Comparison predicate, mlir::Value x, mlir::Value y) { return create<CompareOp>(predicate, x, y); }
  mlir::Value both(mlir::Value x, mlir::Value y) { return create<AndOp>(x, y); }
  mlir::Value invert(mlir::Value x) { return create<NotOp>(x); }
  mlir::Value select(mlir::Value condition, mlir::Value x, mlir::Value y) { return create<SelectOp>(condition, x, y); }
  /// `x` where the condition holds, zero elsewhere; and the other way round.
  mlir::Value keepWhere(mlir::Value condition, mlir::Value x) { return select(condition, x, zerosLike(x)); }
  mlir::Value dropWhere(mlir::Value condition, mlir::Value x) { return select(condition, zerosLike(x), x); }
  mlir::Value cast(mlir::Value x, mlir::Type type);

  /// Reshape, or `x` itself when it has that type already.
  mlir::Value reshape(mlir::Value x, mlir::RankedTensorType type);
  mlir::Value transpose(mlir::Value x, llvm::ArrayRef<int64_t> permutation);
  mlir::Value sum(mlir::Value x, llvm::ArrayRef<int64_t> dims);
  mlir::Value sumAll(mlir::Value x);
  mlir::Value slice(mlir::Value x, llvm::ArrayRef<int64_t> starts, llvm::ArrayRef<int64_t> limits,
                    llvm::ArrayRef<int64_t> strides);
  /// The elements [start, limit) of one dimension.
  mlir::Value sliceDim(mlir::Value x, int64_t dim, int64_t start, int64_t limit);
  mlir::Value pad(mlir::Value x, mlir::Value value, llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> high,
                  llvm::ArrayRef<int64_t> interior);
  /// Repeats a reduction's result along the reduced dimensions, to the shape of what was reduced.
  mlir::Value broadcastReduced(mlir::Value x, llvm::ArrayRef<int64_t> reducedDims, mlir::RankedTensorType type);

private:
  mlir::OpBuilder &builder;
  mlir::Location loc;
};

} // namespace cotan::ir

#endif // COTAN_COMPILER_DIALECT_COTAN_IR_DERIVATIVEBUILDER_H
