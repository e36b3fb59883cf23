// SPDX-License-Identifier: Apache-2.0
// Trains a spiking classifier and its dense twin on the embedded digits, and compares accuracy,
// operations and modelled energy per inference. With an analogue input at every tick the spiking
// network loses, and the numbers say so.
//
// Run: build/release/bin/03_train_digits
#include <cstdio>
#include <snn/snn.hpp>

namespace {

snn::Evaluation train(const char* name, const snn::Network& network, snn::TrainOptions options,
                      const snn::LoadedData& loaded) {
  snn::Trainer trainer(network, options);
  trainer.train(loaded.data, loaded.split);
  snn::Evaluation test = trainer.evaluate(loaded.data, loaded.split.test);
  const snn::Counts counts = snn::neurobench_counts(test.counts);
  const snn::Modelled energy = snn::compute_only(test.counts, snn::Format::fp32);
  std::printf("%-16s  %5.1f %%  %8.0f  %7.0f  %7.0f  %8.1f nJ\n", name, 100 * test.accuracy,
              counts.macs_effective, counts.acs_effective, counts.spikes,
              1e9 * energy.joules_per_inference.value());
  return test;
}

}  // namespace

int main() {
  const snn::LoadedData loaded = snn::load_digits(snn::find_example_data("digits.h5"));
  const snn::TrainOptions options{
      .ticks = 25, .epochs = 8, .batch = 32, .loss = snn::MeanMembraneCrossEntropy{}};
  const snn::Network spiking = snn::classifier(loaded.data, {.hidden = {128}}, options.dt_ms);
  const snn::Twin twin = snn::make_twin(spiking, snn::TwinKind::dense, options.ticks);
  snn::TrainOptions twin_options = options;
  twin_options.ticks = twin.ticks;
  twin_options.loss = twin.loss;

  std::printf("per inference     accuracy      MACs      ACs   spikes  energy (modelled, 45 nm)\n");
  const snn::Evaluation s = train("spiking network", spiking, options, loaded);
  const snn::Evaluation d = train("dense twin", twin.network, twin_options, loaded);

  const snn::BreakEven even = snn::break_even(s.counts, d.counts, snn::Format::fp32);
  std::printf("The spiking network %s: %.1f times the energy of its twin.\n",
              even.wins() ? "wins" : "loses", even.ratio);

  // Both learnt (chance is 10 %), and the counts obey what the networks are: every hidden spike of
  // the spiking network meets 10 outputs, its input layer is computed at each of 25 ticks, and the
  // twin needs no spikes and computes each synapse at most once per sample.
  const std::uint64_t samples = loaded.split.test.size();
  const bool right =
      s.accuracy > 0.8 && d.accuracy > 0.8 &&
      s.counts.projections[1].synaptic_events == 10 * s.counts.populations[1].spikes &&
      s.counts.projections[0].dense_events == 25 * samples * 64 * 128 &&
      d.counts.projections[0].dense_events == samples * 64 * 128 &&
      d.counts.projections[0].effective_events <= samples * 64 * 128;
  std::printf("%s\n", right ? "The counts are what they must be." : "SOMETHING IS WRONG.");
  return right ? 0 : 1;
}
