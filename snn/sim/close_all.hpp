// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>

namespace snn {

/// Closes the writer of every file, whatever becomes of the others, and lets go of the files; the
/// first error is thrown then.
template <class Files>
void close_all(Files& files) {
  std::exception_ptr failure;
  for (auto& file : files) {
    try {
      file.writer.close();
    } catch (...) {
      if (!failure) failure = std::current_exception();
    }
  }
  files.clear();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace snn
