# How lit runs Cotan's tests. Loaded by the lit.site.cfg.py of a build tree.

import os

import lit.formats
import lit.util

config.name = "Cotan"
config.test_format = lit.formats.ShTest(not os.environ.get("COTAN_LIT_EXTERNAL_SHELL"))
config.suffixes = [".mlir", ".test"]
config.test_source_root = os.path.dirname(__file__)
config.excludes = ["unit", "Inputs"]

# Tests may not read the user's kernel cache or logs settings.
for name in [name for name in os.environ if name.startswith("COTAN_")]:
    config.environment.pop(name, None)
for name in ("HOME", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "ASAN_SYMBOLIZER_PATH"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
# `--param guard=1`: every call of a compiled function with its buffers against guard pages.
if lit_config.params.get("guard", "0") != "0":
    config.environment["COTAN_GUARD"] = "1"
config.environment["COTAN_CACHE_DIR"] = os.path.join(config.test_exec_root, "kernel-cache")
config.environment["PATH"] = os.path.pathsep.join(
    [config.cotan_tools_dir, config.llvm_tools_dir, os.environ.get("PATH", "")]
)

config.substitutions.append(("%cotan_source_dir", config.cotan_source_dir))
config.substitutions.append(("%cotan_build_dir", config.cotan_build_dir))
config.substitutions.append(("%mlir_include_dir", config.mlir_include_dir))
config.substitutions.append(("%python", config.python_executable))

# Tools by name, with their full path, so that no other build's are taken.
tools = {name: config.cotan_tools_dir for name in ("cotan-lsp-server", "cotan-reduce", "cotan-opt", "cotan-conformance", "cotan-bench", "cotan")}
tools.update({name: config.llvm_tools_dir for name in ("FileCheck", "not", "split-file", "count", "mlir-tblgen")})
for name in sorted(tools, key=len, reverse=True):
    config.substitutions.append((r"(?<![-./\w@%])" + name + r"(?![-./\w:])", os.path.join(tools[name], name)))
