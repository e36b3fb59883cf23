// SPDX-License-Identifier: Apache-2.0
#include "snn/model/version.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <string>

namespace {

TEST(Version, IsTheProjects) {
  EXPECT_EQ(snn::version(), PROJECT_VERSION);
}

TEST(Version, CommitIsAHashOrUnknown) {
  const std::regex hash("[0-9a-f]{40}(\\+changes)?|unknown");
  EXPECT_TRUE(std::regex_match(std::string(snn::commit()), hash)) << snn::commit();
}

TEST(Version, BuildOptionsNameThisCompiler) {
#ifdef __clang__
  const std::string version = "Clang " + std::to_string(__clang_major__) + ".";
#else
  const std::string version = "GNU " + std::to_string(__GNUC__) + ".";
#endif
  EXPECT_EQ(snn::build_options().compiler.substr(0, version.size()), version);
#ifdef NDEBUG
  EXPECT_NE(snn::build_options().flags.find("-DNDEBUG"), std::string_view::npos);
#endif
}

}  // namespace
