//===- export.h - what libcotan.so exports ----------------------*- C++ -*-===//

#ifndef COTAN_EXPORT_H
#define COTAN_EXPORT_H

/// Marks the functions and classes of the public API; everything else in the library is hidden.
#define COTAN_API __attribute__((visibility("default")))

#endif // COTAN_EXPORT_H
