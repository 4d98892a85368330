//===- EntryEmitter.h - the function that launches the kernels --*- C++ -*-===//
//
// Emits the entry of a compiled function (cotan_entry of include/cotan-c/kernel_abi.h): the launches in order, the
// planned arena as constant offsets, `scf` control flow as branches and loops, scalar arithmetic as LLVM scalars.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_LIB_CODEGEN_ENTRYEMITTER_H
#define COTAN_LIB_CODEGEN_ENTRYEMITTER_H

#include "BufferPlan.h"
#include "cotan-compiler/Codegen/EmitFunction.h"
#include "cotan-compiler/Codegen/Matmul.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

namespace cotan::codegen {

/// A kernel function of the module and how to launch it.
struct LaunchTarget {
  llvm::Function *function = nullptr;
  int64_t number = 0;               ///< of the kernel
  llvm::Function *finish = nullptr; ///< called after the whole grid, with the same buffers
  int64_t grid = 1;
  int64_t scratchBytes = 0;
  bool canFail = false;
};

/// Emits the kernel of a scatter: buffers = {result, indices, updates}; the result holds the operand already.
llvm::Function *emitScatterAdd(llvm::Module &module, llvm::StringRef name, ir::ScatterAddOp op,
                               const TargetDescription &target);

class EntryEmitter {
public:
  EntryEmitter(mlir::func::FuncOp function, llvm::Module &module, const TargetDescription &target,
               const EmitOptions &options);
  mlir::FailureOr<EmittedFunction> emit();

private:
  // Kernels (EmitFunction.cpp).
  mlir::LogicalResult prepare();
  mlir::LogicalResult prepareKernel(ir::KernelOp op);
  mlir::LogicalResult prepareProduct(ir::DotGeneralOp op);
  std::string getKernelName();
  std::string getEntryName();

  // The entry.
  llvm::Function *beginFunction(const llvm::Twine &name, llvm::GlobalValue::LinkageTypes linkage, llvm::ArrayRef<llvm::Value *> live);
  mlir::LogicalResult emitFunctionBody();
  void beginNextPart(mlir::Operation *next);
  mlir::LogicalResult emitBlock(mlir::Block &block);
  mlir::LogicalResult emitOp(mlir::Operation *op);
  mlir::LogicalResult emitReturn(mlir::func::ReturnOp op);
  void launchKernel(ir::KernelOp op);
  void launchScatter(ir::ScatterAddOp op);
  void launch(mlir::Operation *op, llvm::ArrayRef<llvm::Value *> buffers, llvm::Value *start);
  void call(llvm::Function *kernel, int64_t grid, bool canFail);
  llvm::Value *getPointer(mlir::Value tensor);
  llvm::Value *loadPointer(llvm::Value *array, int64_t index);
  llvm::Value *getArena(int64_t offset);
  llvm::Constant *getConstant(mlir::Value constant);
  void copy(llvm::Value *to, llvm::Value *from, int64_t bytes);

  // The profiling form (EntryProfile.cpp).
  llvm::Value *startClock(mlir::Operation *op);
  void stopClock(mlir::Operation *op, llvm::Value *start);
  llvm::Value *readClock();

  // Control flow (ControlFlow.cpp).
  mlir::LogicalResult emitIf(mlir::scf::IfOp op);
  mlir::LogicalResult emitFor(mlir::scf::ForOp op);
  mlir::LogicalResult emitWhile(mlir::scf::WhileOp op);
  void copyInto(mlir::Operation *terminator, mlir::ValueRange from, mlir::ValueRange to);
  llvm::SmallVector<llvm::PHINode *> addScalarPhis(mlir::ValueRange values);
  void addIncoming(llvm::ArrayRef<llvm::PHINode *> phis, mlir::ValueRange values, llvm::BasicBlock *block);

  // Scalars (EntryScalars.cpp).
  mlir::LogicalResult emitScalarOp(mlir::Operation *op);
  mlir::LogicalResult emitExtract(mlir::tensor::ExtractOp op);
  void emitFromElements(mlir::tensor::FromElementsOp op);
  llvm::Value *getScalar(mlir::Value value);

  mlir::func::FuncOp function;
  llvm::Module &module;
  const TargetDescription &target;
  llvm::IRBuilder<> builder;
  std::string entrySymbol;
  llvm::Function *current = nullptr; ///< the entry, then its next parts
  llvm::Value *inputs = nullptr, *outputs = nullptr, *workspace = nullptr, *context = nullptr, *frame = nullptr;

  AnalysisMap analyses;
  std::unique_ptr<BufferPlan> plan;
  llvm::DenseMap<mlir::Operation *, LaunchTarget> targets;
  llvm::DenseMap<llvm::hash_code, llvm::SmallVector<mlir::Operation *, 1>>
      emitted; ///< ops whose kernel others may share
  llvm::DenseMap<mlir::Attribute, llvm::Constant *> constants;
  llvm::MapVector<mlir::Value, llvm::Value *> scalars;
  int64_t kernels = 0, parts = 1, launchesInPart = 0;
  EmitOptions options;
  std::vector<runtime::KernelFacts> facts; ///< of the launches emitted so far
};

} // namespace cotan::codegen

#endif // COTAN_LIB_CODEGEN_ENTRYEMITTER_H
