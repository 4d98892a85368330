//===- GuardedCallTest.cpp - buffers against guard pages ------------------===//

#include "cotan-compiler/Runtime/GuardedCall.h"
#include "gtest/gtest.h"

using namespace cotan::runtime;

namespace {

// Entries as compiled code would be, with one fault each. Their buffers: three floats in, three floats out, 64 bytes of workspace.
const float *in(const void *const *inputs) { return static_cast<const float *>(inputs[0]); }
volatile float *out(void *const *outputs) { return static_cast<volatile float *>(outputs[0]); }

int32_t sound(const void *const *inputs, void *const *outputs, void *workspace, cotan_call_context *context) {
  for (int i = 0; i < 3; ++i)
    static_cast<float *>(workspace)[i] = 2 * in(inputs)[i];
  for (int i = 0; i < 3; ++i)
    out(outputs)[i] = static_cast<float *>(workspace)[i];
  static_cast<char *>(workspace)[63] = 1;
  ++context->launches;
  return COTAN_STATUS_OK;
}
int32_t readsPastInput(const void *const *inputs, void *const *outputs, void *, cotan_call_context *) {
  out(outputs)[0] = static_cast<const volatile float *>(in(inputs))[3];
  return COTAN_STATUS_OK;
}
int32_t writesPastOutput(const void *const *, void *const *outputs, void *, cotan_call_context *) {
  out(outputs)[3] = 1;
  return COTAN_STATUS_OK;
}
int32_t writesPastWorkspace(const void *const *, void *const *, void *workspace, cotan_call_context *) {
  static_cast<volatile char *>(workspace)[64] = 1;
  return COTAN_STATUS_OK;
}
int32_t writesBeforeOutput(const void *const *, void *const *outputs, void *, cotan_call_context *) {
  out(outputs)[-1] = 1;
  return COTAN_STATUS_OK;
}
int32_t writesInput(const void *const *inputs, void *const *, void *, cotan_call_context *) {
  *const_cast<volatile float *>(in(inputs)) = 9;
  return COTAN_STATUS_OK;
}

int32_t call(cotan_entry entry, float *result) {
  float values[3] = {1, 2, 3};
  const void *inputs[] = {values};
  void *outputs[] = {result};
  cotan_call_context context = {};
  int32_t status = guardedCall(entry, inputs, {12}, outputs, {12}, 64, &context);
  EXPECT_EQ(context.launches, entry == sound ? 1u : 0u);
  return status;
}

TEST(GuardedCall, ASoundKernelComputesAsWithout) {
  float result[3] = {};
  EXPECT_EQ(call(sound, result), COTAN_STATUS_OK);
  EXPECT_EQ(result[0], 2);
  EXPECT_EQ(result[2], 6);
}

// A sanitizer's own handler turns the signal into an exit, so the kind of death is left open.
TEST(GuardedCallDeathTest, APlantedOverrunFaults) {
  float result[3];
  EXPECT_DEATH(call(readsPastInput, result), "");
  EXPECT_DEATH(call(writesPastOutput, result), "");
  EXPECT_DEATH(call(writesPastWorkspace, result), "");
}

TEST(GuardedCallDeathTest, WritesBeforeABufferAndToInputsAreReported) {
  float result[3];
  EXPECT_DEATH(call(writesBeforeOutput, result), "a kernel wrote 4 bytes before output 0");
  EXPECT_DEATH(call(writesInput, result), "a kernel wrote to input 0");
}

} // namespace
