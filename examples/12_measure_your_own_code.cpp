// SPDX-License-Identifier: Apache-2.0
// Measures the energy of code of your own: one layer of neurons, computed densely (every weight
// times its input) and by events (only the weights of sources that spiked). It gives joules with
// 95 % intervals, or the reason why this machine has none to give.
//
// Run: build/release/bin/12_measure_your_own_code [seconds it may take]
// A measurement of two programs takes about seven minutes; without an argument it is not begun.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <snn/snn.hpp>
#include <vector>

namespace {

constexpr std::size_t sources = 512, targets = 512;

void print_joules(const char* what, const snn::TrialMean<snn::MeasuredJoules>& joules) {
  std::printf("  %-8s %.4g J per layer, 95 %% interval %.4g to %.4g J\n", what, joules.mean.value(),
              joules.low.value(), joules.high.value());
}

void print_refusal(const snn::Unavailable& why) {
  std::printf("no figure: %s\n", why.reason.c_str());
  if (!why.fix.empty()) std::printf("  what helps: %s\n", why.fix.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  // Every 20th source spikes; weights are multiples of 1/8, so that sums are exact in any order.
  std::vector<float> weights(sources * targets), input(sources), dense(targets), events(targets);
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] = static_cast<float>(i % 17) / 8.0F - 1.0F;
  for (std::size_t s = 0; s < sources; s += 20) input[s] = 1;

  const snn::Contestant by_matrix{"dense", [&] {
                                    dense.assign(targets, 0);
                                    for (std::size_t s = 0; s < sources; ++s)
                                      for (std::size_t t = 0; t < targets; ++t)
                                        dense[t] += weights[s * targets + t] * input[s];
                                  }};
  const snn::Contestant by_events{"by events", [&] {
                                    events.assign(targets, 0);
                                    for (std::size_t s = 0; s < sources; ++s) {
                                      if (input[s] == 0) continue;
                                      for (std::size_t t = 0; t < targets; ++t)
                                        events[t] += weights[s * targets + t];
                                    }
                                  }};

  const auto meter = snn::make_rapl_meter();
  if (const auto* why = std::get_if<snn::Unavailable>(&meter)) {
    print_refusal(*why);
    by_matrix.work();
    by_events.work();
  } else {
    snn::CompareOptions options;
    options.max_total_s = argc > 1 ? std::atof(argv[1]) : 10;
    options.on_trial = [](int trial, int trials) {
      std::printf("trial %d of %d\n", trial + 1, trials);
    };
    const auto result = snn::compare(*std::get<std::unique_ptr<snn::Meter>>(meter),
                                     {by_matrix, by_events}, options);
    if (const auto* unmeasured = std::get_if<snn::Unavailable>(&result)) {
      print_refusal(*unmeasured);
    } else {
      const auto& comparison = std::get<snn::EnergyComparison>(result);
      for (std::size_t c = 0; c < comparison.contestants.size(); ++c) {
        std::printf("%s, on %s\n", comparison.contestants[c].name.c_str(),
                    comparison.counter.c_str());
        const auto energy = snn::contestant_energy(comparison, c);
        if (const auto* refused = std::get_if<snn::Unavailable>(&energy)) {
          print_refusal(*refused);
        } else {
          print_joules("total", std::get<snn::ContestantEnergy>(energy).total);
          print_joules("dynamic", std::get<snn::ContestantEnergy>(energy).dynamic);
        }
      }
      const auto ratio = snn::energy_ratio(comparison, 0, 1);
      if (const auto* r = std::get_if<snn::EnergyRatio>(&ratio)) {
        std::printf("dense / by events: %.3g, 95 %% interval %.3g to %.3g (total energy)\n",
                    r->total.ratio, r->total.low, r->total.high);
      }
    }
  }
  // Whatever was measured, it was the same layer.
  return dense == events ? 0 : 1;
}
