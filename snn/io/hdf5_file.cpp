// SPDX-License-Identifier: Apache-2.0
#include "snn/io/hdf5_file.hpp"

#include <cstdlib>
#include <cstring>
#include <fstream>

#include "snn/io/atomic_file.hpp"
#include "snn/io/hdf5_detail.hpp"

namespace snn {
namespace hdf5 {
namespace {

// The library keeps its state for the whole process, so its lock must be one for the process too.
// Recursive, because a caller's function may use one file while it fills another.
std::recursive_mutex& library_lock() {
  static std::recursive_mutex lock;
  return lock;
}

herr_t keep_description(unsigned, const H5E_error2_t* error, void* text) {
  auto& reason = *static_cast<std::string*>(text);
  if (reason.empty() && error->desc != nullptr) reason = error->desc;
  return 0;
}

}  // namespace

Session::Session() : lock_(library_lock()) {
  H5open();
  H5Eget_auto2(H5E_DEFAULT, &print_, &print_data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Session::~Session() {
  H5Eclear2(H5E_DEFAULT);
  H5Eset_auto2(H5E_DEFAULT, print_, print_data_);
}

void fail(const std::string& path, const std::string& object, const std::string& what) {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_description, &reason);
  throw FileError(path, object, what + (reason.empty() ? "" : " (HDF5: " + reason + ")"));
}

Handle untimed(hid_t kind, const std::string& path) {
  Handle creation = checked(H5Pcreate(kind), H5Pclose, path, "", "cannot prepare the file");
  H5Pset_obj_track_times(creation, false);
  return creation;
}

void make_groups_above(hid_t file, const std::string& path, const std::string& object) {
  const Handle creation = untimed(H5P_GROUP_CREATE, path);
  for (auto end = object.find('/', 1); end != std::string::npos; end = object.find('/', end + 1)) {
    const std::string group = object.substr(0, end);
    if (H5Lexists(file, group.c_str(), H5P_DEFAULT) > 0) continue;
    checked(H5Gcreate2(file, group.c_str(), H5P_DEFAULT, creation, H5P_DEFAULT), H5Gclose, path,
            group, "cannot make the group");
  }
}

std::uint64_t file_length(hid_t file, const std::string& path) {
  hsize_t length = 0;
  check(H5Fget_filesize(file, &length), path, "", "cannot tell the length of the file");
  return length;
}

std::uint64_t end_address(const std::byte* header) {
  // "HDF5 File Format Specification", section II.A: 8 bytes of signature, the version, and the end
  // of the file in bytes 28 to 35.
  if (std::memcmp(header, "\x89HDF\r\n\x1a\n\3", 9) != 0) return 0;
  std::uint64_t address = 0;
  for (int i = 0; i < 8; ++i) {
    address |= std::to_integer<std::uint64_t>(header[28 + i]) << (8 * i);
  }
  return address < 48 ? 0 : address;
}

}  // namespace hdf5

using hdf5::check;
using hdf5::checked;
using hdf5::Handle;
using hdf5::Session;

namespace {

/// Whether the header says that the file is open for writing beside readers, and was not closed.
bool is_unclosed_stream(const std::filesystem::path& path) {
  // "HDF5 File Format Specification", section II.A, version 3: the flags are byte 11; 1: open for
  // writing, 4: beside readers.
  char header[12] = {};
  std::ifstream(path, std::ios::binary).read(header, sizeof header);
  return header[8] == 3 && header[11] == 5;
}

}  // namespace

Hdf5File Hdf5File::open(const std::filesystem::path& path) {
  const std::string name = path.string();
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw FileError(name, "", "no such file");
  if (std::filesystem::is_directory(status)) throw FileError(name, "", "is a folder, not a file");
  if (!std::ifstream(path)) throw FileError(name, "", "cannot be read: permission denied");
  const Session session;
  if (H5Fis_hdf5(name.c_str()) <= 0) {
    throw FileError(name, "byte 0", "not an HDF5 file: the signature is missing");
  }
  // HDF5 refuses a file whose writer has not closed it, unless it is asked for in this way. It then
  // reads damaged parts again and again, as they might be half written: 100 times unless told.
  const bool unclosed = is_unclosed_stream(path);
  const Handle access = checked(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, name, "", "cannot be opened");
  if (unclosed) H5Pset_metadata_read_attempts(access, 10);
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);  // as the writer, which may be in this process
  const hid_t id =
      H5Fopen(name.c_str(), H5F_ACC_RDONLY | (unclosed ? H5F_ACC_SWMR_READ : 0), access);
  if (id < 0) hdf5::fail(name, "", "cannot be opened as an HDF5 file");
  return {name, id};
}

namespace {

/// Version 1.10 of the format: all its metadata carry checksums, and later libraries read it.
Handle access_list(const std::string& name) {
  Handle access =
      checked(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, name, "", "cannot prepare the file");
  H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110);
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
  return access;
}

}  // namespace

Hdf5File Hdf5File::create(const std::filesystem::path& path) {
  const Session session;
  const std::string name = path.string();
  const Handle access = access_list(name);
  const Handle creation = hdf5::untimed(H5P_FILE_CREATE, name);
  const hid_t id = H5Fcreate(name.c_str(), H5F_ACC_TRUNC, creation, access);
  if (id < 0) hdf5::fail(name, "", "cannot be created");
  return {name, id};
}

/// Holds the bytes of a file in memory beyond its closing: only then does HDF5 complete the header.
struct Hdf5File::Memory {
  void* bytes = nullptr;
  std::size_t capacity = 0;
  bool keep = false;

  ~Memory() { std::free(bytes); }

  static void* allocate(std::size_t size, H5FD_file_image_op_t, void* self) {
    return resize(nullptr, size, H5FD_FILE_IMAGE_OP_NO_OP, self);
  }
  static void* resize(void*, std::size_t size, H5FD_file_image_op_t, void* self) {
    auto& memory = *static_cast<Memory*>(self);
    void* larger = std::realloc(memory.bytes, size);
    if (larger == nullptr) return nullptr;
    memory.bytes = larger;
    memory.capacity = size;
    return larger;
  }
  static void* copy(void* to, const void* from, std::size_t size, H5FD_file_image_op_t, void*) {
    return std::memcpy(to, from, size);
  }
  static herr_t release(void*, H5FD_file_image_op_t, void* self) {
    auto& memory = *static_cast<Memory*>(self);
    if (!memory.keep) std::free(std::exchange(memory.bytes, nullptr));
    return 0;
  }
  static void* same(void* self) { return self; }
  static herr_t nothing(void*) { return 0; }
};

Hdf5File Hdf5File::in_memory(const std::filesystem::path& path) {
  const Session session;
  const std::string name = path.string();
  auto memory = std::make_shared<Memory>();
  const Handle access = access_list(name);
  constexpr std::size_t growth = std::size_t{1} << 20;
  check(H5Pset_fapl_core(access, growth, 0), name, "", "cannot be built in memory");
  H5FD_file_image_callbacks_t callbacks{&Memory::allocate, &Memory::copy, &Memory::resize,
                                        &Memory::release,  &Memory::same, &Memory::nothing,
                                        memory.get()};
  check(H5Pset_file_image_callbacks(access, &callbacks), name, "", "cannot be built in memory");
  const Handle creation = hdf5::untimed(H5P_FILE_CREATE, name);
  const hid_t id = H5Fcreate(name.c_str(), H5F_ACC_TRUNC, creation, access);
  if (id < 0) hdf5::fail(name, "", "cannot be built in memory");
  return {name, id, std::move(memory)};
}

Hdf5File Hdf5File::of_bytes(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  const Session session;
  const std::string name = path.string();
  if (bytes.size() <= 48 || hdf5::end_address(bytes.data()) != bytes.size())
    throw FileError(name, "", "not the bytes of an HDF5 file");
  const Handle access = access_list(name);
  check(H5Pset_fapl_core(access, std::size_t{1} << 20, 0), name, "", "cannot be opened");
  // Copied by the library, which does not change it.
  check(H5Pset_file_image(access, const_cast<std::byte*>(bytes.data()), bytes.size()), name, "",
        "cannot be opened");
  const hid_t id = H5Fopen(name.c_str(), H5F_ACC_RDONLY, access);
  if (id < 0) hdf5::fail(name, "", "cannot be opened as an HDF5 file");
  return {name, id};
}

Hdf5File::~Hdf5File() {
  if (id_ < 0) return;
  const Session session;
  H5Fclose(id_);
}

Hdf5File::Hdf5File(Hdf5File&& other) noexcept
    : path_(std::move(other.path_)),
      id_(std::exchange(other.id_, -1)),
      memory_(std::move(other.memory_)) {}

Hdf5File& Hdf5File::operator=(Hdf5File&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(id_, other.id_);
  std::swap(memory_, other.memory_);
  return *this;
}

void Hdf5File::close() {
  if (id_ < 0) return;
  const Session session;
  const hid_t id = std::exchange(id_, -1);
  check(H5Fclose(id), path_, "", "cannot be closed: the last writes failed");
}

std::vector<std::byte> Hdf5File::close_to_bytes() {
  if (id_ < 0 || memory_ == nullptr) throw FileError(path_, "", "is not an open file in memory");
  memory_->keep = true;
  close();
  const auto* bytes = static_cast<const std::byte*>(memory_->bytes);
  const std::uint64_t size = memory_->capacity > 48 ? hdf5::end_address(bytes) : 0;
  if (size == 0 || size > memory_->capacity)
    throw FileError(path_, "", "cannot be built in memory");
  std::vector<std::byte> image(bytes, bytes + size);
  memory_.reset();
  return image;
}

bool Hdf5File::left_open() const {
  const Session session;
  unsigned intent = 0;
  check(H5Fget_intent(id_, &intent), path_, "", "cannot tell how the file was opened");
  return (intent & (H5F_ACC_SWMR_READ | H5F_ACC_SWMR_WRITE)) != 0;
}

bool Hdf5File::exists(const std::string& object) const {
  const Session session;
  // HDF5 fails where a group above is missing, so each part is looked up in turn.
  for (std::size_t end = object.find_first_not_of('/'); end < object.size();) {
    end = object.find('/', end);
    const std::string part = object.substr(0, end);
    if (H5Lexists(id_, part.c_str(), H5P_DEFAULT) <= 0) return false;
    if (H5Oexists_by_name(id_, part.c_str(), H5P_DEFAULT) <= 0) return false;
    if (end != std::string::npos) end = object.find_first_not_of('/', end);
  }
  return true;
}

std::vector<std::string> Hdf5File::list(const std::string& group) const {
  const Session session;
  const Handle id = checked(H5Gopen2(id_, group.c_str(), H5P_DEFAULT), H5Gclose, path_, group,
                            "cannot open the group");
  H5G_info_t info{};
  check(H5Gget_info(id, &info), path_, group, "cannot read the group");
  std::vector<std::string> names;
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    const auto name_of = [&](char* buffer, std::size_t size) {
      const ssize_t length =
          H5Lget_name_by_idx(id, ".", H5_INDEX_NAME, H5_ITER_INC, i, buffer, size, H5P_DEFAULT);
      if (length < 0) hdf5::fail(path_, group, "cannot read member " + std::to_string(i));
      return static_cast<std::size_t>(length);
    };
    std::string name(name_of(nullptr, 0), '\0');
    name_of(name.data(), name.size() + 1);
    names.push_back(std::move(name));
  }
  return names;
}

bool Hdf5File::has_attribute(const std::string& object, const std::string& name) const {
  const Session session;
  return H5Aexists_by_name(id_, object.c_str(), name.c_str(), H5P_DEFAULT) > 0;
}

void Hdf5File::make_group(const std::string& group) {
  const Session session;
  hdf5::make_groups_above(id_, path_, group);
  const Handle creation = hdf5::untimed(H5P_GROUP_CREATE, path_);
  checked(H5Gcreate2(id_, group.c_str(), H5P_DEFAULT, creation, H5P_DEFAULT), H5Gclose, path_,
          group, "cannot make the group");
}

void Hdf5File::link(const std::string& object, const std::string& other_name) {
  const Session session;
  check(H5Lcreate_hard(id_, object.c_str(), id_, other_name.c_str(), H5P_DEFAULT, H5P_DEFAULT),
        path_, other_name, "cannot be made another name of an object");
}

void write_hdf5_atomically(const std::filesystem::path& path,
                           const std::function<void(Hdf5File&)>& fill) {
  Hdf5File file = Hdf5File::in_memory(path);
  fill(file);
  const std::vector<std::byte> bytes = file.close_to_bytes();
  write_atomically(path, std::span(bytes));
}

}  // namespace snn
