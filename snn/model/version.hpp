// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// What was built, for `snn info` and for the results that a run writes.
namespace snn {

/// Version of the library, e.g. "0.1.0".
std::string_view version();

/// Git commit the library was built from, 40 hex digits; "+changes" follows if tracked files
/// differed from it. "unknown" where the source was not a git checkout.
std::string_view commit();

/// How the library was compiled; fixed at build time.
struct BuildOptions {
  std::string_view compiler;    ///< e.g. "GNU 12.2.0"
  std::string_view build_type;  ///< e.g. "Release"
  std::string_view flags;       ///< compiler flags of that type, e.g. "-O3 -DNDEBUG"
  std::string_view sanitizers;  ///< e.g. "address,undefined"; empty: none
};
BuildOptions build_options();

}  // namespace snn
