// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/cuda_arrays.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "python/bindings/dlpack.hpp"
#include "python/bindings/values.hpp"
#include "snn/backend/cuda.hpp"
#include "snn/backend/cuda_memory.hpp"
#include "snn/model/errors.hpp"

namespace snn::python {
namespace {

/// Whose argument it is, for messages.
struct Argument {
  const py::handle& given;
  const std::string& object;
  const std::string& field;

  [[noreturn]] void refuse_but(const std::string& allowed) const {
    refuse(object, field, py::type::handle_of(given), allowed);
  }
};

void check_device(const Argument& a, const std::string& device) {
  const CudaReport report = cuda_report();
  if (report.unavailable.empty()) return;
  throw UnavailableError(a.object + ": " + a.field + ": an array on " + device +
                         ", which cannot be read: " + report.unavailable +
                         "; or hand over a copy on the host, as .cpu() or .get() make it");
}

/// An array that somebody describes. Strides are in bytes.
struct Described {
  py::dtype type;
  std::vector<py::ssize_t> shape, strides;
  std::uintptr_t address = 0;
  std::uintptr_t stream = 1;
};

/// Bytes that lie before the first element and up to the end of the last one.
struct Range {
  std::int64_t before = 0, after = 0;
};
std::optional<Range> range_of(const Described& d) {
  Range range{0, d.type.itemsize()};
  for (std::size_t i = 0; i < d.shape.size(); ++i) {
    std::int64_t reach = 0;
    std::int64_t& side = d.strides[i] < 0 ? range.before : range.after;
    if (__builtin_mul_overflow(d.shape[i] - 1, d.strides[i], &reach) ||
        __builtin_add_overflow(side, reach, &side))
      return std::nullopt;
  }
  if (range.before < -(std::int64_t{1} << 48) || range.after > (std::int64_t{1} << 48))
    return std::nullopt;  // no address space is as large
  return range;
}

/// A view with gaps is copied with them if they are few: one copy is faster than many.
constexpr std::int64_t free_gaps = std::int64_t{256} << 20;

/// One copy of the range in which the elements lie, seen with their strides.
py::array downloaded(const Argument& a, const Described& d, std::optional<int> device) {
  std::int64_t values = 1;
  for (const py::ssize_t extent : d.shape) {
    if (extent < 0 || __builtin_mul_overflow(values, static_cast<std::int64_t>(extent), &values))
      a.refuse_but("an array with a shape of whole numbers that fits into memory");
  }
  if (values == 0 || d.type.itemsize() == 0) return py::array(d.type, d.shape);
  const auto range = range_of(d);
  if (!range) a.refuse_but("an array whose strides stay within memory");
  const std::int64_t bytes = range->after - range->before;
  if (bytes > free_gaps && bytes / 4 > values * d.type.itemsize())
    a.refuse_but("an array without large gaps between its values; make it contiguous first");
  const std::uintptr_t first = d.address + static_cast<std::uintptr_t>(range->before);
  const int holder = cuda_device_at(first);
  py::array_t<std::uint8_t> buffer(bytes);
  {
    std::uint8_t* to = buffer.mutable_data();
    const py::gil_scoped_release without;
    copy_to_host({.address = first,
                  .bytes = static_cast<std::size_t>(bytes),
                  .device = device.value_or(holder),
                  .stream = d.stream},
                 {reinterpret_cast<std::byte*>(to), static_cast<std::size_t>(bytes)});
  }
  return py::array(d.type, d.shape, d.strides, buffer.data() - range->before, buffer);
}

std::vector<py::ssize_t> row_major(const std::vector<py::ssize_t>& shape, py::ssize_t itemsize) {
  std::vector<py::ssize_t> strides(shape.size());
  py::ssize_t step = itemsize;
  for (std::size_t i = shape.size(); i-- > 0;) {
    strides[i] = step;
    if (__builtin_mul_overflow(step, std::max<py::ssize_t>(shape[i], 1), &step)) step = 0;
  }
  return strides;
}

py::dtype dtype_of(const Argument& a, const dlpack::DataType& type) {
  using dlpack::TypeCode;
  const char* kind = type.code == TypeCode::integer            ? "i"
                     : type.code == TypeCode::unsigned_integer ? "u"
                     : type.code == TypeCode::floating         ? "f"
                     : type.code == TypeCode::complex          ? "c"
                     : type.code == TypeCode::boolean          ? "b"
                                                               : nullptr;
  if (kind == nullptr || type.lanes != 1 || type.bits % 8 != 0)
    a.refuse_but("an array of a type that NumPy has, as float32; its type is " +
                 std::to_string(static_cast<int>(type.code)) + " of " + std::to_string(type.bits) +
                 " bits in DLPack's numbering");
  return py::dtype(kind + std::to_string(type.bits / 8));
}

/// What a capsule holds: given back to its library when this ends.
template <class Managed>
using Taken = std::unique_ptr<Managed, void (*)(Managed*)>;
template <class Managed>
Taken<Managed> taken(const py::capsule& capsule) {
  auto* managed = static_cast<Managed*>(PyCapsule_GetPointer(capsule.ptr(), Managed::name));
  if (managed == nullptr || PyCapsule_SetName(capsule.ptr(), Managed::used) != 0)
    throw py::error_already_set();
  return {managed, [](Managed* m) {
            if (m->release != nullptr) m->release(m);
          }};
}

py::array copied(const Argument& a, const dlpack::Tensor& tensor, int number) {
  if (tensor.dimensions < 0 || tensor.dimensions > 32)
    a.refuse_but("an array of 32 dimensions or fewer");
  const auto dimensions = static_cast<std::size_t>(tensor.dimensions);
  Described d{.type = dtype_of(a, tensor.type), .shape = {}, .strides = {}};
  d.shape.assign(tensor.shape, tensor.shape + dimensions);
  if (tensor.strides == nullptr) {
    d.strides = row_major(d.shape, d.type.itemsize());
  } else {
    d.strides.assign(tensor.strides, tensor.strides + dimensions);
    for (py::ssize_t& stride : d.strides)
      if (__builtin_mul_overflow(stride, d.type.itemsize(), &stride))
        a.refuse_but("an array whose strides stay within memory");
  }
  d.address = reinterpret_cast<std::uintptr_t>(tensor.data) + tensor.byte_offset;
  return downloaded(a, d, number);
}

}  // namespace

py::array copy_from_cuda_dlpack(const py::handle& given, int number, const std::string& object,
                                const std::string& field) {
  const Argument a{given, object, field};
  check_device(a, "cuda:" + std::to_string(number));
  // Stream 1 is the legacy default one, on which the copy is made.
  const py::object ask = given.attr("__dlpack__");
  py::object answer;
  try {
    answer = ask(py::arg("stream") = 1, py::arg("max_version") = py::make_tuple(1, 0));
  } catch (py::error_already_set& error) {
    if (!error.matches(PyExc_TypeError)) throw;
    answer = ask(py::arg("stream") = 1);  // of a library that knows no versions
  }
  if (!py::isinstance<py::capsule>(answer))
    a.refuse_but("an array whose __dlpack__() is a capsule");
  const auto capsule = py::reinterpret_borrow<py::capsule>(answer);
  if (PyCapsule_IsValid(capsule.ptr(), dlpack::VersionedTensor::name) != 0) {
    const auto held = taken<dlpack::VersionedTensor>(capsule);
    if (held->version.major != 1)
      a.refuse_but("an array handed over by version 1 of DLPack, not version " +
                   std::to_string(held->version.major));
    return copied(a, held->tensor, number);
  }
  const auto held = taken<dlpack::ManagedTensor>(capsule);
  return copied(a, held->tensor, number);
}

py::array copy_from_cuda_interface(const py::handle& given, const std::string& object,
                                   const std::string& field) {
  const Argument a{given, object, field};
  check_device(a, "a CUDA device");
  const py::dict all = given.attr("__cuda_array_interface__");
  const auto optional = [&](const char* key) -> py::object {
    return all.contains(key) ? py::object(all[key]) : py::object(py::none());
  };
  if (!optional("mask").is_none()) a.refuse_but("an array without a mask");
  Described d{.type = py::dtype::from_args(all["typestr"]), .shape = {}, .strides = {}};
  d.shape = py::cast<std::vector<py::ssize_t>>(all["shape"]);
  const py::object strides = optional("strides");
  d.strides = strides.is_none() ? row_major(d.shape, d.type.itemsize())
                                : py::cast<std::vector<py::ssize_t>>(strides);
  if (d.strides.size() != d.shape.size()) a.refuse_but("an array with one stride per dimension");
  d.address = py::cast<std::uintptr_t>(py::tuple(all["data"])[0]);
  const py::object stream = optional("stream");
  if (!stream.is_none()) d.stream = py::cast<std::uintptr_t>(stream);
  if (d.stream == 0)
    a.refuse_but("an array with a stream other than 0, which the protocol forbids");
  return downloaded(a, d, std::nullopt);
}

}  // namespace snn::python
