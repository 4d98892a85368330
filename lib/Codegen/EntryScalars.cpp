//===- EntryScalars.cpp - scalar arithmetic of the entry ------------------===//

#include "EntryEmitter.h"
#include "ScalarOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace cotan;
using namespace cotan::codegen;

llvm::Value *EntryEmitter::getScalar(Value value) {
  llvm::Value *known = scalars.lookup(value);
  assert(known && "scalars are emitted before their uses");
  return known;
}

static llvm::CmpInst::Predicate getPredicate(arith::CmpIPredicate predicate) {
  using P = llvm::CmpInst::Predicate;
  switch (predicate) {
  case arith::CmpIPredicate::eq:
    return P::ICMP_EQ;
  case arith::CmpIPredicate::ne:
    return P::ICMP_NE;
  case arith::CmpIPredicate::slt:
    return P::ICMP_SLT;
  case arith::CmpIPredicate::sle:
    return P::ICMP_SLE;
  case arith::CmpIPredicate::sgt:
    return P::ICMP_SGT;
  case arith::CmpIPredicate::sge:
    return P::ICMP_SGE;
  case arith::CmpIPredicate::ult:
    return P::ICMP_ULT;
  case arith::CmpIPredicate::ule:
    return P::ICMP_ULE;
  case arith::CmpIPredicate::ugt:
    return P::ICMP_UGT;
  case arith::CmpIPredicate::uge:
    return P::ICMP_UGE;
  }
  llvm_unreachable("unknown predicate");
}

static llvm::CmpInst::Predicate getPredicate(arith::CmpFPredicate predicate) {
  using P = llvm::CmpInst::Predicate;
  switch (predicate) {
  case arith::CmpFPredicate::AlwaysFalse:
    return P::FCMP_FALSE;
  case arith::CmpFPredicate::OEQ:
    return P::FCMP_OEQ;
  case arith::CmpFPredicate::OGT:
    return P::FCMP_OGT;
  case arith::CmpFPredicate::OGE:
    return P::FCMP_OGE;
  case arith::CmpFPredicate::OLT:
    return P::FCMP_OLT;
  case arith::CmpFPredicate::OLE:
    return P::FCMP_OLE;
  case arith::CmpFPredicate::ONE:
    return P::FCMP_ONE;
  case arith::CmpFPredicate::ORD:
    return P::FCMP_ORD;
  case arith::CmpFPredicate::UEQ:
    return P::FCMP_UEQ;
  case arith::CmpFPredicate::UGT:
    return P::FCMP_UGT;
  case arith::CmpFPredicate::UGE:
    return P::FCMP_UGE;
  case arith::CmpFPredicate::ULT:
    return P::FCMP_ULT;
  case arith::CmpFPredicate::ULE:
    return P::FCMP_ULE;
  case arith::CmpFPredicate::UNE:
    return P::FCMP_UNE;
  case arith::CmpFPredicate::UNO:
    return P::FCMP_UNO;
  case arith::CmpFPredicate::AlwaysTrue:
    return P::FCMP_TRUE;
  }
  llvm_unreachable("unknown predicate");
}

/// Reads one element; an index out of range fails the call.
LogicalResult EntryEmitter::emitExtract(tensor::ExtractOp op) {
  auto type = cast<RankedTensorType>(op.getTensor().getType());
  llvm::Value *flat = builder.getInt64(0);
  for (auto [index, extent] : llvm::zip_equal(op.getIndices(), type.getShape())) {
    OpEmitter{builder, context, nullptr}.failIndexUnlessBelow(getScalar(index), extent);
    flat = builder.CreateAdd(builder.CreateMul(flat, builder.getInt64(extent)), getScalar(index));
  }
  Type element = type.getElementType();
  bool boolean = element.isInteger(1);
  llvm::Type *memory = boolean ? builder.getInt8Ty() : getElementType(builder.getContext(), element);
  llvm::Value *value = builder.CreateAlignedLoad(memory, builder.CreateGEP(memory, getPointer(op.getTensor()), flat),
                                                 llvm::Align(getElementBytes(element)));
  scalars[op] = boolean ? builder.CreateIsNotNull(value) : value;
  return success();
}

void EntryEmitter::emitFromElements(tensor::FromElementsOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  bool boolean = type.getElementType().isInteger(1);
  llvm::Value *pointer = getPointer(op.getResult());
  for (auto [i, element] : llvm::enumerate(op.getElements())) {
    llvm::Value *value = getScalar(element);
    if (boolean)
      value = builder.CreateZExt(value, builder.getInt8Ty());
    builder.CreateAlignedStore(value, builder.CreateConstGEP1_64(value->getType(), pointer, i),
                               llvm::Align(getElementBytes(type.getElementType())));
  }
}

LogicalResult EntryEmitter::emitScalarOp(Operation *op) {
  if (op->getNumResults() == 1 && op->hasTrait<OpTrait::ConstantLike>()) {
    Attribute value;
    if (!isa<RankedTensorType>(op->getResult(0).getType()) && matchPattern(op, m_Constant(&value)))
      scalars[op->getResult(0)] = getScalarConstant(builder.getContext(), value);
    return success();
  }
  if (auto extract = dyn_cast<tensor::ExtractOp>(op))
    return emitExtract(extract);
  if (auto elements = dyn_cast<tensor::FromElementsOp>(op)) {
    emitFromElements(elements);
    return success();
  }
  auto unsupported = [&] {
    return op->emitError() << "cannot generate code for '" << op->getName()
                           << "'; expected kernels, products, control flow and scalar arithmetic";
  };
  if (op->getNumResults() != 1 || isa<RankedTensorType>(op->getResult(0).getType()) ||
      llvm::any_of(op->getOperandTypes(), llvm::IsaPred<RankedTensorType>))
    return unsupported();
  llvm::SmallVector<llvm::Value *, 3> v;
  for (Value operand : op->getOperands())
    v.push_back(getScalar(operand));
  llvm::IRBuilder<> &b = builder;
  llvm::Type *type = getElementType(b.getContext(), op->getResult(0).getType());
  auto intrinsic = [&](llvm::Intrinsic::ID id) { return b.CreateBinaryIntrinsic(id, v[0], v[1]); };
  auto divide =
      [&](bool remainder) -> llvm::Value * { // arith's division by zero is undefined: defined here as a failure
    OpEmitter{b, context, nullptr}.failDivisionIf(b.CreateIsNull(v[1]));
    return remainder ? b.CreateSRem(v[0], v[1]) : b.CreateSDiv(v[0], v[1]);
  };
  using llvm::Value;
  Value *result = llvm::TypeSwitch<Operation *, Value *>(op)
                      .Case<arith::IndexCastOp, arith::ExtSIOp, arith::TruncIOp>(
                          [&](auto) { return b.CreateSExtOrTrunc(v[0], type); })
                      .Case<arith::IndexCastUIOp, arith::ExtUIOp>([&](auto) { return b.CreateZExtOrTrunc(v[0], type); })
                      .Case<arith::AddIOp>([&](auto) { return b.CreateAdd(v[0], v[1]); })
                      .Case<arith::SubIOp>([&](auto) { return b.CreateSub(v[0], v[1]); })
                      .Case<arith::MulIOp>([&](auto) { return b.CreateMul(v[0], v[1]); })
                      .Case<arith::DivSIOp>([&](auto) { return divide(false); })
                      .Case<arith::RemSIOp>([&](auto) { return divide(true); })
                      .Case<arith::AndIOp>([&](auto) { return b.CreateAnd(v[0], v[1]); })
                      .Case<arith::OrIOp>([&](auto) { return b.CreateOr(v[0], v[1]); })
                      .Case<arith::XOrIOp>([&](auto) { return b.CreateXor(v[0], v[1]); })
                      .Case<arith::MaxSIOp>([&](auto) { return intrinsic(llvm::Intrinsic::smax); })
                      .Case<arith::MinSIOp>([&](auto) { return intrinsic(llvm::Intrinsic::smin); })
                      .Case<arith::CmpIOp>([&](arith::CmpIOp compare) {
                        return b.CreateICmp(getPredicate(compare.getPredicate()), v[0], v[1]);
                      })
                      .Case<arith::AddFOp>([&](auto) { return b.CreateFAdd(v[0], v[1]); })
                      .Case<arith::SubFOp>([&](auto) { return b.CreateFSub(v[0], v[1]); })
                      .Case<arith::MulFOp>([&](auto) { return b.CreateFMul(v[0], v[1]); })
                      .Case<arith::DivFOp>([&](auto) { return b.CreateFDiv(v[0], v[1]); })
                      .Case<arith::NegFOp>([&](auto) { return b.CreateFNeg(v[0]); })
                      .Case<arith::CmpFOp>([&](arith::CmpFOp compare) {
                        return b.CreateFCmp(getPredicate(compare.getPredicate()), v[0], v[1]);
                      })
                      .Case<arith::SIToFPOp>([&](auto) { return b.CreateSIToFP(v[0], type); })
                      .Case<arith::FPToSIOp>([&](auto) {
                        return b.CreateIntrinsic(llvm::Intrinsic::fptosi_sat, {type, v[0]->getType()}, {v[0]});
                      })
                      .Case<arith::ExtFOp, arith::TruncFOp>([&](auto) { return b.CreateFPCast(v[0], type); })
                      .Case<arith::SelectOp>([&](auto) { return b.CreateSelect(v[0], v[1], v[2]); })
                      .Default([&](Operation *) {
                        return OpEmitter{b, context, nullptr}.emit(op, v);
                      });
  if (!result)
    return unsupported();
  scalars[op->getResult(0)] = result;
  return success();
}
