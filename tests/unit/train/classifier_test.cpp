// SPDX-License-Identifier: Apache-2.0
#include "snn/train/classifier.hpp"

#include <gtest/gtest.h>

#include "snn/model/validate.hpp"

namespace snn {
namespace {

Dataset images() {
  Dataset data;
  data.shape = {4, 5};
  data.classes = 3;
  data.data = Images{};
  return data;
}

template <class Model>
Model model_of(const Network& network, const char* name) {
  return std::get<ParametersOf<Model>>(network[network.find(name)].neurons()).front();
}

TEST(Classifier, IsAChainOfLayers) {
  const Network network = classifier(images(), {.hidden = {7, 6}, .delay_ticks = 2}, 0.5);
  validate(network, 0.5);
  const char* const names[] = {"input", "hidden1", "hidden2", "output"};
  const std::int64_t sizes[] = {20, 7, 6, 3};
  ASSERT_EQ(network.populations().size(), 4u);
  for (std::size_t p = 0; p < 4; ++p) {
    EXPECT_EQ(network.populations()[p].name, names[p]);
    EXPECT_EQ(network.populations()[p].size(), sizes[p]);
  }
  EXPECT_EQ(network.populations()[0].shape, (Shape{4, 5}));
  ASSERT_EQ(network.projections().size(), 3u);
  for (std::int32_t q = 0; q < 3; ++q) {
    const Projection& projection = network[ProjectionId{q}];
    EXPECT_EQ(projection.source.index, q);
    EXPECT_EQ(projection.target.index, q + 1);
    // The input comes at once, later layers after the delay.
    EXPECT_EQ(std::get<double>(projection.synapse.delay_ms), q == 0 ? 0.0 : 1.0);
    EXPECT_EQ(projection.synapse.bias, std::vector<float>(static_cast<std::size_t>(sizes[q + 1])));
  }
}

TEST(Classifier, TimeConstantsAreTicks) {
  const ClassifierOptions options{.tau_m_ticks = 4, .tau_syn_ticks = 3, .tau_out_ticks = 8};
  EXPECT_EQ(model_of<Lif>(classifier(images(), options, 0.5), "hidden1").tau_m_ms, 2.0);
  EXPECT_EQ(model_of<Li>(classifier(images(), options, 0.5), "output").tau_m_ms, 4.0);
}

TEST(Classifier, TakesTheNeuronAskedFor) {
  ClassifierOptions options{.tau_m_ticks = 4, .tau_syn_ticks = 3, .reset = Reset::to_value};
  options.neuron = HiddenNeuron::integrate_and_fire;
  EXPECT_EQ(model_of<If>(classifier(images(), options, 1.0), "hidden1").reset, Reset::to_value);
  options.neuron = HiddenNeuron::cuba;
  const CubaLif cuba = model_of<CubaLif>(classifier(images(), options, 1.0), "hidden1");
  EXPECT_EQ(cuba.tau_m_ms, 4.0);
  EXPECT_EQ(cuba.tau_syn_ms, 3.0);
  EXPECT_EQ(cuba.reset, Reset::to_value);
  options.neuron = HiddenNeuron::adaptive;
  EXPECT_EQ(model_of<AdaptiveLif>(classifier(images(), options, 1.0), "hidden1").tau_m_ms, 4.0);
  options.spiking_readout = true;
  EXPECT_EQ(model_of<Lif>(classifier(images(), options, 1.0), "output").tau_m_ms, 4.0);
}

TEST(Classifier, RecurrenceIsOneTickOfEachHiddenLayer) {
  const Network network = classifier(images(), {.hidden = {7, 6}, .recurrent = true}, 0.5);
  validate(network, 0.5);
  int loops = 0;
  for (const Projection& projection : network.projections()) {
    if (projection.source != projection.target) continue;
    ++loops;
    EXPECT_EQ(std::get<double>(projection.synapse.delay_ms), 0.5);
  }
  EXPECT_EQ(loops, 2);
}

TEST(Classifier, TheSourceFollowsEncodingAndData) {
  const auto source = [](const Dataset& data, Encoding encoding) {
    return classifier(data, {.encoding = encoding}, 1.0).populations()[0].source();
  };
  EXPECT_TRUE(std::holds_alternative<CurrentSource>(source(images(), Encoding::direct)));
  EXPECT_TRUE(std::holds_alternative<RateSource>(source(images(), Encoding::rate)));
  EXPECT_TRUE(std::holds_alternative<LatencySource>(source(images(), Encoding::latency)));
  Dataset events = images();
  events.data = Events{};
  for (const Encoding encoding : {Encoding::direct, Encoding::rate, Encoding::latency})
    EXPECT_TRUE(std::holds_alternative<EventSource>(source(events, encoding)));
}

TEST(Classifier, WithoutHiddenLayerIsAnError) {
  EXPECT_THROW(classifier(images(), {.hidden = {}}, 1.0), ConfigError);
}

}  // namespace
}  // namespace snn
