// SPDX-License-Identifier: Apache-2.0
// What data sources may be given, and what the errors say.
#include <gtest/gtest.h>

#include <limits>

#include "snn/backend/backend.hpp"
#include "tests/support/config_error.hpp"

namespace snn {
namespace {

using support::expect_config_error;

class Present : public testing::Test {
 protected:
  Network net;
  std::int32_t events = net.add(EventSource{}, {3}, "events").index;
  std::int32_t values = net.add(CurrentSource{.max_abs = 2}, {2}, "values").index;
  std::int32_t poisson = net.add(PoissonSource{}, {1}, "poisson").index;
  std::int32_t times = net.add(SpikeSource{{{}}}, {1}, "times").index;
  std::int32_t out = net.add(If{.v_th_mv = 100}, {1}, "out").index;

  std::unique_ptr<Backend> backend() {
    net.connect({events}, {out}, AllToAll{}, {.weight = std::vector<float>{1, 2, 4}});
    net.connect({values}, {out}, AllToAll{}, {.weight = std::vector<float>{8, 16}});
    return make_backend("cpu", compile(net, 1.0, 1), {});
  }
  /// The membrane at the end of each of the coming ticks.
  std::vector<float> membrane(Backend& backend, std::int64_t ticks) {
    std::vector<float> u;
    backend.record_membrane(out, 1);
    Observer observer;
    observer.membrane = [&](std::int32_t, std::int64_t, std::span<const float> all) {
      u.push_back(all[0]);
    };
    backend.advance(ticks, observer);
    return u;
  }
};

TEST_F(Present, SpikesArriveInTheirTickAndEndWithTheirList) {
  const auto run = backend();
  const std::vector<std::int32_t> begin{0, 2, 2, 3};
  const std::vector<std::uint32_t> neurons{0, 2, 1};
  run->present_spikes(events, begin, neurons);
  EXPECT_EQ(membrane(*run, 5), (std::vector<float>{5, 5, 7, 7, 7}));
  // A list counts from the tick it is given in, and replaces the one before.
  run->present_spikes(events, begin, neurons);
  run->advance(1, {});
  run->present_spikes(events, std::vector<std::int32_t>{0, 1}, std::vector<std::uint32_t>{1});
  EXPECT_EQ(membrane(*run, 3), (std::vector<float>{14, 14, 14}));
}

TEST_F(Present, ValuesHoldUntilTheyAreChanged) {
  const auto run = backend();
  run->present_values(values, std::vector<float>{0.5f, 0.25f});
  EXPECT_EQ(membrane(*run, 3), (std::vector<float>{8, 16, 24}));
  run->present_values(values, std::vector<float>{-1, 0});
  EXPECT_EQ(membrane(*run, 2), (std::vector<float>{16, 8}));
  run->reset();
  EXPECT_EQ(membrane(*run, 2), (std::vector<float>{0, 0}));
}

TEST_F(Present, CountsGradedEventsAndWhetherTheyMultiply) {
  const auto run = backend();
  run->present_values(values, std::vector<float>{1, 0});
  run->advance(3, {});
  EXPECT_EQ(run->counts().projections[1].source_events, 3u);
  EXPECT_FALSE(run->counts().projections[1].multiplies);
  run->present_values(values, std::vector<float>{0.5f, -1});
  run->advance(2, {});
  const BackendCounts::Projection counts = run->counts().projections[1];
  EXPECT_EQ(counts.source_events, 3u + 2 * 2);
  EXPECT_EQ(counts.synaptic_events, 3u + 2 * 2);
  EXPECT_TRUE(counts.multiplies);
  run->reset();
  EXPECT_EQ(run->counts().projections[1].source_events, 0u);
  EXPECT_FALSE(run->counts().projections[1].multiplies);
}

TEST_F(Present, SaysWhatIsWrongWithValues) {
  const auto run = backend();
  const std::vector<float> three{1, 2, 3}, large{0, -2.5f};
  const std::vector<float> nan{std::numeric_limits<float>::quiet_NaN(), 0};
  expect_config_error([&] { run->present_values(values, three); },
                      {"population \"values\"", "values", "3 values", "2 values"});
  expect_config_error([&] { run->present_values(values, large); },
                      {"population \"values\"", "values", "-2.5", "max_abs = 2"});
  expect_config_error([&] { run->present_values(values, large); },
                      {"population \"values\"", "values", "neuron 1", "max_abs"});
  expect_config_error([&] { run->present_values(values, nan); },
                      {"population \"values\"", "values", "nan at neuron 0", "max_abs"});
  for (const std::int32_t p : {events, poisson, times, out}) {
    const std::string name =
        "population \"" + net.populations()[static_cast<std::size_t>(p)].name + "\"";
    expect_config_error([&] { run->present_values(p, three); },
                        {name, "values", "given", "CurrentSource"});
  }
}

TEST_F(Present, SaysWhatIsWrongWithSpikes) {
  const auto run = backend();
  const auto give = [&](std::vector<std::int32_t> begin, std::vector<std::uint32_t> neurons) {
    return [&run, this, begin, neurons] { run->present_spikes(events, begin, neurons); };
  };
  const std::string object = "population \"events\"";
  expect_config_error(give({}, {}), {object, "begin", "0 entries", "0 = first"});
  expect_config_error(give({1, 1}, {0}), {object, "begin", "2 entries", "0 = first"});
  expect_config_error(give({0, 2}, {0}), {object, "begin", "2 entries", "number of spikes"});
  expect_config_error(give({0, 2, 1, 2}, {0, 1}), {object, "begin", "4 entries", "<="});
  expect_config_error(give({0, 1, 2}, {0, 3}), {object, "spikes", "neuron 3 in tick 1", "0 .. 2"});
  expect_config_error(give({0, 2}, {1, 1}), {object, "spikes", "neuron 1 in tick 0", "once"});
  expect_config_error(give({0, 2}, {2, 0}), {object, "spikes", "neuron 0 in tick 0", "ascending"});
  for (const std::int32_t p : {values, poisson, times, out}) {
    const std::string name =
        "population \"" + net.populations()[static_cast<std::size_t>(p)].name + "\"";
    expect_config_error([&] { run->present_spikes(p, std::vector<std::int32_t>{0}, {}); },
                        {name, "spikes", "given", "Rate-, Latency- or EventSource"});
  }
}

TEST_F(Present, WhatIsRefusedChangesNothing) {
  const auto run = backend();
  run->present_spikes(events, std::vector<std::int32_t>{0, 1, 2}, std::vector<std::uint32_t>{0, 0});
  run->present_values(values, std::vector<float>{1, 0});
  const std::vector<std::int32_t> begin{0, 1, 1, 3};
  EXPECT_THROW(run->present_spikes(events, begin, std::vector<std::uint32_t>{2, 1, 7}),
               ConfigError);
  EXPECT_THROW(run->present_values(values, std::vector<float>{0, 5}), ConfigError);
  EXPECT_EQ(membrane(*run, 4), (std::vector<float>{9, 18, 26, 34}));
}

}  // namespace
}  // namespace snn
