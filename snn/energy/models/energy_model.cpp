// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/models/energy_model.hpp"

#include <array>

#include "snn/energy/models/layer_models.hpp"
#include "snn/model/errors.hpp"

namespace snn {
namespace {

constexpr std::array formats = {Format::fp32, Format::tf32, Format::fp16, Format::bf16,
                                Format::fp8,  Format::int8, Format::int32};

/// Where the name of a technology says no more than its node.
bool is_default(const Hardware& hardware) {
  return hardware.name == "horowitz-45nm";
}

const char* formula_of(ModelKind kind) {
  switch (kind) {
    case ModelKind::compute_only:
      return "effective MACs x (multiply + add) + effective ACs x add; no memory";
    case ModelKind::memory_aware:
      return "operations, memory by size and addressing after Lemaire et al., ICONIP 2022";
    case ModelKind::synapse_costs:
      return "dense synapses x 12 E + synaptic events x 7 E, after Davidson & Furber 2021";
    case ModelKind::data_movement:
      return "accumulates, weight reads and movement of spikes or activations, after Yan, Bai & "
             "Wong 2024; a multiplication is one accumulate per bit of the activation";
    case ModelKind::chip:
      return "synaptic operations, and spikes and neuron updates where their energy is published";
    case ModelKind::dense_floor:
      return "2 x dense MACs x board power / peak rate: a floor that no program reaches";
  }
  return "";
}

}  // namespace

const char* name_of(Format format) {
  switch (format) {
    case Format::fp32:
      return "fp32";
    case Format::tf32:
      return "tf32";
    case Format::fp16:
      return "fp16";
    case Format::bf16:
      return "bf16";
    case Format::fp8:
      return "fp8";
    case Format::int8:
      return "int8";
    case Format::int32:
      return "int32";
  }
  return "";
}

std::string EnergyModel::name() const {
  switch (kind) {
    case ModelKind::compute_only:
      return (is_default(hardware) ? "45nm" : hardware.name) + "-compute-" + name_of(format);
    case ModelKind::memory_aware:
      return (is_default(hardware) ? "lemaire-2022" : hardware.name) + "-memory-int32";
    case ModelKind::dense_floor:
      return hardware.name + "-floor-" + name_of(format);
    case ModelKind::synapse_costs:
    case ModelKind::data_movement:
    case ModelKind::chip:
      break;
  }
  return hardware.name;
}

Modelled EnergyModel::operator()(const RawCounts& raw) const {
  if (raw.samples < 1) throw ConfigError("counts", "samples", std::to_string(raw.samples), ">= 1");
  Ledger ledger(hardware);
  switch (kind) {
    case ModelKind::compute_only:
      pay_compute(raw, name_of(format), ledger);
      break;
    case ModelKind::memory_aware:
      pay_memory(raw, ledger);
      break;
    case ModelKind::synapse_costs:
      pay_synapses(raw, ledger);
      break;
    case ModelKind::data_movement:
      pay_movement(raw, weight_bits, activation_bits, ledger);
      break;
    case ModelKind::chip:
      pay_chip(raw, hardware, ledger);
      break;
    case ModelKind::dense_floor:
      pay_floor(raw, hardware, name_of(format), ledger);
      break;
  }
  return std::move(ledger).close(name(), formula_of(kind));
}

std::vector<EnergyModel> models_for(const Hardware& hardware) {
  std::vector<EnergyModel> models;
  const auto has = [&](const std::string& constant) { return hardware.find(constant) != nullptr; };
  const auto add = [&](ModelKind kind, Format format = Format::fp32) {
    models.push_back({kind, format, hardware});
  };
  switch (hardware.kind) {
    case HardwareKind::technology:
      for (const Format format : formats) {
        const std::string name = name_of(format);
        if (format != Format::int32 && has("add_" + name) && has("multiply_" + name))
          add(ModelKind::compute_only, format);
      }
      if (has("add_int32") && has("multiply_int32") && has("memory_8kb") && has("memory_32kb") &&
          has("memory_1mb"))
        add(ModelKind::memory_aware, Format::int32);
      break;
    case HardwareKind::synapse_costs:
      add(ModelKind::synapse_costs);
      break;
    case HardwareKind::data_movement:
      add(ModelKind::data_movement);
      break;
    case HardwareKind::chip:
      add(ModelKind::chip);
      break;
    case HardwareKind::processor:
      for (const Format format : formats) {
        if (has(std::string("peak_") + name_of(format))) add(ModelKind::dense_floor, format);
      }
      break;
    case HardwareKind::unpriced:
      break;
  }
  return models;
}

}  // namespace snn
