//===- Philox.cpp - Counter-based random bits -----------------------------===//
//
// Philox4x32-10 of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3"
// (SC 2011). 32-bit words live in the low halves of 64-bit lanes, where x86's
// widening multiplication wants them.
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Codegen/VectorMath.h"

using namespace llvm;

llvm::Value *cotan::codegen::emitPhilox(IRBuilderBase &builder, Value *key, Value *counter) {
  Type *type = key->getType();
  auto constant = [&](uint64_t bits) { return ConstantInt::get(type, bits); };
  Value *lowWord = constant(0xffffffff);
  Value *key0 = builder.CreateAnd(key, lowWord);
  Value *key1 = builder.CreateLShr(key, 32);
  Value *words[4] = {builder.CreateAnd(counter, lowWord), builder.CreateLShr(counter, 32), constant(0), constant(0)};
  for (int round = 0; round != 10; ++round) {
    if (round != 0) {
      key0 = builder.CreateAnd(builder.CreateAdd(key0, constant(0x9e3779b9)), lowWord);
      key1 = builder.CreateAnd(builder.CreateAdd(key1, constant(0xbb67ae85)), lowWord);
    }
    Value *product0 = builder.CreateMul(words[0], constant(0xd2511f53));
    Value *product1 = builder.CreateMul(words[2], constant(0xcd9e8d57));
    auto mix = [&](Value *product, Value *word, Value *roundKey) {
      Value *high = builder.CreateLShr(product, 32);
      return builder.CreateXor(builder.CreateXor(high, word), roundKey);
    };
    Value *next0 = mix(product1, words[1], key0);
    Value *next2 = mix(product0, words[3], key1);
    words[0] = next0;
    words[1] = builder.CreateAnd(product1, lowWord);
    words[2] = next2;
    words[3] = builder.CreateAnd(product0, lowWord);
  }
  return builder.CreateOr(words[0], builder.CreateShl(words[1], 32));
}
