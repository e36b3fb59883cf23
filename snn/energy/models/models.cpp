// SPDX-License-Identifier: Apache-2.0
#include "snn/energy/models/models.hpp"

#include <algorithm>

#include "snn/energy/models/constants.hpp"
#include "snn/model/errors.hpp"

namespace snn {
namespace {

using constants::Constant;

constexpr double pico = 1e-12;

NamedConstant named(const Constant& constant) {
  return {std::string(constant.name), constant.value, std::string(constant.unit),
          std::string(constant.source) + "; " + std::string(constant.technology) + "; " +
              std::string(constant.evidence)};
}

struct Prices {
  Constant add, multiply;
  double mac() const { return (add.value + multiply.value) * pico; }
  double ac() const { return add.value * pico; }
};

Prices prices(Format format) {
  return format == Format::fp32 ? Prices{constants::add_fp32, constants::multiply_fp32}
                                : Prices{constants::add_int8, constants::multiply_int8};
}

Modelled total(Modelled modelled) {
  for (const Modelled::Term& term : modelled.terms) modelled.joules_per_inference += term.joules;
  return modelled;
}

/// Energy of one access to 32 bits of a memory that holds so many 32-bit words.
double access(double words) {
  const double bytes = 4.0 * words;
  const Constant& memory = bytes <= 8192    ? constants::sram_8k
                           : bytes <= 32768 ? constants::sram_32k
                                            : constants::sram_1m;
  return memory.value * pico / 2.0;
}

/// What the terms of the memory-aware model add up to.
struct MemoryTerms {
  double operations = 0, addressing = 0, weights = 0, inputs = 0, outputs = 0, potentials = 0;
};

void price_projection(const ProjectionCounts& q, double samples, double ticks, MemoryTerms& terms) {
  const double add = constants::add_int32.value * pico;
  const double multiply = constants::multiply_int32.value * pico;
  const auto sources = static_cast<double>(q.source_size);
  const auto targets = static_cast<double>(q.target_size);
  const auto synapses = static_cast<double>(q.synapses);
  const double potentials = access(targets);
  // The tables of the paper know fully connected layers and convolutions. Where some pairs have no
  // synapse, the row of a spike has to be looked up as in a convolution.
  const bool full = q.synapses == q.source_size * q.target_size;
  if (q.graded) {
    // Dense side: all inputs, all weights, for each presentation.
    const double dense = static_cast<double>(q.dense_events) / samples;
    const double presentations = synapses > 0 ? dense / synapses : 0;
    terms.inputs += (full ? presentations * sources : dense) * access(sources);
    terms.weights += dense * access(synapses);
    terms.operations += dense * (add + multiply);
    terms.addressing += dense * add;
  } else {
    // Spiking side: what each event touches; potentials are read and written back.
    const double events = static_cast<double>(q.source_events) / samples;
    const double synaptic = static_cast<double>(q.synaptic_events) / samples;
    terms.inputs += events * access(sources);
    terms.weights += synaptic * access(synapses);
    terms.potentials += 2.0 * synaptic * potentials;
    terms.operations += synaptic * add;
    terms.addressing += (full ? 0.0 : 2.0 * events) * (add + multiply) + synaptic * add;
  }
  if (q.has_bias) {
    terms.weights += ticks * targets * access(targets);
    terms.operations += ticks * targets * add;
  }
}

}  // namespace

Modelled compute_only(const RawCounts& raw, Format format) {
  const Prices price = prices(format);
  const Counts counts = neurobench_counts(raw);
  Modelled modelled;
  modelled.model = format == Format::fp32 ? "45nm-compute-fp32" : "45nm-compute-int8";
  modelled.terms = {{"multiply-accumulates", ModelledJoules(counts.macs_effective * price.mac())},
                    {"accumulates", ModelledJoules(counts.acs_effective * price.ac())}};
  modelled.constants = {named(price.add), named(price.multiply)};
  return total(std::move(modelled));
}

Modelled memory_aware(const RawCounts& raw) {
  if (raw.samples < 1) throw ConfigError("counts", "samples", std::to_string(raw.samples), ">= 1");
  const auto samples = static_cast<double>(raw.samples);
  const auto ticks = static_cast<double>(raw.ticks);
  MemoryTerms terms;
  for (const ProjectionCounts& projection : raw.projections)
    price_projection(projection, samples, ticks, terms);
  for (const PopulationCounts& population : raw.populations) {
    if (population.source) continue;
    const auto size = static_cast<double>(population.size);
    const double emitted = static_cast<double>(population.spikes) / samples;
    if (population.graded) {
      terms.outputs += ticks * size * access(size);
      continue;
    }
    // Each tick reads, leaks and writes every potential; a spike is written and resets.
    terms.potentials += 2.0 * ticks * size * access(size);
    if (population.leaky) {
      terms.operations +=
          ticks * size * (constants::add_int32.value + constants::multiply_int32.value) * pico;
    }
    terms.operations += emitted * constants::add_int32.value * pico;
    terms.outputs += emitted * access(size);
  }
  Modelled modelled;
  modelled.model = "lemaire-2022-memory-int32";
  const auto term = [&](const char* name, double joules) {
    modelled.terms.push_back({name, ModelledJoules(joules)});
  };
  term("operations", terms.operations);
  term("addressing", terms.addressing);
  term("weights", terms.weights);
  term("inputs", terms.inputs);
  term("outputs", terms.outputs);
  term("potentials", terms.potentials);
  for (const Constant* constant :
       {&constants::add_int32, &constants::multiply_int32, &constants::sram_8k,
        &constants::sram_32k, &constants::sram_1m}) {
    modelled.constants.push_back(named(*constant));
  }
  return total(std::move(modelled));
}

BreakEven break_even(const RawCounts& spiking, const RawCounts& dense, Format format) {
  const Prices price = prices(format);
  const Counts ours = neurobench_counts(spiking);
  const Counts theirs = neurobench_counts(dense);
  const double dense_joules =
      theirs.macs_effective * price.mac() + theirs.acs_effective * price.ac();
  const double fixed = ours.macs_effective * price.mac();
  const double spent = ours.acs_effective * price.ac();
  BreakEven result;
  result.ratio = (fixed + spent) / dense_joules;
  double spikes = 0;
  double places = 0;
  for (const PopulationCounts& population : spiking.populations) {
    if (population.source || population.graded || !population.emits) continue;
    spikes += static_cast<double>(population.spikes);
    places += static_cast<double>(population.size) * static_cast<double>(spiking.ticks) *
              static_cast<double>(spiking.samples);
  }
  result.measured = places > 0 ? spikes / places : 0;
  // Accumulates grow in proportion to the rate: what is left for them, over what they cost per unit
  // rate.
  result.allowed = spent > 0 ? result.measured * (dense_joules - fixed) / spent : 0;
  return result;
}

Modelled training_compute(const TrainingOperations& operations) {
  const Prices price = prices(Format::fp32);
  const auto joules = [&](const Operations& done) {
    return ModelledJoules(static_cast<double>(done.macs) * price.mac() +
                          static_cast<double>(done.acs) * price.ac());
  };
  Modelled modelled;
  modelled.model = "45nm-compute-fp32";
  modelled.terms = {{"forward", joules(operations.forward)},
                    {"backward", joules(operations.backward)}};
  modelled.constants = {named(price.add), named(price.multiply)};
  return total(std::move(modelled));
}

}  // namespace snn
