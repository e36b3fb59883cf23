// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/energy_bind.hpp"
#include "python/bindings/energy_fields.hpp"
#include "python/bindings/energy_model_fields.hpp"
#include "python/bindings/enums.hpp"
#include "python/bindings/measuring_fields.hpp"
#include "python/bindings/meter_handle.hpp"
#include "python/bindings/python_work.hpp"
#include "python/bindings/register.hpp"
#include "snn/energy/protocol/examine_meters.hpp"
#include "snn/model/errors.hpp"

namespace snn::python {

void raise_unavailable(const std::string& reason, const std::string& fix) {
  const py::object type = py::module_::import("snn._core").attr("UnavailableError");
  const py::object error = type(reason + (fix.empty() ? "" : "; what helps: " + fix));
  error.attr("reason") = reason;
  error.attr("fix") = fix;
  PyErr_SetObject(type.ptr(), error.ptr());
  throw py::error_already_set();
}

namespace {

template <class T>
T available(std::variant<T, Unavailable> maybe) {
  if (const auto* why = std::get_if<Unavailable>(&maybe)) raise_unavailable(why->reason, why->fix);
  return std::get<T>(std::move(maybe));
}

/// The machine, with waits that Ctrl-C ends.
MeterHost host() {
  MeterHost machine;
  machine.wait = interruptible_wait;
  return machine;
}

std::unique_ptr<MeterHandle> open(const MeterChoice& choice) {
  OpenedMeter opened = [&] {
    const py::gil_scoped_release without;
    return open_meter(choice, host());
  }();
  return std::make_unique<MeterHandle>(available(std::move(opened)));
}

void register_meter(py::module_& m) {
  py::class_<MeterHandle> meter(
      m, "Meter", (doc_of("Meter") + " open_meter() makes it; one reader at a time.").c_str());
  computed(
      meter, "name", "str", [](const MeterHandle& self) { return self.meter->name(); },
      doc_of("Meter::name"));
  computed(
      meter, "resolution_j", "float",
      [](const MeterHandle& self) { return self.meter->resolution_j(); },
      doc_of("Meter::resolution_j"));
  meter.def(
      "read",
      [](MeterHandle& self) {
        const Busy busy(self.busy);
        return MeasuredJoules(available(self.meter->read()));
      },
      "read(self) -> MeasuredJoules\n\nJoules since some fixed moment, never decreasing while the "
      "counter is sound.\n\nRaises\n------\nUnavailableError\n    If it cannot be read any more, "
      "with `reason` and `fix`.");
  meter.def(
      "restart",
      [](MeterHandle& self) {
        const Busy busy(self.busy);
        self.meter->restart();
      },
      ("restart(self) -> None\n\n" + doc_of("Meter::restart")).c_str());
  meter.def(
      "covers", [](const MeterHandle& self) { return shown(self.meter->covers()); },
      ("covers(self) -> tuple[MeterDomain, ...]\n\n" + doc_of("Meter::covers")).c_str());
  meter.def(
      "update_interval_s",
      [](MeterHandle& self, const MeasureOptions& options, const py::object& clock) {
        const Busy busy(self.busy);
        const MeasureOptions given = with_python(options, clock, py::none());
        auto interval = [&] {
          const py::gil_scoped_release without;
          return update_interval(*self.meter, given);
        }();
        return available(std::move(interval));
      },
      py::arg("options") = MeasureOptions{}, py::kw_only(), py::arg("clock") = py::none(),
      ("update_interval_s(self, options: MeasureOptions = ..., *, clock: object | None = None) -> "
       "float\n\n" +
       doc_of("update_interval") +
       " In s.\n\nRaises\n------\nUnavailableError\n    If it does not move, or cannot be read.")
          .c_str());
  meter.def(
      "__repr__", [](const MeterHandle& self) { return "<Meter " + self.meter->name() + ">"; },
      "__repr__(self) -> str");
}

template <class T, class Status>
void bind_status(py::class_<T>& cls, const Status& status) {
  const auto field = [&](const char* name, const char* type, auto member) {
    computed(
        cls, name, type, [status, member](const T& self) { return shown(status(self).*member); },
        doc_of("MeterStatus::" + std::string(name)));
  };
  field("kind", "MeterKind", &MeterStatus::kind);
  field("name", "str", &MeterStatus::name);
  field("readable", "bool", &MeterStatus::readable);
  field("reason", "str", &MeterStatus::reason);
  field("fix", "str", &MeterStatus::fix);
  field("domains", "tuple[MeterDomain, ...]", &MeterStatus::domains);
  cls.def(
      "__repr__",
      [status](const T& self) {
        const MeterStatus& s = status(self);
        return "<" + py::cast<std::string>(py::type::of<T>().attr("__name__")) + " " + s.name +
               (s.readable ? ": readable>" : ": unavailable, " + s.reason + ">");
      },
      "__repr__(self) -> str");
}

void register_lists(py::module_& m) {
  py::class_<MeterStatus> status(m, "MeterStatus", doc_of("MeterStatus").c_str());
  bind_status(status, [](const MeterStatus& self) -> const MeterStatus& { return self; });
  py::class_<MeterExamined> examined(m, "MeterExamined", doc_of("MeterExamined").c_str());
  bind_status(examined,
              [](const MeterExamined& self) -> const MeterStatus& { return self.status; });
  computed(
      examined, "interval_ms", "float | None",
      [](const MeterExamined& self) -> py::object {
        const auto* seconds = std::get_if<double>(&self.interval_s);
        if (seconds == nullptr) return py::none();
        return py::float_(*seconds * 1e3);
      },
      "How often its counter moves, ms; None if it cannot be read.");
  m.def(
      "list_meters",
      [] {
        const auto found = [] {
          const py::gil_scoped_release without;
          return list_meters(host());
        }();
        return shown(found);
      },
      ("list_meters() -> tuple[MeterStatus, ...]\n\n" + doc_of("list_meters")).c_str());
  m.def(
      "examine_meters",
      [] {
        const MeasureOptions options = with_python({}, py::none(), py::none());
        const auto found = [&] {
          const py::gil_scoped_release without;
          return examine_meters(host(), options);
        }();
        return shown(found);
      },
      ("examine_meters() -> tuple[MeterExamined, ...]\n\n" + doc_of("examine_meters") +
       " What `snn energy doctor` prints.")
          .c_str());
}

}  // namespace

void register_meters(py::module_& m) {
  bind_enum<MeterKind>(m, "MeterKind",
                       {{"automatic", MeterKind::automatic},
                        {"rapl", MeterKind::rapl},
                        {"perf", MeterKind::perf},
                        {"nvml", MeterKind::nvml},
                        {"amd", MeterKind::amd},
                        {"jetson", MeterKind::jetson},
                        {"external", MeterKind::external},
                        {"none", MeterKind::none}});
  bind_result<MeterDomain>(m, "MeterDomain");
  bind_result<MeasureOptions>(m, "MeasureOptions");
  register_meter(m);
  register_lists(m);
  m.def(
      "open_meter",
      [](const py::object& kind, int device, const std::optional<std::filesystem::path>& path,
         bool allow_shared, double stale_after_s) {
        const auto chosen = value_of<MeterKind>(kind, "open_meter", "kind");
        if (path && chosen != MeterKind::external)
          throw ConfigError("open_meter", "path", path->string(), "with kind='external' only");
        return open({.kind = chosen,
                     .device = device,
                     .path = path.value_or(""),
                     .allow_shared = allow_shared,
                     .stale_after_s = stale_after_s});
      },
      py::arg("kind") = "automatic", py::kw_only(), py::arg("device") = 0,
      py::arg("path") = py::none(), py::arg("allow_shared") = false,
      py::arg("stale_after_s") = MeterChoice{}.stale_after_s,
      "open_meter(kind: MeterKind | str = 'automatic', *, device: int = 0, path: str | "
      "os.PathLike[str] | None = None, allow_shared: bool = False, stale_after_s: float = 5.0) -> "
      "Meter\n\nA counter of joules of this machine; by default the CPU's.\n\n"
      "Parameters\n----------\nkind : MeterKind or str, default 'automatic'\n    'rapl' or 'perf' "
      "(CPU packages and DRAM), 'nvml' or 'amd' (a GPU), 'jetson', 'external'; 'automatic' is perf "
      "or else rapl.\ndevice : int, default 0\n    Number of the GPU.\n"
      "path : path, optional\n    Of an external meter: the file or pipe that its producer writes "
      "lines 'time_s joules' to.\nallow_shared : bool, default False\n    nvml: measure a device "
      "that other processes use too.\nstale_after_s : float, default 5.0\n    external: no line "
      "for so long (s) is no measurement.\n\nRaises\n------\nUnavailableError\n    If there is "
      "none, or it cannot be read, with `reason` and `fix`. No meter guesses.\nConfigError\n    "
      "For a kind there is not, or a path for another kind than 'external'.");
}

}  // namespace snn::python
