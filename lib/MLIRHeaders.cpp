// Anchors the precompiled header that the libraries which use MLIR share (lib/CotanTargets.cmake).
