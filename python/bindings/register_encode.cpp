// SPDX-License-Identifier: Apache-2.0
#include "python/bindings/record.hpp"
#include "python/bindings/register.hpp"
#include "snn/train/encode.hpp"

namespace snn::python {
namespace {

constexpr std::tuple encoded_fields{Field{"values", &EncodedSample::values},
                                    Field{"begin", &EncodedSample::begin},
                                    Field{"unit", &EncodedSample::unit}};
static_assert(std::tuple_size_v<decltype(encoded_fields)> ==
              model_fields::count_fields<EncodedSample>());

}  // namespace

void register_encode(py::module_& m) {
  bind_record<EncodedSample>(m, "EncodedSample", encoded_fields)
      .def(
          "__repr__",
          [](const EncodedSample& e) {
            return e.begin.empty()
                       ? "<EncodedSample: " + std::to_string(e.values.size()) +
                             " values, held over all ticks>"
                       : "<EncodedSample: " + std::to_string(e.unit.size()) + " spikes in " +
                             std::to_string(e.begin.size() - 1) + " ticks>";
          },
          "__repr__(self) -> str");
  m.def(
      "encode_sample",
      [](const py::object& source, const Dataset& data, std::int64_t sample, int ticks,
         double dt_ms, std::uint64_t seed, std::uint32_t presentation,
         const std::optional<Augmentation>& augmentation) {
        return encode_sample(value_of<Source>(source, "encode_sample", "source"), data, sample,
                             ticks, dt_ms, seed, presentation,
                             augmentation.value_or(Augmentation{}));
      },
      py::arg("source"), py::arg("data"), py::arg("sample"), py::kw_only(), py::arg("ticks"),
      py::arg("dt_ms") = 1.0, py::arg("seed") = 1, py::arg("presentation") = 0,
      py::arg("augmentation") = py::none(),
      ("encode_sample(source: " + argument_type<Source>() +
       ", data: Dataset, sample: int, *, ticks: int, dt_ms: float = 1.0, seed: int = 1, "
       "presentation: int = 0, augmentation: Augmentation | None = None) -> EncodedSample\n\n" +
       doc_of("encode_sample") +
       "\n\nParameters\n----------\n"
       "source : a source that takes data\n    CurrentSource, RateSource, LatencySource or "
       "EventSource.\n"
       "data : Dataset\n    The samples.\n"
       "sample : int\n    Which, 0 .. samples-1.\n"
       "ticks : int\n    How long it is presented, >= 1.\n"
       "dt_ms : float, default 1.0\n    Length of a tick, ms, > 0.\n"
       "seed : int, default 1\n    Of random codes.\n"
       "presentation : int, default 0\n    The epoch in training, 0 in evaluation.\n"
       "augmentation : Augmentation, optional\n    Distortion of presentations above 0.\n\n"
       "Returns\n-------\nEncodedSample\n    values: float32 array of shape (features,), or begin: "
       "int32 array of shape (ticks + 1,) and unit: uint32 array of shape (spikes,).\n\n"
       "Raises\n------\nConfigError\n    For a source that does not fit the data, or numbers "
       "out of range.")
          .c_str());
}

}  // namespace snn::python
