// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>

namespace snn {

/// Writes a file so that a reader, also after a kill or a power cut, finds the old or the new
/// content, never a part of it: `write` is given a temporary name in the same folder; afterwards
/// the file is flushed to the disk, renamed to `path`, and the folder is flushed. If `write` throws
/// or anything fails (disk full, no permission), the old file stays as it was and the temporary one
/// is removed. The temporary is ".<name>.partial": a process that was killed leaves at most that
/// one, and the next write replaces it. Writers of one folder take turns. A symbolic link is
/// followed; the mode of an existing file is kept; a path that exists and is no regular file (a
/// device, a pipe) is written directly. Throws FileError, which says why, or what `write` threw.
void write_atomically(const std::filesystem::path& path,
                      const std::function<void(const std::filesystem::path& temporary)>& write);

/// The same for bytes or text at hand.
void write_atomically(const std::filesystem::path& path, std::span<const std::byte> bytes);
void write_atomically(const std::filesystem::path& path, std::string_view text);

}  // namespace snn
