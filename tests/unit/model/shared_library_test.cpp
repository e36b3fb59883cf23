// SPDX-License-Identifier: Apache-2.0
#include "snn/model/shared_library.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "tests/support/temporary_folder.hpp"

namespace {

using namespace snn;
namespace fs = std::filesystem;

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// An environment variable for the time of a test.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* text = ::getenv(name)) before_ = text;
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

class Folder {
 public:
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string file(const std::string& name) const {
    fs::create_directories(fs::path(path(name)).parent_path());
    std::ofstream(path(name)) << "no library\n";
    return path(name);
  }

 private:
  support::TemporaryFolder folder_;
};

TEST(SharedLibrary, CallsFunctionsOfTheFirstFileThatLoads) {
  const auto maths = SharedLibrary::open({"libno-such.so.1", "libm.so.6", "libc.so.6"});
  EXPECT_TRUE(holds(maths.file(), "/libm.so.6")) << maths.file();
  EXPECT_EQ(maths.get<double(double)>("floor")(3.5), 3.0);
  EXPECT_EQ(maths.find<void()>("no_such_function"), nullptr);
}

TEST(SharedLibrary, StaysOpenWhileACopyLives) {
  auto first = std::make_unique<SharedLibrary>(SharedLibrary::open({"libz.so.1"}));
  const SharedLibrary copy = *first;
  first.reset();
  EXPECT_STREQ(copy.get<const char*()>("zlibVersion")(), ZLIB_VERSION);
}

TEST(SharedLibrary, AMissingFunctionIsNamed) {
  const auto maths = SharedLibrary::open({"libm.so.6"});
  try {
    maths.get<void()>("no_such_function");
    FAIL() << "no error";
  } catch (const UnavailableError& error) {
    EXPECT_TRUE(holds(error.what(), "libm.so.6 has no function no_such_function")) << error.what();
  }
}

TEST(SharedLibrary, AllThatWasTriedIsNamedWithWhy) {
  const Folder folder;
  const std::string damaged = folder.file("libdamaged.so");
  try {
    SharedLibrary::open({"libno-such.so.1", damaged});
    FAIL() << "no error";
  } catch (const UnavailableError& error) {
    EXPECT_TRUE(holds(error.what(), "libno-such.so.1: cannot open shared object file"))
        << error.what();
    EXPECT_TRUE(holds(error.what(), damaged)) << error.what();
    EXPECT_TRUE(holds(error.what(), "file too short")) << error.what();
  }
}

TEST(CudaLibraryFiles, AreTheNameThenFilesThatExistInTheOrderOfTheirFolders) {
  const Folder folder;
  const std::string name = "libsnn-test.so.1";
  const std::string own = folder.file("own/" + name), second = folder.file("second/" + name),
                    toolkit = folder.file("cuda/lib64/" + name),
                    package =
                        folder.file("venv/lib/python3.12/site-packages/nvidia/cu13/lib/" + name);
  folder.file("cuda/lib64/libother.so.1");
  const Variable folders("SNN_CUDA_LIBRARIES", folder.path("own") + ":" + folder.path("absent") +
                                                   "::" + folder.path("second"));
  const Variable cuda("CUDA_HOME", folder.path("cuda")), again("CUDA_PATH", folder.path("cuda"));
  const Variable python("VIRTUAL_ENV", folder.path("venv"));
  EXPECT_EQ(cuda_library_files(name),
            (std::vector<std::string>{name, own, second, toolkit, package}));
}

TEST(CudaLibraryFiles, OfANameThatIsNowhereIsTheName) {
  EXPECT_EQ(cuda_library_files("libno-such.so.1"), std::vector<std::string>{"libno-such.so.1"});
}

}  // namespace
