//===- cotan.h - the whole public API ---------------------------*- C++ -*-===//

#ifndef COTAN_COTAN_H
#define COTAN_COTAN_H

#include "cotan/autograd.h"
#include "cotan/creation.h"
#include "cotan/format.h"
#include "cotan/indexing.h"
#include "cotan/ops.h"
#include "cotan/profile.h"
#include "cotan/statistics.h"
#include "cotan/tensor.h"
#include "cotan/transform.h"

#endif // COTAN_COTAN_H
