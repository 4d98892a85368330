//===- DiskCache.cpp - compiled code kept between processes ---------------===//
//
// File: magic, checksum of the rest (xxh3, 128 bits), then the full key (two keys may not share a file by a collision of their
// hashes), the description, the object. Written under a temporary name and renamed, so a reader sees all or nothing.
//
//===----------------------------------------------------------------------===//

#include "cotan-compiler/Execution/DiskCache.h"
#include "cotan-compiler/Runtime/Log.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/xxhash.h"
#include <cerrno>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;

namespace cotan::execution {
namespace {

constexpr StringLiteral magic = "COTAN02\n";

class Writer {
public:
  void number(int64_t value) { bytes.append(reinterpret_cast<const char *>(&value), sizeof value); }
  void text(StringRef value) {
    number(value.size());
    bytes.append(value.begin(), value.end());
  }
  void texts(const std::vector<std::string> &list) {
    number(list.size());
    for (const std::string &value : list)
      text(value);
  }
  void specs(const std::vector<TensorSpec> &list) {
    number(list.size());
    for (const TensorSpec &spec : list) {
      number(static_cast<int64_t>(spec.type));
      number(spec.shape.size());
      for (int64_t extent : spec.shape)
        number(extent);
    }
  }
  std::string bytes;
};

/// Every read is checked: after the first failure all give empty values and `failed` stays.
class Reader {
public:
  explicit Reader(StringRef bytes) : rest(bytes) {}
  int64_t number() {
    int64_t value = 0;
    if (rest.size() < sizeof value) {
      failed = true;
      return 0;
    }
    std::memcpy(&value, rest.data(), sizeof value);
    rest = rest.drop_front(sizeof value);
    return value;
  }
  int64_t count() {
    int64_t value = number();
    if (value < 0 || static_cast<uint64_t>(value) > rest.size()) {
      failed = true;
      return 0;
    }
    return value;
  }
  StringRef text() {
    int64_t size = count();
    StringRef value = rest.take_front(size);
    rest = rest.drop_front(size);
    return value;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> list(count());
    for (std::string &value : list)
      value = text().str();
    return list;
  }
  std::vector<TensorSpec> specs() {
    std::vector<TensorSpec> list(count());
    for (TensorSpec &spec : list) {
      spec.type = static_cast<ElementType>(number());
      spec.shape.resize(count());
      for (int64_t &extent : spec.shape)
        extent = number();
    }
    return list;
  }
  bool failed = false;

private:
  StringRef rest;
};

std::string checksum(StringRef bytes) {
  XXH128_hash_t hash = xxh3_128bits(arrayRefFromStringRef(bytes));
  std::string text(sizeof hash, 0);
  std::memcpy(text.data(), &hash, sizeof hash);
  return text;
}

std::string encode(StringRef key, const CachedObject &cached) {
  Writer writer;
  writer.text(key);
  writer.text(cached.entrySymbol);
  writer.specs(cached.description.inputs);
  writer.specs(cached.description.outputs);
  writer.number(cached.description.workspaceBytes);
  writer.number(cached.description.kernels);
  writer.texts(cached.description.routines);
  writer.text(StringRef(cached.object.data(), cached.object.size()));
  return magic.str() + checksum(writer.bytes) + writer.bytes;
}

/// Null: damaged. `foreign` is set when the file is sound but belongs to another key.
std::optional<CachedObject> decode(StringRef bytes, StringRef key, bool &foreign) {
  foreign = false;
  if (!bytes.consume_front(magic) || bytes.size() < sizeof(XXH128_hash_t))
    return std::nullopt;
  StringRef sum = bytes.take_front(sizeof(XXH128_hash_t));
  bytes = bytes.drop_front(sum.size());
  if (sum != checksum(bytes))
    return std::nullopt;
  Reader reader(bytes);
  foreign = reader.text() != key;
  CachedObject cached;
  cached.entrySymbol = reader.text().str();
  cached.description.inputs = reader.specs();
  cached.description.outputs = reader.specs();
  cached.description.workspaceBytes = reader.number();
  cached.description.kernels = reader.number();
  cached.description.routines = reader.texts();
  StringRef object = reader.text();
  cached.object.assign(object.begin(), object.end());
  if (reader.failed || foreign)
    return std::nullopt; // failed: a writer of another version, which the salt should have kept apart
  return cached;
}

void warn(const Twine &message) { runtime::warnOnce(("kernel cache: " + message).str()); }

} // namespace

DiskCache::DiskCache(std::string directory, std::string salt) : directory(std::move(directory)), salt(std::move(salt)) {}

std::string DiskCache::pathOf(StringRef key) const {
  SHA256 hash;
  hash.update(salt);
  hash.update(StringRef("\0", 1));
  hash.update(key);
  auto digest = hash.final();
  return directory + "/" + toHex(ArrayRef<uint8_t>(digest).take_front(20), /*LowerCase=*/true) + ".cotan";
}

/// Code is loaded from it, so nobody else may be able to write to it.
bool DiskCache::verifyDirectory(bool create) {
  if (verified)
    return true;
  if (directory.empty())
    return false;
  struct stat status;
  if (::lstat(directory.c_str(), &status) != 0) {
    if (errno != ENOENT)
      warn("cannot use " + directory + ": " + sys::StrError() + "; compiling without it");
    if (errno != ENOENT || !create)
      return false;
    sys::fs::create_directories(sys::path::parent_path(directory));
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
      warn("cannot create " + directory + ": " + sys::StrError() + "; compiling without it");
      return false;
    }
    if (::lstat(directory.c_str(), &status) != 0)
      return false;
  }
  if (!S_ISDIR(status.st_mode)) {
    warn(directory + " is not a directory; compiling without it");
    return false;
  }
  if (status.st_uid != ::geteuid()) {
    warn(directory + " belongs to another user; compiling without it");
    return false;
  }
  if (status.st_mode & 022) {
    warn(directory + " may be written to by others (expected mode 0700); compiling without it");
    return false;
  }
  return verified = true;
}

std::optional<CachedObject> DiskCache::load(StringRef key) {
  if (!verifyDirectory(/*create=*/false))
    return std::nullopt;
  std::string path = pathOf(key);
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) {
    if (errno != ENOENT)
      warn("cannot read " + path + ": " + sys::StrError() + "; compiling again");
    return std::nullopt;
  }
  struct stat status;
  auto buffer = ::fstat(file, &status) == 0 && status.st_uid == ::geteuid()
                    ? MemoryBuffer::getOpenFile(sys::fs::convertFDToNativeFile(file), path, status.st_size, /*RequiresNullTerminator=*/false,
                                                /*IsVolatile=*/true)
                    : ErrorOr<std::unique_ptr<MemoryBuffer>>(std::make_error_code(std::errc::permission_denied));
  ::close(file);
  if (!buffer) {
    warn("cannot read " + path + ": " + buffer.getError().message() + "; compiling again");
    return std::nullopt;
  }
  bool foreign = false;
  auto cached = decode((*buffer)->getBuffer(), key, foreign);
  if (!cached && !foreign) {
    warn(path + " is damaged; compiling again");
    ::unlink(path.c_str());
  }
  return cached;
}

void DiskCache::store(StringRef key, const CachedObject &object) {
  if (!verifyDirectory(/*create=*/true))
    return;
  std::string path = pathOf(key), bytes = encode(key, object);
  std::string temporary = path + ".XXXXXX";
  int file = ::mkstemp(temporary.data()); // mode 0600
  if (file < 0) {
    warn("cannot write to " + directory + ": " + sys::StrError() + "; compiled code is not kept");
    return;
  }
  bool good = true;
  for (StringRef rest = bytes; good && !rest.empty();) {
    ssize_t written = ::write(file, rest.data(), rest.size());
    good = written > 0 || (written < 0 && errno == EINTR);
    if (written > 0)
      rest = rest.drop_front(written);
  }
  good = ::close(file) == 0 && good;
  if (!good || ::rename(temporary.c_str(), path.c_str()) != 0) {
    warn("cannot write " + path + ": " + sys::StrError() + "; compiled code is not kept");
    ::unlink(temporary.c_str());
  }
}

std::string defaultCacheDirectory() {
  if (const char *directory = std::getenv("COTAN_CACHE_DIR"))
    return directory;
  if (const char *base = std::getenv("XDG_CACHE_HOME"); base && *base == '/')
    return std::string(base) + "/cotan";
  if (const char *home = std::getenv("HOME"); home && *home == '/')
    return std::string(home) + "/.cache/cotan";
  return "";
}

//===----------------------------------------------------------------------===//
// Build-ids
//===----------------------------------------------------------------------===//

namespace {

struct ObjectSearch {
  const void *anchor;
  std::string identity;
};

/// The build-id note of a segment, as hexadecimal digits, or "".
std::string buildIdOf(const char *notes, size_t size) {
  while (size >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) header;
    std::memcpy(&header, notes, sizeof header);
    size_t nameSize = (header.n_namesz + 3) & ~3u, descSize = (header.n_descsz + 3) & ~3u;
    size_t total = sizeof header + nameSize + descSize;
    if (total > size)
      break;
    const char *name = notes + sizeof header;
    if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0)
      return toHex(StringRef(name + nameSize, header.n_descsz), /*LowerCase=*/true);
    notes += total;
    size -= total;
  }
  return "";
}

int inspectObject(dl_phdr_info *info, size_t, void *data) {
  auto &search = *static_cast<ObjectSearch *>(data);
  auto inside = [&](const ElfW(Phdr) & segment) {
    auto begin = info->dlpi_addr + segment.p_vaddr, address = reinterpret_cast<ElfW(Addr)>(search.anchor);
    return segment.p_type == PT_LOAD && address >= begin && address < begin + segment.p_memsz;
  };
  ArrayRef<ElfW(Phdr)> segments(info->dlpi_phdr, info->dlpi_phnum);
  if (llvm::none_of(segments, inside))
    return 0;
  for (const ElfW(Phdr) & segment : segments)
    if (segment.p_type == PT_NOTE && search.identity.empty())
      search.identity = buildIdOf(reinterpret_cast<const char *>(info->dlpi_addr + segment.p_vaddr), segment.p_memsz);
  if (search.identity.empty()) {
    // Linked without a build-id: the file's time and size stand for it.
    struct stat status;
    const char *path = info->dlpi_name && *info->dlpi_name ? info->dlpi_name : "/proc/self/exe";
    if (::stat(path, &status) == 0)
      search.identity = std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec) + "-" + std::to_string(status.st_size);
  }
  return 1;
}

} // namespace

std::string buildIdentity(ArrayRef<const void *> anchors) {
  std::string identity = "abi" + std::to_string(COTAN_KERNEL_ABI_VERSION);
  for (const void *anchor : anchors) {
    ObjectSearch search{anchor, ""};
    dl_iterate_phdr(inspectObject, &search);
    identity += ":" + search.identity;
  }
  return identity;
}

} // namespace cotan::execution
