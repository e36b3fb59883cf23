// SPDX-License-Identifier: Apache-2.0
// Training on a CUDA device, emulated: the gradients, losses and counts of the CPU's engine for
// every neuron model, surrogate, reset, loss and kind of projection.
#include <gtest/gtest.h>

#include "snn/train/engine.hpp"
#include "snn/train/training_engine.hpp"
#include "tests/train/gradient_cases.hpp"

namespace snn {
namespace {

using cases::Case;
using cases::EngineResult;
using cases::largest;
using cases::options_of;

/// How often gradients were compared: not where rounding may decide a spike or a corner.
struct Compared {
  int cases = 0, compared = 0;
};

std::unique_ptr<TrainingEngine<float>> device_engine(const Case& c) {
  TrainOptions options = c.options;
  options.device = "cuda";
  return make_engine(c.network, c.plan, options);
}

/// Values have the rounding errors of products; all else is whole numbers.
void expect_equal_values(ValueCounts device, const ValueCounts& cpu) {
  EXPECT_NEAR(device.value_sum, cpu.value_sum, 1e-6 * std::abs(cpu.value_sum));
  device.value_sum = cpu.value_sum;
  EXPECT_EQ(device, cpu);
}

void expect_equal_counts(const RawCounts& device, const RawCounts& cpu) {
  for (std::size_t q = 0; q < cpu.projections.size(); ++q) {
    EXPECT_EQ(device.projections[q].source_events, cpu.projections[q].source_events) << q;
    EXPECT_EQ(device.projections[q].synaptic_events, cpu.projections[q].synaptic_events) << q;
    EXPECT_EQ(device.projections[q].effective_events, cpu.projections[q].effective_events) << q;
    EXPECT_EQ(device.projections[q].dense_events, cpu.projections[q].dense_events) << q;
    EXPECT_EQ(device.projections[q].graded, cpu.projections[q].graded) << q;
    ASSERT_EQ(device.projections[q].values.has_value(), cpu.projections[q].values.has_value());
    if (cpu.projections[q].values)
      expect_equal_values(*device.projections[q].values, *cpu.projections[q].values);
  }
  for (std::size_t p = 0; p < cpu.populations.size(); ++p) {
    EXPECT_EQ(device.populations[p].spikes, cpu.populations[p].spikes) << p;
    EXPECT_EQ(device.populations[p].stepped, cpu.populations[p].stepped) << p;
    EXPECT_EQ(device.populations[p].membrane_updates, cpu.populations[p].membrane_updates) << p;
  }
}

bool same_spikes(const TrainingEngine<float>& a, const TrainingEngine<float>& b,
                 std::size_t populations) {
  bool same = true;
  for (std::size_t p = 0; p < populations; ++p) same = same && a.tape(p).spikes == b.tape(p).spikes;
  return same;
}

/// `smooth`: the surrogate has no corners, so that rounding decides spikes alone.
void expect_device_agrees(Case c, Compared& compared, bool smooth = false) {
  c.options.threads = 1;
  ++compared.cases;
  const bptt::Net net = c.net();
  const bool clear = bptt::clearance(net, bptt::run(net, c.data.inputs)) >= 1e-5;
  if (!clear && !smooth) return;
  Engine<float> cpu(c.network, c.plan, c.options);
  const EngineResult expected = cases::result_of(cpu, c);
  const auto device = device_engine(c);
  ASSERT_EQ(dynamic_cast<Engine<float>*>(device.get()), nullptr);
  cases::result_of(*device, c);
  const bool same = same_spikes(cpu, *device, c.plan.populations.size());
  EXPECT_TRUE(same || !clear);
  if (!same) return;
  ++compared.compared;
  for (int time = 0; time < 2; ++time) {  // the ticks of recurrent networks are a graph by now
    const EngineResult found = cases::result_of(*device, c);
    EXPECT_NEAR(found.objective, expected.objective, 1e-5 * std::abs(expected.objective));
    const double scale = largest(expected.gradient);
    ASSERT_GT(scale, 1e-3);
    // Sums of products have another order; the chains of slopes that multiply the difference are
    // those of the gradient tests, whose bound is ten times as wide.
    for (std::size_t i = 0; i < expected.gradient.size(); ++i)
      ASSERT_NEAR(found.gradient[i], expected.gradient[i], 1e-5 * scale)
          << "parameter " << i << ", time " << time;
  }
  EXPECT_EQ(device->spikes(), cpu.spikes());
  RawCounts on_device = device->empty_counts(), on_cpu = cpu.empty_counts();
  std::vector<SampleTotals> device_samples(c.data.labels.size()), cpu_samples(device_samples);
  device->count(on_device, device_samples);
  cpu.count(on_cpu, cpu_samples);
  expect_equal_counts(on_device, on_cpu);
  for (std::size_t s = 0; s < cpu_samples.size(); ++s) {
    EXPECT_EQ(device_samples[s].synaptic_events, cpu_samples[s].synaptic_events);
    EXPECT_EQ(device_samples[s].effective_events, cpu_samples[s].effective_events);
    EXPECT_EQ(device_samples[s].acs, cpu_samples[s].acs);
    EXPECT_EQ(device_samples[s].macs, cpu_samples[s].macs);
    EXPECT_EQ(device_samples[s].spikes, cpu_samples[s].spikes);
    EXPECT_EQ(device_samples[s].neuron_updates, cpu_samples[s].neuron_updates);
  }
  const TrainingOperations device_work = device->take_operations(), work = cpu.take_operations();
  EXPECT_EQ(device_work.neuron_updates, 3 * work.neuron_updates);
  EXPECT_EQ(device_work.adjoint_updates, 3 * work.adjoint_updates);
  EXPECT_EQ(device_work.bias_additions, 3 * work.bias_additions);
  EXPECT_GT(device_work.forward.macs, 0u);
}

class EveryModel : public testing::TestWithParam<std::tuple<bool, bool>> {};

TEST_P(EveryModel, HasTheGradientOfTheCpu) {
  const bool recurrent = std::get<0>(GetParam()), detach = std::get<1>(GetParam());
  Compared compared;
  int number = 0;
  for (const Surrogate& surrogate : cases::surrogates()) {
    for (const Reset reset : {Reset::to_value, Reset::subtract}) {
      const double t_ref_ms = number % 2 == 0 ? 0.0 : 2.0;
      cases::for_each_spiking_model(reset, t_ref_ms, [&](const char* name, const auto& model) {
        const cases::Shape shape{recurrent, number % 3 == 0, number % 2 == 0};
        ++number;
        SCOPED_TRACE(std::string(name) + ", surrogate " + std::to_string(surrogate.index()) +
                     ", subtract " + std::to_string(reset == Reset::subtract) + ", t_ref " +
                     std::to_string(t_ref_ms));
        TrainOptions options = options_of(shape, surrogate, detach);
        options.lambda_rate = number % 4 == 0 ? 0.3 : 0;
        options.lambda_synops = number % 5 == 0 ? 0.2 : 0;
        options.learn_tau = options.learn_threshold = number % 7 != 0;
        expect_device_agrees(Case(cases::network(model, shape), options, 5, shape.held_input),
                             compared);
      });
    }
  }
  EXPECT_EQ(compared.cases, 9 * 2 * 9);
  EXPECT_GT(compared.compared, compared.cases / 2);
}
INSTANTIATE_TEST_SUITE_P(DeviceEngine, EveryModel,
                         testing::Combine(testing::Bool(), testing::Bool()), [](const auto& test) {
                           return std::string(std::get<0>(test.param) ? "Recurrent"
                                                                      : "FeedForward") +
                                  (std::get<1>(test.param) ? "Detached" : "ThroughReset");
                         });

TEST(DeviceEngine, HasTheGradientOfTheCpuForEveryLoss) {
  Compared compared;
  for (const bool recurrent : {false, true}) {
    for (const Loss& loss : {Loss{CountCrossEntropy{}}, Loss{MaxMembraneCrossEntropy{}},
                             Loss{MeanMembraneCrossEntropy{}}, Loss{CountMse{0.7, 0.1}}}) {
      SCOPED_TRACE(loss.index());
      const cases::Shape shape{.recurrent = recurrent, .spiking_readout = true};
      TrainOptions options = options_of(shape, Arctan{}, true);
      options.loss = loss;
      expect_device_agrees(Case(cases::network(Lif::unit(3.0), shape), options, 5, false),
                           compared);
    }
  }
  EXPECT_GT(compared.compared, 5);
}

TEST(DeviceEngine, HasTheGradientOfTheCpuForRectifiers) {
  Compared compared;
  for (const int levels : {0, 3, 15}) {
    for (const bool held : {true, false}) {
      SCOPED_TRACE(levels);
      const cases::Shape shape{.held_input = held};
      const Relu relu{.levels = levels, .clip = 1.5};
      expect_device_agrees(
          Case(cases::network(relu, shape), options_of(shape, Arctan{}, true), 9, held), compared);
    }
  }
  EXPECT_GT(compared.compared, 2);
}

/// More than a warp and a word of spikes, and more rows than column sums take in one part.
TEST(DeviceEngine, HasTheGradientOfTheCpuForWideLayers) {
  Compared compared;
  const cases::Shape recurrent{.recurrent = true, .size = 70};
  expect_device_agrees(Case(cases::network(Lif::unit(3.0), recurrent),
                            options_of(recurrent, Arctan{}, false), 9, false),
                       compared, true);
  const cases::Shape wide{.size = 130};
  for (const bool learn : {false, true}) {
    TrainOptions options = options_of(wide, Arctan{}, false);
    options.learn_tau = options.learn_threshold = learn;
    expect_device_agrees(
        Case(cases::network(AdaptiveLif::unit(3.0, 9.0), wide), options, 40, false), compared,
        true);
  }
  EXPECT_EQ(compared.compared, 3);
}

/// Spikes are exact in any precision; weights and gradients are rounded to 11 or 8 bits.
TEST(DeviceEngine, RoundsProductsAsItIsAskedTo) {
  Network network;
  const auto in = network.add(EventSource{}, {cases::features}, "in");
  const auto out = network.add(Li{.tau_m_ms = 4}, {cases::classes}, "out");
  network.connect(in, out, AllToAll{}, {});
  TrainOptions options = options_of({}, Arctan{}, true);
  const auto result = [&](Precision precision) {
    options.precision = precision;
    const Case c(network, options, 9, false);
    return cases::result_of(*device_engine(c), c);
  };
  const EngineResult exact = result(Precision::fp32);
  for (const auto& [precision, unit] :
       {std::pair{Precision::tf32, 0x1p-11}, std::pair{Precision::bf16, 0x1p-8}}) {
    const EngineResult rounded = result(precision);
    const double scale = largest(exact.gradient);
    double error = 0;
    for (std::size_t i = 0; i < exact.gradient.size(); ++i)
      error = std::max(error, std::abs(rounded.gradient[i] - exact.gradient[i]) / scale);
    EXPECT_LT(error, unit * 4);
    EXPECT_NEAR(rounded.objective, exact.objective, 4 * unit * exact.objective);
    if (precision == Precision::tf32) continue;  // cuBLASLt may take float for so small a product
    EXPECT_GT(error, unit / 64);
    EXPECT_NE(rounded.objective, exact.objective);
  }
}

/// Weights, and gradients of weights, as sums of three: through spiking layers, recurrent ones and
/// held input the gradient stays within what another order of sums makes of it.
TEST(DeviceEngine, KeepsTheGradientOfFloatsWithSplitWeights) {
  for (const bool held : {false, true}) {
    const cases::Shape shape{.recurrent = true, .held_input = held, .size = 40};
    TrainOptions options = options_of(shape, Arctan{}, false);
    const auto result = [&](Precision precision) {
      options.precision = precision;
      const Case c(cases::network(Lif::unit(3.0), shape), options, 9, held);
      const auto engine = device_engine(c);
      const EngineResult found = cases::result_of(*engine, c);
      return std::pair{found, engine->take_operations()};
    };
    const auto [exact, exact_work] = result(Precision::fp32);
    const auto [split, split_work] = result(Precision::bf16_split);
    const double scale = largest(exact.gradient);
    EXPECT_NEAR(split.objective, exact.objective, 1e-5 * exact.objective);
    for (std::size_t i = 0; i < exact.gradient.size(); ++i)
      ASSERT_NEAR(split.gradient[i], exact.gradient[i], 1e-5 * scale) << i;
    // A product with spikes is three; with held values, and of gradients with weights, one.
    const Plan plan = make_plan(cases::network(Lif::unit(3.0), shape), {options.dt_ms});
    for (std::size_t q = 0; q < plan.projections.size(); ++q) {
      const PlannedProjection& planned = plan.projections[q];
      const bool one = planned.held_input || planned.kind == PlannedProjection::Kind::diagonal;
      const auto &found = split_work.projections[q], &expected = exact_work.projections[q];
      EXPECT_EQ(found.forward.macs, expected.forward.macs * (one ? 1 : 3)) << q;
      EXPECT_EQ(found.weight_gradient.macs, expected.weight_gradient.macs * (one ? 1 : 3)) << q;
      EXPECT_EQ(found.input_gradient.macs, expected.input_gradient.macs) << q;
    }
  }
}

/// One sample of few ticks: weights are picked, and that many additions are reported, which are
/// those of the CPU's sparse path.
TEST(DeviceEngine, GathersForASingleSample) {
  for (const bool recurrent : {false, true}) {
    const cases::Shape shape{.recurrent = recurrent};
    TrainOptions options = options_of(shape, Arctan{}, true);
    options.path = ProductPath::sparse;
    Case c(cases::network(Lif::unit(3.0), shape), options, 1, false);
    ASSERT_LE(options.ticks, 16);
    Engine<float> cpu(c.network, c.plan, c.options);
    const auto device = device_engine(c);
    const EngineResult expected = cases::result_of(cpu, c);
    const TrainingOperations wanted = cpu.take_operations();
    std::uint64_t gathered = 0;
    for (int time = 0; time < 2; ++time) {
      const EngineResult found = cases::result_of(*device, c);
      EXPECT_NEAR(found.objective, expected.objective, 1e-5 * expected.objective);
      const TrainingOperations done = device->take_operations();
      for (std::size_t q = 0; q < wanted.projections.size(); ++q) {
        if (c.plan.projections[q].kind == PlannedProjection::Kind::diagonal) continue;
        EXPECT_EQ(done.projections[q].forward.macs, 0u) << q;
        EXPECT_EQ(done.projections[q].forward.acs, wanted.projections[q].forward.acs) << q;
        gathered += done.projections[q].forward.acs;
      }
    }
    EXPECT_GT(gathered, 0u);
  }
}

TEST(DeviceEngine, RefusesLabelsOfNoClass) {
  for (const int label : {-1, cases::classes}) {
    Case c(cases::network(Lif::unit(3.0), {}), options_of({}, Arctan{}, true), 3, false);
    const auto engine = device_engine(c);
    c.data.labels[1] = label;
    EXPECT_THROW(cases::result_of(*engine, c), ConfigError) << label;
  }
}

TEST(DeviceEngine, RefusesWhatIsNoDevice) {
  const Case c(cases::network(Lif::unit(3.0), {}), options_of({}, Arctan{}, true), 1, false);
  TrainOptions options = c.options;
  options.device = "gpu";
  EXPECT_THROW(make_engine(c.network, c.plan, options), ConfigError);
  options.device = "cuda:7";
  EXPECT_THROW(make_engine(c.network, c.plan, options), UnavailableError);
  options.device = "cpu";
  const auto engine = make_engine(c.network, c.plan, options);
  EXPECT_NE(dynamic_cast<Engine<float>*>(engine.get()), nullptr);
}

}  // namespace
}  // namespace snn
