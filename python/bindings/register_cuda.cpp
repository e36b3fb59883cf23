// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/energy_bind.hpp"
#include "python/bindings/fields.hpp"
#include "python/bindings/register.hpp"
#include "snn/backend/cuda.hpp"

namespace snn::python {
namespace {

/// A class whose fields can be read.
template <class T>
class Read {
 public:
  Read(py::module_& m, const char* name) : name_(name), class_(m, name, doc_of(name).c_str()) {}

  template <class Value>
  Read& field(const char* name, Value T::*member) {
    class_.def_property_readonly(name, getter(member), doc_of(name_ + "::" + name).c_str());
    return *this;
  }
  /// What repr() says after the name of the class.
  void shown_as(std::string (*text)(const T&)) {
    class_.def(
        "__repr__",
        [name = name_, text](const T& self) { return "<" + name + " " + text(self) + ">"; },
        "__repr__(self) -> str");
  }

 private:
  std::string name_;
  py::class_<T> class_;
};

}  // namespace

void register_cuda(py::module_& m) {
  Read<CudaDevice>(m, "CudaDevice")
      .field("number", &CudaDevice::number)
      .field("name", &CudaDevice::name)
      .field("pci_bus", &CudaDevice::pci_bus)
      .field("major", &CudaDevice::major)
      .field("minor", &CudaDevice::minor)
      .field("multiprocessors", &CudaDevice::multiprocessors)
      .field("memory_bytes", &CudaDevice::memory_bytes)
      .field("l2_bytes", &CudaDevice::l2_bytes)
      .shown_as([](const CudaDevice& self) {
        return "cuda:" + std::to_string(self.number) + ": " + self.name;
      });
  Read<CudaReport>(m, "CudaReport")
      .field("built", &CudaReport::built)
      .field("toolkit", &CudaReport::toolkit)
      .field("driver", &CudaReport::driver)
      .field("devices", &CudaReport::devices)
      .field("unavailable", &CudaReport::unavailable)
      .shown_as([](const CudaReport& self) {
        return self.unavailable.empty() ? std::to_string(self.devices.size()) + " device(s)"
                                        : "unavailable: " + self.unavailable;
      });
  Read<CudaLibrary>(m, "CudaLibrary")
      .field("name", &CudaLibrary::name)
      .field("file", &CudaLibrary::file)
      .field("why", &CudaLibrary::why)
      .shown_as([](const CudaLibrary& self) {
        return self.name + ": " + (self.file.empty() ? "unavailable" : self.file);
      });
  m.def(
      "cuda_report", [] { return cuda_report(); },
      ("cuda_report() -> CudaReport\n\nWhat of CUDA this build and this machine have. " +
       doc_of("cuda_report"))
          .c_str());
  m.def(
      "cuda_libraries", [] { return shown(cuda_libraries()); },
      ("cuda_libraries() -> tuple[CudaLibrary, ...]\n\n" + doc_of("cuda_libraries")).c_str());
}

}  // namespace snn::python
