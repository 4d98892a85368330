# Install rules: the library, its public headers, the tools, and the package that find_package(Cotan CONFIG) finds.

include(CMakePackageConfigHelpers)

# Public headers know neither MLIR nor LLVM; include/cotan-compiler stays behind.
file(GLOB_RECURSE public_headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/cotan/* ${PROJECT_SOURCE_DIR}/include/cotan-c/*.h)
target_sources(libcotan PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${public_headers})
target_compile_features(libcotan PUBLIC cxx_std_20)
# The libraries of LLVM and MLIR may lie outside the loader's path.
set_target_properties(libcotan cotan cotan-opt cotan-reduce cotan-lsp-server PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)

install(TARGETS libcotan EXPORT CotanTargets FILE_SET HEADERS)
install(TARGETS cotan cotan-opt cotan-reduce cotan-lsp-server)
install(EXPORT CotanTargets NAMESPACE Cotan:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Cotan)

set(config ${PROJECT_BINARY_DIR}/CotanConfig.cmake)
file(WRITE ${config} "include(\${CMAKE_CURRENT_LIST_DIR}/CotanTargets.cmake)\n")
write_basic_package_version_file(${PROJECT_BINARY_DIR}/CotanConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${config} ${PROJECT_BINARY_DIR}/CotanConfigVersion.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Cotan)
