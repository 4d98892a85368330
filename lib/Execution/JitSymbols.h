//===- JitSymbols.h - the C functions that compiled code may call ---------===//

#ifndef COTAN_LIB_EXECUTION_JITSYMBOLS_H
#define COTAN_LIB_EXECUTION_JITSYMBOLS_H

#include "llvm/ADT/ArrayRef.h"

namespace cotan::execution {

struct LibrarySymbol {
  const char *name;
  const void *address;
};

/// A fixed list rather than a search of the process: the same functions wherever the library is loaded, and however.
llvm::ArrayRef<LibrarySymbol> librarySymbols();

} // namespace cotan::execution

#endif // COTAN_LIB_EXECUTION_JITSYMBOLS_H
