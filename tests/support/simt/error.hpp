// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace simt {

/// A place in a kernel's source: the default argument of every call that a thread can wait in.
struct Location {  // std::source_location is missing in clang 14 with GCC 12's library
  const char* file = "";
  unsigned line = 0;

  static constexpr Location current(const char* file = __builtin_FILE(),
                                    unsigned line = __builtin_LINE()) {
    return {file, line};
  }
};

/// A kernel did what CUDA does not define, or never ends. `launch` throws it.
struct Error : std::runtime_error {
  Error(const std::string& what, Location where_)
      : std::runtime_error(where_.line == 0 ? what
                                            : std::string(where_.file) + ":" +
                                                  std::to_string(where_.line) + ": " + what),
        where(where_) {}
  Location where;  ///< line 0: no line of a kernel
};

}  // namespace simt
