// SPDX-License-Identifier: Apache-2.0
#include "snn/io/hdf5_output.hpp"

#include <fstream>

#include "snn/io/hdf5_detail.hpp"

namespace snn {
namespace {

/// More than HDF5's headers and indexes grow by between two calls of reserve.
constexpr std::uint64_t bookkeeping_bytes = std::uint64_t{1} << 20;

}  // namespace

Hdf5Output::Hdf5Output(const std::filesystem::path& target, PartialFile::Leftover leftover)
    : partial_(target, leftover) {
  try {
    file_.emplace(Hdf5File::create(partial_.path()));  // which empties it, so it comes first
    partial_.reserve(bookkeeping_bytes, "");
  } catch (...) {
    partial_.discard();
    throw;
  }
}

Hdf5Output::~Hdf5Output() {
  try {
    close();
  } catch (const Error&) {  // close() is there for those who want to know
  }
}

void Hdf5Output::reserve(std::uint64_t bytes, const std::string& object) {
  const hdf5::Session session;
  partial_.check_exists();
  const std::uint64_t now = hdf5::file_length(file_->handle(), partial_.target().string());
  partial_.reserve(now + bytes + bookkeeping_bytes, object);
}

void Hdf5Output::close() {
  if (!file_) return;
  Hdf5File file = std::move(*file_);
  file_.reset();
  file.close();
  std::byte header[48] = {};
  std::ifstream(partial_.path(), std::ios::binary)
      .read(reinterpret_cast<char*>(header), sizeof header);
  const std::uint64_t end = hdf5::end_address(header);
  if (end != 0) partial_.truncate(end);
}

void Hdf5Output::publish() {
  close();
  partial_.publish();
}

void Hdf5Output::discard() noexcept {
  file_.reset();
  partial_.discard();
}

}  // namespace snn
