// SPDX-License-Identifier: Apache-2.0
#include "snn/io/state_snapshot.hpp"

#include <type_traits>

#include "snn/io/hdf5_output.hpp"
#include "snn/model/errors.hpp"
#include "snn/model/version.hpp"

namespace snn {
namespace {

constexpr const char* format_name = "snn snapshot";

/// How a type is named in the file: HDF5 would convert between them without a word.
template <class T>
constexpr const char* type_name() {
  if constexpr (std::is_same_v<T, std::int32_t>) return "int32";
  if constexpr (std::is_same_v<T, std::int64_t>) return "int64";
  if constexpr (std::is_same_v<T, std::uint64_t>) return "uint64";
  if constexpr (std::is_same_v<T, float>) return "float32";
  if constexpr (std::is_same_v<T, double>) return "float64";
  if constexpr (std::is_same_v<T, std::byte>) return "bytes";
}

/// What Hdf5File stores T as.
template <class T>
using Stored = std::conditional_t<std::is_same_v<T, std::byte>, std::uint8_t, T>;

void check_name(const std::string& file, const std::string& name) {
  const bool good = name.size() > 1 && name.front() == '/' && name.back() != '/' &&
                    name.find("//") == std::string::npos && name.find('\0') == std::string::npos;
  if (!good) {
    throw ConfigError("snapshot " + file, "name", "\"" + name + "\"", "a path as \"/a/b\"");
  }
}

}  // namespace

struct SnapshotWriter::Impl {
  explicit Impl(const std::filesystem::path& path)
      : output(path, PartialFile::Leftover::replace), name(path.string()) {}
  ~Impl() {
    if (!committed) output.discard();
  }
  Hdf5Output output;
  std::string name;
  bool committed = false;
};

SnapshotWriter::SnapshotWriter(const std::filesystem::path& path)
    : impl_(std::make_unique<Impl>(path)) {
  Hdf5File& file = impl_->output.file();
  file.set_attribute("/", "format", std::string(format_name));
  file.set_attribute("/", "schema", snapshot_schema);
  file.set_attribute("/", "version", std::string(snn::version()));
  file.set_attribute("/", "commit", std::string(snn::commit()));
}

SnapshotWriter::~SnapshotWriter() = default;
SnapshotWriter::SnapshotWriter(SnapshotWriter&&) noexcept = default;
SnapshotWriter& SnapshotWriter::operator=(SnapshotWriter&&) noexcept = default;

template <class T>
void SnapshotWriter::put(const std::string& name, std::span<const T> values) {
  Impl& impl = *impl_;
  check_name(impl.name, name);
  if (impl.committed) {
    throw ConfigError("snapshot " + impl.name, "put(\"" + name + "\")", "after commit()",
                      "before it");
  }
  Hdf5File& file = impl.output.file();
  if (file.exists(name)) {
    throw ConfigError("snapshot " + impl.name, "name", "\"" + name + "\"", "each once");
  }
  impl.output.reserve(values.size_bytes(), name);
  const auto* stored = reinterpret_cast<const Stored<T>*>(values.data());
  file.write<Stored<T>>(name, std::span(stored, values.size()));
  file.set_attribute(name, "type", std::string(type_name<T>()));
}

void SnapshotWriter::commit() {
  if (impl_->committed) return;
  impl_->output.publish();
  impl_->committed = true;
}

struct SnapshotReader::Impl {
  Hdf5File file;
};

SnapshotReader::SnapshotReader(const std::filesystem::path& path)
    : impl_(std::make_unique<Impl>(Impl{Hdf5File::open(path)})) {
  const Hdf5File& file = impl_->file;
  if (!file.has_attribute("/", "format") ||
      file.attribute<std::string>("/", "format") != format_name) {
    throw FileError(file.path(), "/@format", "not a snapshot written by snn");
  }
  const auto schema = file.attribute<std::int32_t>("/", "schema");
  if (schema < 1 || schema > snapshot_schema) {
    throw FileError(file.path(), "/@schema",
                    "version " + std::to_string(schema) + " of the layout, written by snn " +
                        version() + "; this build, snn " + std::string(snn::version()) +
                        ", reads up to " + std::to_string(snapshot_schema));
  }
}

SnapshotReader::~SnapshotReader() = default;
SnapshotReader::SnapshotReader(SnapshotReader&&) noexcept = default;
SnapshotReader& SnapshotReader::operator=(SnapshotReader&&) noexcept = default;

bool SnapshotReader::has(const std::string& name) const {
  return impl_->file.exists(name);
}

std::string SnapshotReader::version() const {
  return impl_->file.attribute<std::string>("/", "version");
}

std::string SnapshotReader::commit() const {
  return impl_->file.attribute<std::string>("/", "commit");
}

template <class T>
std::vector<T> SnapshotReader::get(const std::string& name) const {
  const Hdf5File& file = impl_->file;
  if (!file.exists(name)) throw FileError(file.path(), name, "missing from the snapshot");
  const auto type = file.attribute<std::string>(name, "type");
  if (type != type_name<T>()) {
    throw FileError(file.path(), name,
                    "holds " + type + ", asked for " + std::string(type_name<T>()));
  }
  if constexpr (std::is_same_v<T, std::byte>) {
    const auto values = file.read<std::uint8_t>(name);
    const auto* bytes = reinterpret_cast<const std::byte*>(values.data());
    return {bytes, bytes + values.size()};
  } else {
    return file.read<T>(name);
  }
}

template void SnapshotWriter::put(const std::string&, std::span<const std::int32_t>);
template std::vector<std::int32_t> SnapshotReader::get(const std::string&) const;
template void SnapshotWriter::put(const std::string&, std::span<const std::int64_t>);
template std::vector<std::int64_t> SnapshotReader::get(const std::string&) const;
template void SnapshotWriter::put(const std::string&, std::span<const std::uint64_t>);
template std::vector<std::uint64_t> SnapshotReader::get(const std::string&) const;
template void SnapshotWriter::put(const std::string&, std::span<const float>);
template std::vector<float> SnapshotReader::get(const std::string&) const;
template void SnapshotWriter::put(const std::string&, std::span<const double>);
template std::vector<double> SnapshotReader::get(const std::string&) const;
template void SnapshotWriter::put(const std::string&, std::span<const std::byte>);
template std::vector<std::byte> SnapshotReader::get(const std::string&) const;

}  // namespace snn
