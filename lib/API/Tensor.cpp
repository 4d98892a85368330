//===- Tensor.cpp - what a tensor is, and its values ----------------------===//

#include "Print.h"
#include "TensorImpl.h"
#include "cotan-compiler/Trace/Evaluate.h"
#include "cotan/indexing.h"
#include "cotan/ops.h"
#include <cstring>
#include <ostream>

namespace cotan {

using namespace detail;

//===----------------------------------------------------------------------===//
// What it is
//===----------------------------------------------------------------------===//

static TensorImpl &checked(const Tensor &tensor) {
  if (!tensor.defined())
    throw Error("tensor does not have a value: it is undefined");
  return *tensor.getImpl();
}

int64_t Tensor::dim() const { return checked(*this).shape->count; }
IntArrayRef Tensor::sizes() const { return checked(*this).shape->ref(); }
int64_t Tensor::numel() const { return checked(*this).shape->product; }
ScalarType Tensor::scalar_type() const { return checked(*this).dtype; }
TensorOptions Tensor::options() const { return TensorOptions(scalar_type()); }

int64_t Tensor::size(int64_t dim, Where where) const {
  COTAN_OP(size, "", false);
  TensorImpl &self = implOf(*this);
  if (self.shape->count == 0)
    throw IndexError("Dimension specified as " + std::to_string(dim) + " but tensor has no dimensions", where);
  return self.shape->values[wrapDim(dim, self.shape->count)];
}

int64_t Tensor::len(Where where) const {
  COTAN_OP(len, "", false);
  if (implOf(*this).shape->count == 0)
    throw TypeError("len() of a 0-d tensor", where);
  return implOf(*this).shape->values[0];
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// The evaluated value of a tensor.
static Value evaluated(const Tensor &tensor, const char *what) {
  refuseInTrace(what);
  Value value = read(tensor);
  evaluate(value.get());
  return value;
}

cotan::Scalar detail::elementAt(ScalarType type, const void *data, int64_t index) {
  switch (type) {
  case ScalarType::Float:
    return static_cast<const float *>(data)[index];
  case ScalarType::Double:
    return static_cast<const double *>(data)[index];
  case ScalarType::Int:
    return static_cast<const int32_t *>(data)[index];
  case ScalarType::Long:
    return static_cast<const int64_t *>(data)[index];
  default:
    return static_cast<const unsigned char *>(data)[index] != 0;
  }
}

Scalar Tensor::itemScalar(Where where) const {
  COTAN_OP(item, "", false);
  if (implOf(*this).shape->product != 1)
    throw Error("a Tensor with " + std::to_string(numel()) + " elements cannot be converted to Scalar", where);
  Value value = evaluated(*this, "item()");
  return elementAt(value.dtype(), elementsOf(value.get()), 0);
}

Tensor::operator bool() const {
  Where where;
  COTAN_OP(bool, "", false);
  if (implOf(*this).shape->product == 0)
    throw Error("Boolean value of Tensor with no values is ambiguous");
  if (implOf(*this).shape->product > 1)
    throw Error("Boolean value of Tensor with more than one value is ambiguous");
  Value value = evaluated(*this, "the truth of a tensor");
  return elementAt(value.dtype(), elementsOf(value.get()), 0).toBool();
}

const Tensor &Tensor::eval(Where where) const {
  COTAN_OP(eval, "", false);
  evaluated(*this, "eval()");
  return *this;
}

void Tensor::copyTo(ScalarType type, void *destination, Where where) const {
  COTAN_OP(to_vector, "", false);
  Value value = evaluated(*this, "to_vector()");
  const void *data = elementsOf(value.get());
  int64_t count = value.numel();
  if (count == 0)
    return; // memcpy takes no null pointer, and an empty vector has one
  if (value.dtype() == type) {
    std::memcpy(destination, data, size_t(count * elementSize(type)));
    return;
  }
  for (int64_t i = 0; i < count; ++i) {
    Scalar element = elementAt(value.dtype(), data, i);
    if (type == kFloat)
      static_cast<float *>(destination)[i] = element.to<float>();
    else if (type == kDouble)
      static_cast<double *>(destination)[i] = element.toDouble();
    else if (type == kInt)
      static_cast<int32_t *>(destination)[i] = element.to<int>();
    else if (type == kLong)
      static_cast<int64_t *>(destination)[i] = element.toLong();
    else
      static_cast<unsigned char *>(destination)[i] = element.toBool();
  }
}

void Tensor::checkRank(int rank, Where where) const {
  if (dim() != rank)
    throw Error("TensorAccessor expected " + std::to_string(rank) + " dims but tensor has " + std::to_string(dim()), where);
}

/// Gives a storage memory of its own whose address will not change.
static void pin(Storage &storage) {
  Value value(storage.own.value);
  evaluate(value.get());
  if (storage.pinned) {
    evaluateReaders(storage.pinned);
    return;
  }
  int64_t bytes = value.numel() * elementSize(value.dtype());
  Buffer *buffer = value->buffer;
  bool shared = !buffer || buffer->references > 1 || value->references > 2 || value->requiresGrad || value->kind == OpKind::Scalar;
  if (shared) { // others keep the value as it is
    buffer = makeBuffer(bytes);
    std::memcpy(buffer->data, elementsOf(value.get()), size_t(bytes));
    ++buffer->references;
    Value own = leaf(value.dtype(), value->shape, buffer);
    storage.own.set(value->requiresGrad ? saved(value, own) : own);
  } else {
    ++buffer->references;
  }
  storage.pinned = buffer;
}

void *Tensor::dataPointer(ScalarType type, Where where) const {
  COTAN_OP(data_ptr, "", false);
  refuseInTrace("data_ptr()");
  TensorImpl &self = implOf(*this);
  if (type != self.dtype)
    throw Error(std::string("expected scalar type ") + toString(type) + " but found " + toString(self.dtype), where);
  pin(*self.storage);
  auto *data = static_cast<char *>(self.storage->pinned->data);
  int64_t offset = 0;
  bool dense = isDense(self, &offset);
  if (!dense)
    throw Error("data_ptr of a view whose elements are not consecutive: call contiguous() first", where);
  return data + offset * elementSize(type);
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

std::string Tensor::str(Where where) const {
  COTAN_OP(str, "", false);
  if (!defined())
    return "None";
  PrintedTensor printed;
  Value value = evaluated(*this, "printing");
  printed.dtype = name(value.dtype());
  printed.shape = value.shape().vec();
  const void *data = elementsOf(value.get());
  int64_t count = value.numel();
  if (isFloatingType(value.dtype())) {
    printed.kind = PrintedTensor::Kind::Floating;
    for (int64_t i = 0; i < count; ++i)
      printed.floats.push_back(elementAt(value.dtype(), data, i).toDouble());
  } else {
    printed.kind = value.dtype() == kBool ? PrintedTensor::Kind::Boolean : PrintedTensor::Kind::Integer;
    for (int64_t i = 0; i < count; ++i)
      printed.integers.push_back(elementAt(value.dtype(), data, i).toLong());
  }
  std::string gradFn = grad_fn_name();
  printed.grad_fn = gradFn;
  printed.requires_grad = requires_grad();
  return print_tensor(printed);
}

std::ostream &operator<<(std::ostream &stream, const Tensor &tensor) { return stream << tensor.str(Where()); }

} // namespace cotan
