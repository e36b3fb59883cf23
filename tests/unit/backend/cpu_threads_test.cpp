// SPDX-License-Identifier: Apache-2.0
// Threads, what they share, and how neurons are updated change no bit, for every model, where there
// is work for eight workers.
#include <gtest/gtest.h>

#include "snn/backend/cpu_backend.hpp"

namespace snn {
namespace {

using Update = BackendOptions::Update;
using Delivery = BackendOptions::Delivery;

constexpr std::int64_t size = 8 * 1024 + 300, ticks = 40;

template <class Model>
double weight_of() {
  if constexpr (std::is_same_v<Model, AdEx>) return 6;
  if constexpr (requires(Model m) { m.g_l_ns; }) return 1.5;
  if constexpr (requires(Model m) { m.c_m_pf; }) return 250;
  return std::is_same_v<Model, If> ? 1 : std::is_same_v<Model, Lif> ? 9 : 30;
}

/// Held for a while after a spike, so that none spikes at every tick.
template <class Model>
Model neuron() {
  Model model;
  if constexpr (requires { model.t_ref_ms; }) model.t_ref_ms = 2;
  return model;
}

/// Drawn rows with drawn delays from a source and among the neurons, onto each port; and a part of
/// them above the threshold at the start.
template <class Model>
Network network(double least_delay_ms, bool driven) {
  Network net;
  const auto in = net.add(PoissonSource{.rate_hz = 60}, {700}, "in");
  const auto a = net.add(neuron<Model>(), {size - 3000}, "a");
  const auto b = net.add(neuron<Model>(), {3000}, "b");
  const double weight = weight_of<Model>();
  for (const auto id : {a, b}) {
    net[id].v_init_drawn = Normal{-60, 8};
    if (driven) net.drive(id, PoissonDrive{.rate_hz = 800, .weight = weight});
    net.connect(in, id, FixedInDegree{5}, {.weight = weight, .delay_ms = 2.0});
    for (const auto from : {a, b}) {
      constexpr int last = receptors_of<Model> - 1;
      constexpr bool conductances = requires(Model m) {
        m.g_l_ns;
      };
      const double other = last > 0 && !conductances ? -weight : weight;
      net.connect(from, id, FixedOutDegree{6},
                  {.weight = Normal{0.5 * other, 0.1 * weight},
                   .delay_ms = Uniform{least_delay_ms, 9},
                   .receptor = last});
    }
  }
  return net;
}

struct Trace {
  std::vector<std::int64_t> spikes;  ///< tick * size + neuron, of one population after the other
  std::vector<std::uint64_t> counts;
  friend bool operator==(const Trace&, const Trace&) = default;
};

Trace run(const Network& net, const BackendOptions& options) {
  CpuBackend backend(compile(net, 1.0, 4), options);
  Trace trace;
  Observer observer;
  observer.spikes = [&](std::int32_t p, std::int64_t tick, std::span<const std::int32_t> neurons) {
    for (const std::int32_t n : neurons) trace.spikes.push_back((p * ticks + tick) * size + n);
  };
  for (std::int32_t p = 0; p < 3; ++p) backend.record_spikes(p);
  // In pieces: what is on its way goes on.
  for (const std::int64_t piece : {std::int64_t{1}, std::int64_t{17}, ticks - 18})
    backend.advance(piece, observer);
  std::sort(trace.spikes.begin(), trace.spikes.end());  // stretches differ between pieces
  const BackendCounts counts = backend.counts();
  for (const auto& p : counts.populations) {
    for (const std::uint64_t count : {p.spikes, p.membrane_updates, p.drive_events})
      trace.counts.push_back(count);
  }
  for (const auto& q : counts.projections) {
    for (const std::uint64_t count : {q.source_events, q.synaptic_events, q.effective_events})
      trace.counts.push_back(count);
  }
  return trace;
}

template <class Model>
void compare() {
  if constexpr (Model::output == Output::spikes) {
    for (const auto& [least, driven] : {std::pair{1.0, true}, {5.0, !HasJump<Model>}}) {
      SCOPED_TRACE(std::string(Model::name) + " delays from " + std::to_string(least));
      const Network net = network<Model>(least, driven);
      const Trace expected = run(net, {.threads = 1, .update = Update::stepped});
      EXPECT_GT(expected.spikes.size(), static_cast<std::size_t>(size / 10));
      EXPECT_LT(expected.spikes.size(), static_cast<std::size_t>(size * ticks * 19 / 20));
      for (const int threads : {1, 2, 3, 8}) {
        for (const Delivery delivery : {Delivery::spikes, Delivery::targets}) {
          for (const Update update : {Update::automatic, Update::touched}) {
            if (update == Update::touched && !HasJump<Model>) continue;
            if (threads == 1 && delivery == Delivery::targets) continue;
            const Trace found =
                run(net, {.threads = threads, .update = update, .delivery = delivery});
            EXPECT_TRUE(found == expected)
                << threads << " threads, delivery " << static_cast<int>(delivery) << ", update "
                << static_cast<int>(update);
          }
        }
      }
    }
  }
}

template <class List>
struct AsTypes;
template <class... All>
struct AsTypes<ModelList<All...>> {
  using type = testing::Types<All...>;
};
template <class Model>
class CpuThreads : public testing::Test {};
TYPED_TEST_SUITE(CpuThreads, AsTypes<NeuronModels>::type);

TYPED_TEST(CpuThreads, ChangeNoBit) {
  if (TypeParam::output != Output::spikes) GTEST_SKIP() << "hands on no spikes";
  compare<TypeParam>();
}

}  // namespace
}  // namespace snn
