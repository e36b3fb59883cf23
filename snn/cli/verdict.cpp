// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdarg>
#include <cstdio>

#include "snn/cli/contest.hpp"

namespace snn::cli {
namespace {

[[gnu::format(printf, 1, 2)]] std::string text(const char* format, ...) {
  char buffer[512];
  std::va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(buffer, sizeof buffer, format, arguments);
  va_end(arguments);
  return buffer;
}

const Modelled& find(const std::vector<Modelled>& list, const std::string& model) {
  for (const Modelled& modelled : list) {
    if (modelled.model == model) return modelled;
  }
  throw ConfigError("verdict", "model", model, "a model of the results");
}

/// "wins: 2.3 times less energy than ..." or "LOSES: ...".
template <class Joules>
std::string against(Joules spiking, Joules other, const std::string& name) {
  if (spiking == other) return text("costs as much as the %s", name.c_str());
  if (spiking == Joules{})
    return text("wins against the %s (it does nothing at all)", name.c_str());
  if (spiking < other)
    return text("wins against the %s (%.2f times less energy)", name.c_str(), other / spiking);
  return text("LOSES to the %s (%.2f times more energy)", name.c_str(), spiking / other);
}

std::string rates(const BreakEven& point) {
  if (point.measured == 0) return "break-even is unknown, because no neuron spiked";
  if (point.allowed <= 0) {
    return text(
        "no spike rate would break even, because the analogue input layer alone costs more than "
        "the opponent; measured %.4f spikes per "
        "neuron and tick",
        point.measured);
  }
  return text("break-even at %.4f spikes per neuron and tick, measured %.4f", point.allowed,
              point.measured);
}

std::string accuracy_sentence(const Contest& c) {
  const double points = 100.0 * (c.spiking.accuracy() - c.dense.accuracy());
  const std::string difference =
      points == 0 ? "as good as"
                  : text("%.2f points %s", std::abs(points), points < 0 ? "below" : "above");
  return text(
      "Accuracy: the spiking network has %.2f %%, the dense twin %.2f %%, the quantised twin %.2f "
      "%%: %s the dense twin.",
      100 * c.spiking.accuracy(), 100 * c.dense.accuracy(), 100 * c.quantised.accuracy(),
      difference.c_str());
}

std::string layer_sentence(const Contest& c) {
  std::string losing;
  for (const LayerBreakEven& layer :
       break_even_layers(c.spiking.counts, c.dense.counts, Format::fp32)) {
    if (!layer.loses()) continue;
    losing += (losing.empty() ? "" : ", ") +
              text("%s (%.2f times; %.2f spikes per synapse, %.2f allowed)", layer.layer.c_str(),
                   layer.ratio, layer.spikes_per_synapse, layer.allowed);
  }
  return losing.empty() ? "Layers, compute-only fp32: each wins against the same of the dense twin."
                        : "Layers that lose, compute-only fp32: " + losing + ".";
}

/// Who took less of the counter's joules, if the interval can tell.
std::string measured_sentence(const Contest& c, const ModelResult& opponent,
                              const std::string& name) {
  const std::string start = "Measured on this machine";
  if (const auto* why = std::get_if<Unavailable>(&c.measured))
    return start + ": unavailable: " + why->reason + ".";
  const auto& measured = std::get<EnergyComparison>(c.measured);
  if (!c.spiking.contestant || !opponent.contestant)
    return start + ": unavailable: the " + name + " did not run.";
  const auto ratio = energy_ratio(measured, *c.spiking.contestant, *opponent.contestant);
  if (const auto* why = std::get_if<Unavailable>(&ratio))
    return start + " (" + measured.counter + "): unavailable: " + why->reason + ".";
  const auto& r = std::get<EnergyRatio>(ratio);
  const std::string figures = text(
      "%.3f times the joules of the %s per inference, idle power included (95 %%: %.3f to "
      "%.3f)",
      r.total.ratio, name.c_str(), r.total.low, r.total.high);
  const auto* dynamic = std::get_if<RatioInterval>(&r.dynamic);
  const std::string above =
      dynamic != nullptr
          ? text("; above idle %.3f (%.3f to %.3f)", dynamic->ratio, dynamic->low, dynamic->high)
          : "; above idle: unavailable: " + std::get<Unavailable>(r.dynamic).reason;
  const char* who = r.total.low > 1    ? "the spiking network LOSES: "
                    : r.total.high < 1 ? "the spiking network wins: "
                                       : "no difference can be told: the spiking network took ";
  return start + " (" + measured.counter + "): " + who + figures + above + ".";
}

}  // namespace

std::vector<std::string> verdict_of(const Contest& c) {
  const auto spiking = c.spiking.modelled();
  const auto dense = c.dense.modelled();
  const auto quantised = c.quantised.modelled();
  const auto joules = [](const std::vector<Modelled>& list, const char* model) {
    return find(list, model).joules_per_inference;
  };
  std::vector<std::string> sentences = {accuracy_sentence(c)};
  const char* fp32 = "45nm-compute-fp32";
  const char* int8 = "45nm-compute-int8";
  const char* memory = "lemaire-2022-memory-int32";
  sentences.push_back("45 nm compute-only, fp32: the spiking network " +
                      against(joules(spiking, fp32), joules(dense, fp32), "dense twin") + "; " +
                      rates(break_even(c.spiking.counts, c.dense.counts, Format::fp32)) + ".");
  sentences.push_back("45 nm compute-only, int8: the spiking network " +
                      against(joules(spiking, int8), joules(quantised, int8), "quantised twin") +
                      "; " + rates(break_even(c.spiking.counts, c.quantised.counts, Format::int8)) +
                      ".");
  sentences.push_back("Memory-aware (Lemaire et al. 2022), int32: the spiking network " +
                      against(joules(spiking, memory), joules(dense, memory), "dense twin") + ".");
  const RawCounts held = held_inputs(c.spiking.counts);
  if (neurobench_counts(held).macs_dense < neurobench_counts(c.spiking.counts).macs_dense) {
    const Modelled once = compute_only(held, Format::fp32);
    sentences.push_back(
        "If the hardware kept the sums of the constant analogue input instead of computing them at "
        "every tick, compute-only fp32: "
        "the spiking network " +
        against(once.joules_per_inference, joules(dense, fp32), "dense twin") + "; " +
        rates(break_even(held, c.dense.counts, Format::fp32)) + ".");
  }
  sentences.push_back(layer_sentence(c));
  for (const ModelResult* opponent : c.opponents()) {
    if (opponent == &c.dense || opponent == &c.quantised) continue;
    sentences.push_back(
        "45 nm compute-only, fp32: the spiking network " +
        against(joules(spiking, fp32), joules(opponent->modelled(), fp32),
                "opponent \"" + opponent->label + "\"") +
        "; memory-aware it " +
        against(joules(spiking, memory), joules(opponent->modelled(), memory), "same") + ".");
  }
  if (c.search && !c.search->smallest) {
    sentences.push_back(
        text("No dense network of up to %lld hidden neurons is as accurate as the "
             "spiking one.",
             static_cast<long long>(c.search->tried.back().hidden.front())));
  }
  sentences.push_back(measured_sentence(c, c.dense, "dense twin"));
  if (c.equal) sentences.push_back(measured_sentence(c, *c.equal, c.equal->label));
  return sentences;
}

}  // namespace snn::cli
