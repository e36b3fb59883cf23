// SPDX-License-Identifier: Apache-2.0
// Weights that change, recorded while they do.
#include <gtest/gtest.h>

#include "snn/io/state_file.hpp"
#include "tests/support/config_error.hpp"
#include "tests/support/plastic_reference.hpp"
#include "tests/support/temporary_folder.hpp"

namespace snn {
namespace {

using support::expect_config_error;
using Synapses = std::vector<std::int64_t>;
using Ticks = std::vector<std::int64_t>;

constexpr double dt_ms = 0.5;

/// Large enough for three workers.
struct Scene {
  explicit Scene(const Plasticity& rule) {
    net.drive(out, PoissonDrive{.rate_hz = 1500, .weight = 1.5});
    all =
        net.connect(in, out, FixedInDegree{6},
                    {.weight = Uniform{0.7, 1.3}, .delay_ms = Uniform{0.5, 9}, .plasticity = rule});
    net.connect(out, out, FixedInDegree{5}, {.weight = 0.5, .delay_ms = 1.5});
    inhibition = net.connect(in, out, FixedInDegree{2},
                             {.weight = Uniform{-1.3, -0.7}, .delay_ms = 1.0, .plasticity = rule});
  }
  Simulation run(int threads = 1) const { return {net, {.dt_ms = dt_ms, .threads = threads}}; }

  Network net;
  PopulationId in = net.add(PoissonSource{.rate_hz = 40}, {900}, "in");
  PopulationId out = net.add(Lif{.t_ref_ms = 1}, {2200}, "out");
  ProjectionId all, inhibition;
};

std::vector<float> weights_of(const Simulation& run, ProjectionId projection,
                              const Synapses& synapses) {
  const std::vector<SynapseNow> now = run.synapses(projection);
  std::vector<float> weights;
  for (const std::int64_t s : synapses) weights.push_back(now[static_cast<std::size_t>(s)].weight);
  return weights;
}

class WeightRecording : public testing::TestWithParam<test::NamedRule> {};
INSTANTIATE_TEST_SUITE_P(Rules, WeightRecording, testing::ValuesIn(test::named_rules()),
                         [](const auto& test) { return std::string(test.param.name); });

/// In one run, whatever the threads, what synapses() says between pieces of another.
TEST_P(WeightRecording, IsWhatSynapsesTell) {
  const Scene scene(GetParam().rule);
  const Synapses some{13199, 0, 5000, 4999, 7, 5000, 12000};
  std::vector<float> expected, of_inhibition;
  Simulation pieces = scene.run();
  for (int piece = 0; piece < 10; ++piece) {
    const auto now = weights_of(pieces, scene.all, some);
    expected.insert(expected.end(), now.begin(), now.end());
    for (const SynapseNow& synapse : pieces.synapses(scene.inhibition))
      of_inhibition.push_back(synapse.weight);
    pieces.run_ticks(30);
  }
  for (const int threads : {1, 2, 3}) {
    SCOPED_TRACE(threads);
    for (const std::vector<int>& ticks : {std::vector{300}, {1, 29, 60, 0, 133, 77}}) {
      Simulation run = scene.run(threads);
      run.record_weights(scene.all, some, 15.0);
      run.record_weights(scene.inhibition, {}, 15.0);
      for (const int piece : ticks) run.run_ticks(piece);
      const WeightTrace& trace = run.weights(scene.all);
      EXPECT_EQ(trace.tick, (Ticks{0, 30, 60, 90, 120, 150, 180, 210, 240, 270}));
      EXPECT_EQ(trace.synapse, some);
      EXPECT_EQ(trace.value, expected);
      EXPECT_EQ(run.weights(scene.inhibition).synapse.size(), 4400u);
      EXPECT_TRUE(run.weights(scene.inhibition).value == of_inhibition);
      EXPECT_EQ(weights_of(run, scene.all, some), weights_of(pieces, scene.all, some));
    }
  }
  EXPECT_NE(expected.front(), expected[expected.size() - some.size()]);
  EXPECT_LT(of_inhibition.back(), 0);
}

/// One pair of spikes: before and after their meeting.
TEST(WeightRecordings, OfOnePairOfSpikes) {
  Network net;
  const auto in = net.add(SpikeSource{{{3, 50}}}, {1}, "in");
  const auto kick = net.add(SpikeSource{{{9}}}, {1}, "kick");
  const auto out = net.add(Lif{}, {1}, "out");
  PairStdp rule = PairStdp::additive();
  rule.lambda = 0.1, rule.w_max = 2;
  const auto learns =
      net.connect(in, out, AllToAll{}, {.weight = 1.0, .delay_ms = 1.0, .plasticity = rule});
  net.connect(kick, out, AllToAll{}, {.weight = 100.0, .delay_ms = 1.0});
  Simulation run(net, {.dt_ms = 1});
  run.record_weights(learns, {}, 0);
  run.run_ms(30);
  const std::vector<float>& w = run.weights(learns).value;
  ASSERT_EQ(w.size(), 30u);
  // The spike of 10 ms is back at the synapse at 11 ms, 8 ms after that of the source; a spike that
  // arrives at 13 ms is the first that was emitted after that.
  const double learnt = 1 + 2 * 0.1 * std::exp(-8 / rule.tau_plus_ms);
  for (std::size_t t = 0; t < w.size(); ++t) EXPECT_NEAR(w[t], t < 13 ? 1 : learnt, 1e-5) << t;
}

TEST(WeightRecordings, FollowWhatIsSetAndAreCleared) {
  const Scene scene(test::named_rules().front().rule);
  Simulation run = scene.run();
  run.record_weights(scene.all, {3}, 5.0);
  run.run_ticks(20);
  run.set_weights(scene.all, std::vector<float>(13200, 1.5f));
  run.run_ticks(5);
  EXPECT_EQ(run.weights(scene.all).tick, (Ticks{0, 10, 20}));
  EXPECT_EQ(run.weights(scene.all).value.back(), 1.5f);
  const float start = run.weights(scene.all).value.front();
  run.record_weights(scene.all, {3, 4}, 1.0);
  EXPECT_TRUE(run.weights(scene.all).tick.empty());
  run.reset();
  run.run_ticks(1);
  EXPECT_EQ(run.weights(scene.all).tick, (Ticks{0}));
  EXPECT_EQ(run.weights(scene.all).synapse, (Synapses{3, 4}));
  EXPECT_EQ(run.weights(scene.all).value.front(), start);
}

/// A run that is cut for weights ends where it is told to, and tells how far it is of the whole.
TEST(WeightRecordings, LeaveHooksAsTheyAre) {
  const Scene scene(test::named_rules().front().rule);
  Simulation run = scene.run();
  run.record_weights(scene.all, {1}, 2.0);
  std::vector<double> done;
  run.run_ms(20, {.progress = [&](double done_ms, double of_ms) {
               EXPECT_EQ(of_ms, 20);
               done.push_back(done_ms);
               return true;
             }});
  EXPECT_EQ(done.back(), 20);
  EXPECT_EQ(std::count(done.begin(), done.end(), 20), 1);
  run.run_ms(20, {.progress = [](double, double) { return false; }});
  EXPECT_LT(run.tick(), 50);
  const std::size_t samples = run.weights(scene.all).tick.size();
  run.run_ticks(80 - run.tick());
  EXPECT_EQ(run.weights(scene.all).tick.size(), 20u);
  EXPECT_LT(samples, 14u);
}

TEST(WeightRecordings, InAFileAreThoseInMemory) {
  const support::TemporaryFolder folder;
  const Scene scene(test::named_rules().front().rule);
  Simulation run = scene.run(2);
  run.run_ticks(13);
  run.record_weights(scene.all, {70, 4, 13000}, 2.5);
  run.record_weights_to(folder.path() / "w.h5", scene.all, {70, 4, 13000}, 2.5);
  run.record_weights_to(folder.path() / "all.h5", scene.inhibition, {}, 10.0);
  run.run_ticks(50).run_ticks(37);
  const WeightTrace expected = run.weights(scene.all);
  run.close_files();
  const StateFile file = read_states(folder.path() / "w.h5");
  EXPECT_TRUE(file.complete);
  ASSERT_EQ(file.populations.size(), 1u);
  const PopulationStates& read = file.populations.front();
  EXPECT_EQ(read.name, scene.net.name_of(scene.all));
  EXPECT_EQ(read.variable, "weight");
  EXPECT_EQ(read.units, "");
  EXPECT_EQ(read.node, (std::vector<std::uint64_t>{70, 4, 13000}));
  EXPECT_EQ(read.start_ms, 7.5);
  EXPECT_EQ(read.step_ms, 2.5);
  EXPECT_EQ(read.samples, 17);
  EXPECT_EQ(read.values, expected.value);
  const PopulationStates all = read_states(folder.path() / "all.h5").populations.at(0);
  EXPECT_EQ(all.node.size(), 4400u);
  EXPECT_EQ(all.samples, 4);
}

TEST(WeightRecordings, SayWhatIsWrong) {
  const Scene scene(PairStdp{.w_max = 8});
  Simulation run = scene.run();
  const std::string object = "projection \"" + scene.net.name_of(scene.all) + "\"";
  const auto refused = [&](ProjectionId id, Synapses synapses, double interval_ms,
                           const support::Says& says) {
    expect_config_error([&] { run.record_weights(id, synapses, interval_ms); }, says);
  };
  refused({3}, {}, 0, {"simulation", "projection", "3", "0 .. 2"});
  refused({-1}, {}, 0, {"simulation", "projection", "-1", "0 .. 2"});
  refused({1}, {}, 0, {"projection \"out->out\"", "plasticity", "none", "may change"});
  refused(scene.all, {0, 13200}, 0, {object, "synapses", "13200", "0 .. 13199"});
  refused(scene.all, {-1}, 0, {object, "synapses", "-1", "0 .. 13199"});
  for (const double interval_ms : {-1.0, 0.7, std::nan("")})
    refused(scene.all, {}, interval_ms, {object, "interval_ms", " ms", "dt_ms = 0.5"});
  expect_config_error([&] { run.weights(scene.all); },
                      {object, "weights", "not recorded", "record_weights()"});
  const support::TemporaryFolder folder;
  const auto path = folder.path() / "w.h5";
  expect_config_error([&] { run.record_weights_to(path, scene.all, {}, 0.7); },
                      {"state file " + path.string(), "interval_ms", "0.7", "dt_ms = 0.5"});
  expect_config_error([&] { run.record_weights_to(path, {1}, {}, 1); },
                      {"projection \"out->out\"", "plasticity", "none", "may change"});
  EXPECT_THROW(run.record_weights_to(folder.path() / "none" / "w.h5", scene.all, {}, 1), FileError);
}

}  // namespace
}  // namespace snn
