//===- Errors.h - diagnostics that both modes give ---------------*- C++ -*-===//

#ifndef COTAN_AUTODIFF_ERRORS_H
#define COTAN_AUTODIFF_ERRORS_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Operation.h"

namespace cotan::autodiff {

inline mlir::InFlightDiagnostic emitMissingRule(mlir::Operation *op) {
  mlir::InFlightDiagnostic error = op->emitError() << "no derivative rule for '" << op->getName() << "'";
  error.attachNote()
      << "implement DifferentiableOpInterface for it (docs/AddAnOp.md), or put cotan.stop_gradient on its operands if "
         "they should count as constant";
  return error;
}

} // namespace cotan::autodiff

#endif // COTAN_AUTODIFF_ERRORS_H
