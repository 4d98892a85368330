# How Cotan's targets are declared: flags, include paths and link rules live on targets, none on directories.

find_program(COTAN_CCACHE ccache)
if(COTAN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Precompiled headers are cached only with these.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${COTAN_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
endif()

add_library(cotan_flags INTERFACE)
target_compile_options(cotan_flags INTERFACE -Wall -Wextra -Wno-unused-parameter $<$<COMPILE_LANG_AND_ID:CXX,Clang>:SHELL:-Xclang -fno-pch-timestamp>)
target_include_directories(cotan_flags INTERFACE ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include)
if(COTAN_SANITIZE)
  # Every finding ends the program. Not checked: what needs type information from LLVM's uninstrumented libraries (vptr), and the
  # words before a called function's entry (function), which compiled kernels do not have.
  set(sanitizers -fsanitize=${COTAN_SANITIZE} -fno-sanitize=vptr,function)
  target_compile_options(cotan_flags INTERFACE ${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(cotan_flags INTERFACE ${sanitizers})
endif()

# What sees MLIR and LLVM: their headers as system headers and their two dylibs.
add_library(cotan_mlir INTERFACE)
target_include_directories(cotan_mlir SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
target_compile_definitions(cotan_mlir INTERFACE _GNU_SOURCE __STDC_CONSTANT_MACROS __STDC_FORMAT_MACROS __STDC_LIMIT_MACROS)
target_link_libraries(cotan_mlir INTERFACE MLIR LLVM)

# MLIR's headers dominate compile time: one precompiled header for all libraries that use them.
add_library(cotan_pch STATIC ${PROJECT_SOURCE_DIR}/lib/MLIRHeaders.cpp)
target_link_libraries(cotan_pch PRIVATE cotan_flags cotan_mlir)
target_precompile_headers(cotan_pch PRIVATE
  <mlir/IR/BuiltinOps.h> <mlir/IR/BuiltinTypes.h> <mlir/IR/Builders.h> <mlir/IR/OpDefinition.h> <mlir/IR/AffineMap.h>
  <mlir/IR/SymbolTable.h> <mlir/IR/PatternMatch.h> <mlir/Interfaces/InferTypeOpInterface.h>
  <mlir/Interfaces/SideEffectInterfaces.h> <mlir/Bytecode/BytecodeOpInterface.h> <mlir/Pass/Pass.h>
  <llvm/ADT/TypeSwitch.h> <string> <vector> <memory>)

# cotan_add_library(NAME [MLIR] [NO_PCH] SOURCES file... [LINK lib...] [DEPENDS target...])
# A static library of the layer NAME; MLIR for those that know MLIR or LLVM.
function(cotan_add_library name)
  cmake_parse_arguments(ARG "MLIR;NO_PCH" "" "SOURCES;LINK;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE cotan_flags PUBLIC ${ARG_LINK})
  if(ARG_MLIR)
    target_link_libraries(${name} PUBLIC cotan_mlir)
    add_dependencies(${name} cotan_tablegen)
    if(NOT ARG_NO_PCH)
      target_precompile_headers(${name} REUSE_FROM cotan_pch)
    endif()
  endif()
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
endfunction()

# cotan_add_tool(NAME SOURCES file... LINK lib...): an executable that links the internal libraries.
function(cotan_add_tool name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE cotan_flags ${ARG_LINK})
endfunction()
