//===- DiskCacheTest.cpp - the cache survives whatever happens to it ------===//

#include "cotan-compiler/Execution/DiskCache.h"
#include "gtest/gtest.h"
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>

using namespace cotan::execution;
namespace fs = std::filesystem;

namespace {

class DiskCacheTest : public ::testing::Test {
protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "cotan-cache-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root = pattern;
    directory = root / "a" / "cache";
  }
  void TearDown() override { fs::remove_all(root); }

  static CachedObject sample() {
    CachedObject object;
    object.entrySymbol = "main";
    object.description.inputs = {{ElementType::F32, {2, 3}}, {ElementType::I1, {}}};
    object.description.outputs = {{ElementType::F64, {0}}};
    object.description.workspaceBytes = 4096;
    object.description.kernels = 3;
    object.description.routines = {"first", "second"};
    for (int i = 0; i < 1000; ++i)
      object.object.push_back(static_cast<char>(i));
    return object;
  }

  fs::path onlyFile() {
    fs::path found;
    int count = 0;
    for (const auto &entry : fs::directory_iterator(directory)) {
      found = entry.path();
      ++count;
    }
    EXPECT_EQ(count, 1);
    return found;
  }

  fs::path root, directory;
};

TEST_F(DiskCacheTest, GivesBackWhatWasStored) {
  DiskCache cache(directory, "salt");
  EXPECT_FALSE(cache.load("key"));
  cache.store("key", sample());
  auto loaded = DiskCache(directory, "salt").load("key");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->entrySymbol, "main");
  EXPECT_EQ(loaded->object, sample().object);
  EXPECT_EQ(loaded->description.routines, sample().description.routines);
  ASSERT_EQ(loaded->description.inputs.size(), 2u);
  EXPECT_EQ(loaded->description.inputs[0].shape, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(loaded->description.inputs[1].type, ElementType::I1);
  EXPECT_EQ(loaded->description.outputs[0].shape, (std::vector<int64_t>{0}));
  EXPECT_EQ(loaded->description.workspaceBytes, 4096);
  EXPECT_EQ(loaded->description.kernels, 3);
}

TEST_F(DiskCacheTest, KeysAndSaltsAreApart) {
  DiskCache cache(directory, "salt");
  cache.store("key", sample());
  EXPECT_FALSE(cache.load("other"));
  EXPECT_FALSE(DiskCache(directory, "another compiler").load("key"));
}

TEST_F(DiskCacheTest, OthersMayNotReadIt) {
  DiskCache(directory, "salt").store("key", sample());
  struct stat status;
  ASSERT_EQ(stat(directory.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
  ASSERT_EQ(stat(onlyFile().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 077, 0u);
}

TEST_F(DiskCacheTest, AnyChangedByteAndAnyTruncationIsAMiss) {
  DiskCache cache(directory, "salt");
  cache.store("key", sample());
  fs::path file = onlyFile();
  std::ifstream stream(file, std::ios::binary);
  std::string good((std::istreambuf_iterator<char>(stream)), {});
  auto loadWith = [&](const std::string &bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc).write(bytes.data(), bytes.size());
    return cache.load("key").has_value();
  };
  ASSERT_TRUE(loadWith(good));
  for (size_t i = 0; i < good.size(); i += i < 200 ? 1 : 37) {
    std::string bad = good;
    bad[i] ^= 0x20;
    EXPECT_FALSE(loadWith(bad)) << "byte " << i;
    EXPECT_FALSE(loadWith(good.substr(0, i))) << "truncated to " << i;
  }
  EXPECT_FALSE(loadWith(good + "x"));
  EXPECT_TRUE(loadWith(good));
}

TEST_F(DiskCacheTest, ADamagedFileIsReplacedByTheNextStore) {
  DiskCache cache(directory, "salt");
  cache.store("key", sample());
  std::ofstream(onlyFile(), std::ios::trunc) << "damaged";
  testing::internal::CaptureStderr();
  EXPECT_FALSE(cache.load("key"));
  EXPECT_NE(testing::internal::GetCapturedStderr().find("is damaged; compiling again"), std::string::npos);
  cache.store("key", sample());
  EXPECT_TRUE(cache.load("key"));
}

TEST_F(DiskCacheTest, ADirectoryThatCannotBeMadeIsAWarning) {
  std::ofstream(root / "file") << "in the way";
  testing::internal::CaptureStderr();
  DiskCache cache((root / "file" / "cache").string(), "salt");
  cache.store("key", sample());
  EXPECT_FALSE(cache.load("key"));
  EXPECT_NE(testing::internal::GetCapturedStderr().find("compiling without it"), std::string::npos);
}

TEST_F(DiskCacheTest, ADirectoryThatOthersMayWriteToIsNotUsed) {
  fs::create_directories(directory);
  ASSERT_EQ(chmod(directory.c_str(), 0777), 0);
  testing::internal::CaptureStderr();
  DiskCache cache(directory, "salt");
  cache.store("key", sample());
  EXPECT_FALSE(cache.load("key"));
  EXPECT_TRUE(fs::is_empty(directory));
  EXPECT_NE(testing::internal::GetCapturedStderr().find("may be written to by others"), std::string::npos);
}

TEST_F(DiskCacheTest, ALinkInItsPlaceIsNotFollowed) {
  fs::create_directories(root / "elsewhere");
  fs::create_directories(directory.parent_path());
  fs::create_symlink(root / "elsewhere", directory);
  DiskCache cache(directory, "salt");
  cache.store("key", sample());
  EXPECT_TRUE(fs::is_empty(root / "elsewhere"));
}

TEST_F(DiskCacheTest, OffWithoutADirectory) {
  DiskCache cache("", "salt");
  EXPECT_FALSE(cache.isEnabled());
  cache.store("key", sample());
  EXPECT_FALSE(cache.load("key"));
}

TEST_F(DiskCacheTest, WritersAndReadersMayMeet) {
  auto work = [&] {
    DiskCache cache(directory, "salt");
    for (int i = 0; i < 200; ++i) {
      cache.store("key", sample());
      auto loaded = cache.load("key");
      ASSERT_TRUE(loaded);
      EXPECT_EQ(loaded->object.size(), 1000u);
    }
  };
  std::thread first(work), second(work);
  first.join();
  second.join();
  onlyFile(); // no temporary file is left
}

TEST(BuildIdentity, NamesTheObjectOfEachAnchor) {
  const void *here = reinterpret_cast<const void *>(&defaultCacheDirectory), *library = reinterpret_cast<const void *>(&std::abort);
  const void *both[] = {here, library}, *one[] = {here, here};
  std::string identity = buildIdentity(both);
  EXPECT_EQ(identity, buildIdentity(both));
  EXPECT_NE(identity, buildIdentity(one));
  EXPECT_GT(identity.size(), 40u);
}

} // namespace
