// SPDX-License-Identifier: Apache-2.0
// Networks that the emulated device draws are those of the host, byte for byte, and the host does
// not draw them.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <limits>

#include "cuda/sim/device_rows.hpp"
#include "snn/backend/backend.hpp"
#include "tests/support/synapses.hpp"

namespace snn {
namespace {

constexpr double dt_ms = 0.5;

struct Case {
  std::string name;
  std::function<Network()> make;
  double weight_tolerance = 0;
  bool by_host = false;  ///< its rows are drawn by the host and handed over
};
std::ostream& operator<<(std::ostream& out, const Case& one) {
  return out << one.name;
}

Network one(std::int64_t sources, std::int64_t targets, const Connectivity& rule, Synapse synapse) {
  Network net;
  const auto in = net.add(PoissonSource{}, {sources}, "in");
  const auto out = net.add(Lif{}, {targets}, "out");
  net.connect(in, out, rule, std::move(synapse));
  return net;
}

Network within(std::int64_t size, const Connectivity& rule, Synapse synapse) {
  Network net;
  const auto all = net.add(Lif{}, {size}, "all");
  net.connect(all, all, rule, std::move(synapse));
  return net;
}

/// From one population onto two, with one in between that nothing reaches.
Network fused(const Connectivity& a, const Synapse& first, const Connectivity& b,
              const Synapse& second) {
  Network net;
  const auto in = net.add(PoissonSource{}, {90}, "in");
  const auto x = net.add(Lif{}, {300}, "x");
  net.add(Lif{}, {77}, "between");
  const auto y = net.add(CubaLif{}, {50}, "y");
  net.connect(in, y, b, second);
  net.connect(in, x, a, first);
  return net;
}

const Normal some{1.5, 0.5};
const TruncatedNormal later{2.0, 1.0, 0.5, 6.0};

PerSource axonal(std::int64_t sources) {
  PerSource delays;
  for (std::int64_t k = 0; k < sources; ++k)
    delays.ms.push_back(0.5 * static_cast<double>(1 + k * 7 % 5));
  return delays;
}

/// Every rule, kind of weights and of delays, at every size.
std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const std::int64_t size : {1, 31, 33, 1000}) {
    const std::vector<std::pair<std::string, Connectivity>> rules{
        {"AllToAll", AllToAll{}},
        {"OneToOne", OneToOne{}},
        {"Probability", FixedProbability{0.3}},
        {"Certain", FixedProbability{1.0}},
        {"Never", FixedProbability{0.0}},
        {"InDegree", FixedInDegree{std::min<std::int64_t>(2 * size, 40)}},
        {"OutDegree", FixedOutDegree{std::min<std::int64_t>(2 * size, 40)}},
        {"Total", FixedTotalNumber{size * 9}}};
    const std::vector<std::pair<std::string, Weight>> weights{
        {"equal", 1.5}, {"normal", some}, {"kaiming", KaimingUniform{1.4}}};
    const std::vector<std::pair<std::string, Delay>> delays{
        {"one_delay", 1.5}, {"drawn_delays", later}, {"axonal_delays", axonal(size)}};
    for (const auto& [rule_name, rule] : rules) {
      if (size == 1000 && (rule_name == "AllToAll" || rule_name == "Certain")) continue;
      for (const auto& [weight_name, weight] : weights) {
        for (const auto& [delay_name, delay] : delays) {
          const Synapse synapse{.weight = weight, .delay_ms = delay};
          const Connectivity& with = rule;
          cases.push_back(
              {rule_name + "_" + weight_name + "_" + delay_name + "_" + std::to_string(size),
               [=] { return one(size, size, with, synapse); }});
        }
      }
    }
  }
  return cases;
}

const PairStdp stdp{};

std::vector<Case> special_cases() {
  const Synapse packed{.weight = some, .delay_ms = later};
  std::vector<Case> cases{
      {"TruncatedWeights",
       [] {
         return one(40, 90, FixedOutDegree{30},
                    {.weight = TruncatedNormal{0.0, 1.0, 0.2, 3.0}, .delay_ms = Uniform{0.1, 4}});
       }},
      {"SkewedWeights",
       [] {
         return one(40, 90, FixedProbability{0.4},
                    {.weight = Lognormal{-1, 0.5}, .delay_ms = Normal{1.0, 1.0}});
       }},
      {"Target32",
       [] { return one(9, 70000, FixedOutDegree{100}, {.weight = 0.5, .delay_ms = later}); }},
      {"Target32OfTargets",
       [] {
         Network net;
         const auto in = net.add(PoissonSource{}, {9}, "in");
         const auto x = net.add(Lif{}, {20}, "x");
         net.add(Lif{}, {70000}, "between");
         const auto y = net.add(Lif{}, {30}, "y");
         net.connect(in, x, FixedInDegree{7}, {.weight = 0.5, .delay_ms = later});
         net.connect(in, y, FixedInDegree{11}, {.weight = 0.5, .delay_ms = later});
         return net;
       }},
      {"Wide", [=] { return one(40, 5000, FixedOutDegree{50}, packed); }, 1e-7},
      {"WideOfTargets", [=] { return one(3, 500, FixedInDegree{60}, packed); }, 1e-7},
      {"WideProbability", [=] { return one(9, 900, FixedProbability{0.2}, packed); }, 1e-7},
      {"Repeated", [=] { return one(2, 40, FixedInDegree{120}, packed); }},
      {"RepeatedOfOneDelay",
       [] { return one(1, 9, FixedInDegree{300}, {.weight = some, .delay_ms = 1.0}); }},
      {"Zeros",
       [=] {
         return fused(FixedProbability{0.2}, {.weight = Normal{0, 0}, .delay_ms = 1.0},
                      FixedOutDegree{12}, packed);
       }},
      {"ZerosOfTargets",
       [=] {
         return fused(FixedInDegree{20}, packed, FixedInDegree{9},
                      {.weight = Uniform{0, 0}, .delay_ms = 1.0});
       }},
      {"WideZeros",
       [] {
         return one(9, 300, FixedOutDegree{20}, {.weight = Uniform{0, 0}, .delay_ms = 1.0});
       },
       1e-7},
      {"DenseZeros",
       [] {
         return one(9, 30, AllToAll{}, {.weight = Uniform{0, 0}, .delay_ms = 1.0});
       }},
      {"EqualZeros", [] { return one(9, 9, FixedOutDegree{4}, {.weight = 0.0, .delay_ms = 1.0}); }},
      {"NoSelf",
       [=] {
         return within(60, FixedOutDegree{30, false, true}, packed);
       }},
      {"NoSelfOfTargets",
       [=] {
         return within(60, FixedInDegree{30, false, true}, packed);
       }},
      {"NoSelfProbability",
       [=] {
         return within(60, FixedProbability{0.4, false}, packed);
       }},
      {"NoSelfTotal",
       [=] {
         return within(60, FixedTotalNumber{900, false, true}, packed);
       }},
      {"FusedDrawn",
       [=] {
         return fused(FixedProbability{0.2}, packed, FixedOutDegree{12},
                      {.weight = Uniform{-30, -20}, .delay_ms = 1.5});
       }},
      {"FusedUniform",
       [] {
         return fused(FixedTotalNumber{4000}, {.weight = 0.5, .delay_ms = 1.0},
                      FixedProbability{0.4}, {.weight = 0.5, .delay_ms = later});
       }},
      {"FusedOfTargets",
       [] {
         return fused(FixedInDegree{20}, {.weight = some, .delay_ms = 1.0}, FixedInDegree{9},
                      {.weight = Uniform{0.1, 0.2}, .delay_ms = later});
       }},
      {"FusedWithAllPairs", [=] { return fused(AllToAll{}, packed, FixedOutDegree{12}, packed); }},
      {"Plastic",
       [] {
         return one(40, 90, FixedOutDegree{30},
                    {.weight = Uniform{0.1, 0.9}, .delay_ms = later, .plasticity = stdp});
       }},
      {"PlasticOfTargets",
       [] {
         return one(4, 90, FixedInDegree{30},
                    {.weight = Uniform{0.1, 0.9}, .delay_ms = later, .plasticity = stdp});
       }},
      {"PlasticEqual",
       [] {
         return one(40, 90, FixedProbability{0.4},
                    {.weight = 0.5, .delay_ms = 1.0, .plasticity = RewardStdp{}});
       }},
      {"ShortTerm",
       [] {
         return one(40, 90, FixedInDegree{30},
                    {.weight = some, .delay_ms = later, .short_term = TsodyksMarkram{}});
       }},
      {"WithoutRepetition",
       [=] {
         return one(40, 90, FixedInDegree{30, true, false}, packed);
       },
       0, true},
      {"TotalWithoutRepetition",
       [=] {
         return one(40, 90, FixedTotalNumber{300, true, false}, packed);
       },
       0, true},
      {"Listed",
       [] {
         Sparse list;
         for (std::int64_t s = 0; s < 900; ++s) {
           list.source.push_back(s * 7 % 90);
           list.target.push_back(s * s % 500);
         }
         return one(90, 500, list, {.weight = some, .delay_ms = later});
       },
       0, true},
      {"Explicit",
       [] {
         return one(7, 30, AllToAll{}, {.weight = std::vector<float>(210, 0.5f), .delay_ms = 1.0});
       },
       0, true}};
  return cases;
}

template <class Array>
std::string bytes_of(const Array& array) {
  return {reinterpret_cast<const char*>(array.data()), array.bytes()};
}

class ConstructedOnDevice : public testing::TestWithParam<Case> {
 protected:
  CompileOptions options() const {
    return {.dt_ms = dt_ms, .seed = 5, .weight_tolerance = GetParam().weight_tolerance};
  }
};

/// The rows of `found` are with its builder, and those of `expected`.
void expect_same_rows(const CompiledNetwork& found, const CompiledNetwork& expected) {
  const gpu::Stream stream;
  ASSERT_EQ(found.fan_outs.size(), expected.fan_outs.size());
  for (std::size_t f = 0; f < found.fan_outs.size(); ++f) {
    const FanOut &there = found.fan_outs[f], &host = expected.fan_outs[f];
    if (host.format == SynapseFormat::dense && host.uniform) continue;  // no rows
    ASSERT_NE(there.elsewhere, nullptr);
    EXPECT_EQ(there.words.size() + there.sub_end.size() + there.weights.size(), 0u);
    EXPECT_EQ(there.bytes(), host.bytes());
    EXPECT_EQ(bytes_of(there.row), bytes_of(host.row));
    const FanOut copy = there.elsewhere->copy(there, 0, there.sources);
    EXPECT_EQ(bytes_of(copy.sub_end), bytes_of(host.sub_end));
    EXPECT_EQ(bytes_of(copy.words), bytes_of(host.words));
    const auto& rows = dynamic_cast<const cuda::DeviceRows&>(*there.elsewhere);
    const std::vector<float> weights = gpu::downloaded(stream, rows.weights);
    EXPECT_TRUE(std::equal(weights.begin(), weights.end(), host.weights.data(),
                           host.weights.data() + host.weights.size()));
    EXPECT_EQ(rows.eligibility.size(), host.eligibility.size());
    for (std::size_t d = 0; d < host.delays.size(); ++d) {
      std::int64_t longest = 0;
      for (std::int64_t k = 0; k < host.sources; ++k) {
        const FanOut::Part part = host.part(k, d);
        longest = std::max(longest, part.end - part.begin);
      }
      EXPECT_EQ(rows.longest[d], longest) << d;
    }
  }
  for (std::size_t q = 0; q < found.projections.size(); ++q) {
    const CompiledProjection &there = found.projections[q], &host = expected.projections[q];
    EXPECT_EQ(there.degree, host.degree);
    EXPECT_EQ(there.nonzero, host.nonzero);
    EXPECT_EQ(there.synapses, host.synapses);
    EXPECT_EQ(there.nonzero_synapses, host.nonzero_synapses);
    EXPECT_EQ(there.bytes_per_synapse, host.bytes_per_synapse);
  }
}

TEST_P(ConstructedOnDevice, EveryByteIsThatOfTheHost) {
  const Network net = GetParam().make();
  const CompiledNetwork expected = compile(net, options());
  std::int64_t stored = 0;
  for (const FanOut& fan_out : expected.fan_outs) {
    if (fan_out.format != SynapseFormat::dense || !fan_out.uniform) stored += fan_out.synapses();
  }
  for (const std::uint32_t chunk : {7u, 100u, 1u << 22}) {
    if (chunk < 50 && stored > 3000) continue;
    cuda::DeviceRowBuilder builder(0, {.chunk_synapses = chunk});
    const CompiledNetwork found = compile(net, options(), &builder);
    SCOPED_TRACE(chunk);
    expect_same_rows(found, expected);
    EXPECT_EQ(builder.synapses_drawn(), GetParam().by_host ? 0 : stored);
    EXPECT_EQ(builder.synapses_adopted(), GetParam().by_host ? stored : 0);
  }
}

/// What the host asks of rows that lie on the device goes through copies of some at a time.
TEST_P(ConstructedOnDevice, TheHostSeesTheSynapses) {
  const Network net = GetParam().make();
  const CompiledNetwork expected = compile(net, options());
  cuda::DeviceRowBuilder builder(0);
  const CompiledNetwork found = compile(net, options(), &builder);
  for (std::size_t q = 0; q < found.projections.size(); ++q) {
    if (expected.fan_outs[0].plastic) continue;  // their weights are the backend's
    EXPECT_EQ(support::stored_synapses(found, q), support::stored_synapses(expected, q));
  }
}

std::string name_of_case(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(Rules, ConstructedOnDevice, testing::ValuesIn(all_cases()), name_of_case);
INSTANTIATE_TEST_SUITE_P(Special, ConstructedOnDevice, testing::ValuesIn(special_cases()),
                         name_of_case);

/// Threads in any order: places are found by sorting, and what is counted by atomics has none.
TEST(ConstructedInAnyOrder, EveryByteIsThatOfTheHost) {
  for (const Case& one : special_cases()) {
    if (one.by_host || one.name.find("Target32") == 0) continue;
    const CompileOptions options{
        .dt_ms = dt_ms, .seed = 8, .weight_tolerance = one.weight_tolerance};
    const CompiledNetwork expected = compile(one.make(), options);
    for (const auto order : {simt::Order::reverse, simt::Order::random}) {
      SCOPED_TRACE(one.name);
      const simt::ScopedOptions scheduled({.order = order, .seed = 3, .resident = 2});
      cuda::DeviceRowBuilder builder(0, {.chunk_synapses = 500});
      expect_same_rows(compile(one.make(), options, &builder), expected);
    }
  }
}

/// The host would need 4 GB, which it must not use; nor is it asked for, as nothing is drawn before
/// the device was asked, which has no room.
TEST(ConstructedMemory, IsThatOfTheDevice) {
  const Network net = one(100000, 100000, FixedOutDegree{10000}, {.weight = some, .delay_ms = 1.0});
  cuda::DeviceRowBuilder builder(0, {.memory_bytes = 1 << 30});
  try {
    compile(net, {.dt_ms = dt_ms, .memory_bytes = 100 << 20}, &builder);
    FAIL() << "it was built";
  } catch (const ResourceError& error) {
    EXPECT_NE(std::string(error.what()).find("CUDA device 0"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("in->out"), std::string::npos) << error.what();
    EXPECT_EQ(error.available_bytes, 1 << 30);
    EXPECT_GT(error.needed_bytes, std::int64_t{4} * 1000 * 1000 * 1000);
  }
}

TEST(ConstructedMemory, OfTheHostIsWhatThereIsOncePerSource) {
  const Network net = one(200, 200, FixedOutDegree{1000}, {.weight = some, .delay_ms = later});
  const CompileOptions options{.dt_ms = dt_ms, .memory_bytes = 100 * 1000};
  EXPECT_THROW(compile(net, options), ResourceError);
  cuda::DeviceRowBuilder builder(0, {.chunk_synapses = 10000});
  EXPECT_EQ(compile(net, options, &builder).projections[0].synapses, 200000);
}

}  // namespace
}  // namespace snn
