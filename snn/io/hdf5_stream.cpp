// SPDX-License-Identifier: Apache-2.0
#include "snn/io/hdf5_stream.hpp"

#include <algorithm>

#include "snn/io/hdf5_detail.hpp"
#include "snn/io/hdf5_output.hpp"

namespace snn {
namespace {

using hdf5::check;
using hdf5::checked;
using hdf5::Handle;
using hdf5::Session;

constexpr std::uint64_t staging_bytes = std::uint64_t{64} << 20;  ///< of all series together
constexpr std::uint64_t largest_chunk = std::uint64_t{1} << 20;
constexpr std::uint64_t smallest_chunk = std::uint64_t{64} << 10;

/// Whether this build of HDF5 can compress.
bool can_deflate() {
  unsigned config = 0;
  return H5Zfilter_avail(H5Z_FILTER_DEFLATE) > 0 &&
         H5Zget_filter_info(H5Z_FILTER_DEFLATE, &config) >= 0 &&
         (config & H5Z_FILTER_CONFIG_ENCODE_ENABLED) != 0;
}

/// Level 1: times and ids shrink well after the shuffle, and higher levels cost several times more.
constexpr unsigned deflate_level = 1;

}  // namespace

struct Hdf5Stream::Impl {
  /// Rows of `full` chunks are in the file for good; those of `staged` follow them, and lie in the
  /// file too if `stored` says so.
  struct Series {
    std::string object;
    hid_t type;        ///< of the values in memory; a constant of the library
    hsize_t row_size;  ///< values
    std::size_t row_bytes, chunk_rows;
    int rank;
    hsize_t full_rows = 0;
    std::vector<std::byte> staged;
    hsize_t stored = 0;  ///< staged rows that are in the file
    std::optional<Handle> dataset;
  };

  Impl(const std::filesystem::path& target, Compression compression_)
      : output(target, PartialFile::Leftover::refuse),
        target_name(target.string()),
        compression(compression_) {}

  Hdf5Output output;
  std::string target_name;
  Compression compression;
  std::vector<Series> series;
  bool started = false, closed = false;

  hid_t file() { return output.file().handle(); }
  void store(Series& one);
  void flush();
  void cut_to_stored();
  void close_datasets() {
    const Session session;
    for (Series& one : series) one.dataset.reset();
  }
  template <class Action>
  void guard(Action&& action);
};

/// Runs what may fail. Then the file is closed, so that it can be read, and the error says where
/// it is.
template <class Action>
void Hdf5Stream::Impl::guard(Action&& action) {
  if (closed) throw FileError(target_name, "", "is closed");
  try {
    action();
  } catch (const FileError& error) {
    const std::string kept = output.partial().path().string();
    std::string note = "; what was written before is kept in " + kept;
    closed = true;
    cut_to_stored();
    close_datasets();
    try {
      output.close();
    } catch (const FileError&) {
      note += " (which could not be closed: h5clear -s makes it readable)";
    }
    if (!std::filesystem::exists(output.partial().path())) note = "";
    const std::string prefix =
        error.path + (error.where.empty() ? "" : " (" + error.where + ")") + ": ";
    throw FileError(target_name, error.where,
                    std::string(error.what()).substr(prefix.size()) + note);
  }
}

Hdf5Stream::Hdf5Stream(const std::filesystem::path& target, Compression compression)
    : impl_(std::make_unique<Impl>(target, compression)) {}

Hdf5Stream::~Hdf5Stream() {
  if (!impl_->started) impl_->output.discard();
  if (!impl_->started || impl_->closed) return;
  try {
    impl_->guard([&] {
      impl_->flush();
      impl_->close_datasets();
      impl_->output.close();
    });
  } catch (const Error&) {  // publish() is there for those who want to know
  }
}

Hdf5File& Hdf5Stream::prepare(std::uint64_t bytes) {
  impl_->output.reserve(bytes, "");
  return impl_->output.file();
}

template <class T>
int Hdf5Stream::add_series(const std::string& object, std::int64_t row_size, std::size_t count) {
  const Session session;
  Impl& impl = *impl_;
  impl.output.reserve(0, object);
  const bool is_scalar = row_size == scalar;
  const hsize_t width = is_scalar ? 1 : static_cast<hsize_t>(row_size);
  const std::uint64_t room =
      std::clamp(staging_bytes / std::max<std::uint64_t>(count, 1), smallest_chunk, largest_chunk);
  const std::size_t row_bytes = static_cast<std::size_t>(width) * sizeof(T);
  const hsize_t chunk_rows = std::max<hsize_t>(1, room / row_bytes);
  // A row longer than a chunk is cut into several.
  const hsize_t chunk[2] = {chunk_rows, std::min<hsize_t>(width, room / sizeof(T))};
  const int rank = is_scalar ? 1 : 2;

  const hsize_t none[2] = {0, width}, limits[2] = {H5S_UNLIMITED, width};
  const std::string path = impl.target_name;
  hdf5::make_groups_above(impl.file(), path, object);
  const Handle space = checked(H5Screate_simple(rank, none, limits), H5Sclose, path, object,
                               "cannot make the dataset");
  const Handle creation = hdf5::untimed(H5P_DATASET_CREATE, path);
  check(H5Pset_chunk(creation, rank, chunk), path, object, "cannot make the dataset");
  if (impl.compression == Compression::deflate && can_deflate()) {
    H5Pset_shuffle(creation);
    H5Pset_deflate(creation, deflate_level);
  }
  H5Pset_fletcher32(creation);
  checked(H5Dcreate2(impl.file(), object.c_str(), hdf5::stored<T>(), space, H5P_DEFAULT, creation,
                     H5P_DEFAULT),
          H5Dclose, path, object, "cannot make the dataset");
  impl.series.push_back({object,
                         hdf5::native<T>(),
                         width,
                         row_bytes,
                         static_cast<std::size_t>(chunk_rows),
                         rank,
                         0,
                         {},
                         0,
                         std::nullopt});
  return static_cast<int>(impl.series.size()) - 1;
}

void Hdf5Stream::start() {
  const Session session;
  Impl& impl = *impl_;
  const std::string path = impl.target_name;
  check(H5Fstart_swmr_write(impl.file()), path, "", "cannot be written while others may read");
  // Chunks are written whole, so none needs to be kept by the library.
  const Handle access =
      checked(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose, path, "", "cannot prepare the file");
  check(H5Pset_chunk_cache(access, 0, 0, H5D_CHUNK_CACHE_W0_DEFAULT), path, "",
        "cannot prepare the file");
  for (Impl::Series& one : impl.series) {
    one.dataset.emplace(checked(H5Dopen2(impl.file(), one.object.c_str(), access), H5Dclose, path,
                                one.object, "cannot open the dataset"));
  }
  impl.started = true;
}

/// Writes the staged rows behind the full chunks.
void Hdf5Stream::Impl::store(Series& one) {
  const hsize_t rows = one.staged.size() / one.row_bytes;
  const Session session;
  const hsize_t extents[2] = {one.full_rows + rows, one.row_size};
  const hsize_t start[2] = {one.full_rows, 0}, count[2] = {rows, one.row_size};
  check(H5Dset_extent(*one.dataset, extents), target_name, one.object, "cannot grow");
  const Handle space =
      checked(H5Dget_space(*one.dataset), H5Sclose, target_name, one.object, "cannot select rows");
  const Handle memory = checked(H5Screate_simple(one.rank, count, nullptr), H5Sclose, target_name,
                                one.object, "cannot select rows");
  check(H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nullptr, count, nullptr), target_name,
        one.object, "cannot select rows");
  check(H5Dwrite(*one.dataset, one.type, memory, space, H5P_DEFAULT, one.staged.data()),
        target_name, one.object, "cannot be written");
  check(H5Dflush(*one.dataset), target_name, one.object, "cannot be written");
}

/// Cuts series to the rows that are in the file for sure. (Where space could not be reserved, an
/// error may come when one of two series that belong together has grown.)
void Hdf5Stream::Impl::cut_to_stored() {
  const Session session;
  for (Series& one : series) {
    const hsize_t extents[2] = {one.full_rows + one.stored, one.row_size};
    if (one.dataset) H5Dset_extent(*one.dataset, extents);
  }
}

void Hdf5Stream::append(std::initializer_list<Rows> rows) {
  Impl& impl = *impl_;
  const auto series_of = [&](const Rows& part) -> Impl::Series& {
    return impl.series[static_cast<std::size_t>(part.series)];
  };
  const Impl::Series& first = series_of(*rows.begin());
  const std::size_t chunk_bytes = first.chunk_rows * first.row_bytes;
  for (std::size_t done = 0; done < rows.begin()->values.size();) {
    const std::size_t take =
        std::min(rows.begin()->values.size() - done, chunk_bytes - first.staged.size());
    for (const Rows& part : rows) {
      const auto values = part.values.subspan(done, take);
      series_of(part).staged.insert(series_of(part).staged.end(), values.begin(), values.end());
    }
    done += take;
    if (first.staged.size() < chunk_bytes) return;
    impl.guard([&] {
      impl.output.reserve(rows.size() * chunk_bytes, first.object);
      for (const Rows& part : rows) impl.store(series_of(part));
    });
    for (const Rows& part : rows) {
      Impl::Series& one = series_of(part);
      one.full_rows += one.chunk_rows;  // only now, when all of them are stored
      one.staged.clear();
      one.stored = 0;
    }
  }
}

std::int64_t Hdf5Stream::rows_written(int number) const {
  const Impl::Series& one = impl_->series[static_cast<std::size_t>(number)];
  return static_cast<std::int64_t>(one.full_rows + one.stored);
}

void Hdf5Stream::overwrite(const std::string& object, std::span<const double> values) {
  impl_->guard([&] {
    const Session session;
    const Handle dataset = checked(H5Dopen2(impl_->file(), object.c_str(), H5P_DEFAULT), H5Dclose,
                                   impl_->target_name, object, "cannot open the dataset");
    check(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
          impl_->target_name, object, "cannot be written");
  });
}

void Hdf5Stream::Impl::flush() {
  const auto has_news = [](const Series& one) {
    return one.staged.size() / one.row_bytes > one.stored;
  };
  std::uint64_t bytes = 0;
  std::string object;
  for (const Series& one : series) {
    if (!has_news(one)) continue;
    bytes += one.staged.size();
    if (object.empty()) object = one.object;
  }
  output.reserve(bytes, object);
  for (Series& one : series) {
    if (has_news(one)) store(one);
  }
  for (Series& one : series) one.stored = one.staged.size() / one.row_bytes;
  {
    const Session session;
    check(H5Fflush(file(), H5F_SCOPE_LOCAL), target_name, "", "cannot be written");
  }
  output.partial().sync();
}

void Hdf5Stream::flush() {
  impl_->guard([&] { impl_->flush(); });
}

void Hdf5Stream::publish() {
  impl_->guard([&] {
    impl_->flush();
    impl_->close_datasets();
    impl_->output.publish();
    impl_->closed = true;
  });
}

template int Hdf5Stream::add_series<float>(const std::string&, std::int64_t, std::size_t);
template int Hdf5Stream::add_series<double>(const std::string&, std::int64_t, std::size_t);
template int Hdf5Stream::add_series<std::uint64_t>(const std::string&, std::int64_t, std::size_t);

}  // namespace snn
