//===- TargetDescription.h - the processor code is made for -----*- C++ -*-===//
//
// What code generation must know of the processor: properties, never its name. Knows neither MLIR nor LLVM.
//
//===----------------------------------------------------------------------===//

#ifndef COTAN_COMPILER_CODEGEN_TARGETDESCRIPTION_H
#define COTAN_COMPILER_CODEGEN_TARGETDESCRIPTION_H

namespace cotan::codegen {

struct TargetDescription {
  unsigned vectorBits = 128; ///< width of the vectors to use: 128, 256 or 512
  unsigned vectorRegisters = 16;
  bool hasFma = false;
};

} // namespace cotan::codegen

#endif // COTAN_COMPILER_CODEGEN_TARGETDESCRIPTION_H
