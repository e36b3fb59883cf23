// SPDX-License-Identifier: Apache-2.0
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

namespace support {

/// While it lives, what is allocated may leak: for libraries that do, where we cannot help it.
class IgnoreLeaks {
 public:
#if defined(__SANITIZE_ADDRESS__)
  IgnoreLeaks() {
    __lsan_disable();
  }
  ~IgnoreLeaks() {
    __lsan_enable();
  }
#else
  IgnoreLeaks() {}  // not defaulted: an object that nobody uses would be a warning
#endif
  IgnoreLeaks(const IgnoreLeaks&) = delete;
  IgnoreLeaks& operator=(const IgnoreLeaks&) = delete;
};

}  // namespace support
