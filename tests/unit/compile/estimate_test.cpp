// SPDX-License-Identifier: Apache-2.0
// What is estimated beforehand, against what operator new then handed out.
#include "snn/compile/estimate.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "snn/compile/compiled_network.hpp"
#include "snn/compile/memory.hpp"
#include "tests/support/allocations.hpp"
#include "tests/support/temporary_folder.hpp"

namespace snn {
namespace {

constexpr std::int64_t side = 60, neurons = side * side;

struct Kind {
  const char* name;
  Connectivity rule;
  Synapse synapse;
};

Sparse every_second() {
  Sparse list;
  for (std::int64_t s = 0; s < 4'000'000; ++s) {
    list.source.push_back(s * 7 % neurons);
    list.target.push_back(s * 11 % neurons);
  }
  return list;
}

Csr rows_of(std::int64_t degree) {
  Csr rows;
  for (std::int64_t k = 0; k <= neurons; ++k) rows.row_begin.push_back(k * degree);
  for (std::int64_t s = 0; s < neurons * degree; ++s) rows.target.push_back(s % neurons);
  return rows;
}

const Synapse drawn_weights{.weight = Normal{1, 0.1}, .delay_ms = 1.0};
const Synapse drawn_both{.weight = Normal{1, 0.1}, .delay_ms = Normal{1.5, 0.2}};
const Synapse constant{.weight = 1.0, .delay_ms = 1.0};
Synapse procedural(Synapse synapse) {
  synapse.storage = Storage::procedural;
  return synapse;
}
Synapse plastic() {
  return {.weight = 1.0, .delay_ms = 1.0, .plasticity = PairStdp{}};
}

std::vector<Kind> kinds() {
  return {{"AllToAll", AllToAll{}, drawn_weights},
          {"AllToAllDelayed", AllToAll{}, drawn_both},
          {"Probability", FixedProbability{0.3}, drawn_weights},
          {"ProbabilityDelayed", FixedProbability{0.3}, drawn_both},
          {"ProbabilityConstant", FixedProbability{0.5}, constant},
          {"InDegree", FixedInDegree{1500}, drawn_weights},
          {"InDegreeDelayed", FixedInDegree{1500}, drawn_both},
          {"OutDegree", FixedOutDegree{1500}, drawn_weights},
          {"Total", FixedTotalNumber{5'000'000}, drawn_weights},
          {"TotalOnce", FixedTotalNumber{3'000'000, true, false}, drawn_weights},
          {"Distance", DistanceDependent{GaussianKernel{0.5, 0.9}}, drawn_weights},
          {"Convolution", Convolution{{31, 31}, {1, 1}, {15, 15}}, drawn_weights},
          {"Sparse", every_second(), drawn_both},
          {"Csr", rows_of(1200), drawn_weights},
          {"Plastic", FixedProbability{0.3}, plastic()}};
}

Network described(const Kind& kind) {
  Network net;
  const auto in = net.add(PoissonSource{}, {1, side, side}, "in");
  const auto out = net.add(Lif{}, {1, side, side}, "out");
  net[in].positions = net[out].positions = grid({side, side}, 0.05);
  net.connect(in, out, kind.rule, kind.synapse);
  return net;
}

TEST(Estimate, IsWhatIsThenAllocated) {
  for (const Kind& kind : kinds()) {
    const Network net = described(kind);
    const CompileOptions options{.dt_ms = 0.1, .seed = 2};
    const BuildEstimate expected = estimate(net, options);
    const std::int64_t before = support::held_bytes();
    support::forget_peak();
    const CompiledNetwork compiled = compile(net, options);
    const std::int64_t peak = support::peak_bytes() - before;
    std::int64_t synapses = 0, bytes = 0;
    for (const FanOut& fan_out : compiled.fan_outs) {
      synapses += fan_out.synapses();
      bytes += fan_out.bytes();
    }
    const auto near = [&](double estimated, double found, const char* what) {
      EXPECT_NEAR(estimated, found, 0.02 * found) << kind.name << ": " << what;
    };
    near(expected.projections[0].synapses, static_cast<double>(synapses), "synapses");
    near(static_cast<double>(expected.synapse_bytes), static_cast<double>(bytes), "bytes");
    near(expected.projections[0].bytes, static_cast<double>(bytes), "bytes of the projection");
    // Beside synapses: parameters, planning, and what threads draw rows into.
    constexpr double small = 2 << 20;
    EXPECT_NEAR(static_cast<double>(expected.peak_bytes), static_cast<double>(peak),
                0.02 * static_cast<double>(peak) + small)
        << kind.name;
    EXPECT_GT(expected.seconds, 0) << kind.name;
  }
}

TEST(Estimate, ProceduralProjectionsTakeNext) {
  for (const Connectivity& rule : {Connectivity{AllToAll{}}, Connectivity{FixedOutDegree{1500}},
                                   Connectivity{FixedProbability{0.3}}}) {
    const Network net = described({"", rule, procedural(drawn_weights)});
    EXPECT_LT(estimate(net, {.dt_ms = 0.1}).peak_bytes, 100'000);
    const CompiledNetwork compiled = compile(net, CompileOptions{.dt_ms = 0.1});
    EXPECT_EQ(compiled.fan_outs.at(0).bytes(), estimate(net, {.dt_ms = 0.1}).synapse_bytes);
  }
}

TEST(Estimate, RefusalAllocatesNothing) {
  Network net;
  const auto big = net.add(Lif{}, {100'000}, "big");
  net.connect(big, big, FixedInDegree{1'000'000}, {.weight = Normal{1, 1}, .delay_ms = 1.0});
  net.connect(big, big, FixedOutDegree{10}, {.weight = Normal{1, 1}, .delay_ms = 1.0});
  const BuildEstimate expected = estimate(net, {.dt_ms = 0.1});
  EXPECT_EQ(expected.projections[0].synapses, 1e11);
  EXPECT_EQ(expected.projections[1].synapses, 1e6);
  EXPECT_GE(expected.synapse_bytes, 400'000'000'000);
  support::forget_peak();
  const std::int64_t before = support::held_bytes();
  try {
    compile(net, {.dt_ms = 0.1, .memory_bytes = 20LL << 30});
    FAIL() << "no error";
  } catch (const ResourceError& error) {
    EXPECT_EQ(error.needed_bytes, expected.peak_bytes);
    EXPECT_EQ(error.available_bytes, 20LL << 30);
    const std::string says = error.what();
    for (const char* part : {"GiB", "20 GiB are available", "Storage::procedural", "big->big\""})
      EXPECT_NE(says.find(part), std::string::npos) << says;
  }
  EXPECT_LT(support::peak_bytes() - before, 40'000'000);  // parameters and planning of the neurons
}

TEST(Estimate, FitsExactly) {
  const Network net = described(kinds()[2]);
  const std::int64_t needed = estimate(net, {.dt_ms = 0.1}).peak_bytes;
  EXPECT_NO_THROW(compile(net, {.dt_ms = 0.1, .memory_bytes = needed}));
  EXPECT_THROW(compile(net, {.dt_ms = 0.1, .memory_bytes = needed - 1}), ResourceError);
}

void write(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

TEST(Memory, IsTheLeastOfMachineAndGroups) {
  const support::TemporaryFolder folder;
  const std::filesystem::path root = folder.path() / "root";
  EXPECT_EQ(available_memory(root), INT64_MAX);
  write(root / "proc/meminfo", "MemTotal: 64000 kB\nMemFree: 100 kB\nMemAvailable:   32000 kB\n");
  EXPECT_EQ(available_memory(root), 32'000LL * 1024);
  // Version 2: the group's parent leaves less than it; what is cached is given back.
  write(root / "proc/self/cgroup", "0::/outer/inner\n");
  const auto groups = root / "sys/fs/cgroup";
  write(groups / "outer/inner/memory.max", "max\n");
  write(groups / "outer/inner/memory.current", "5000000\n");
  EXPECT_EQ(available_memory(root), 32'000LL * 1024);
  write(groups / "outer/memory.max", "20000000\n");
  write(groups / "outer/memory.current", "7000000\n");
  write(groups / "outer/memory.stat", "anon 1\ninactive_file 3000000\nactive_file 9\n");
  EXPECT_EQ(available_memory(root), 16'000'000);
  // Version 1, in a line of its own.
  write(root / "proc/self/cgroup", "5:cpu,memory:/job\n2:pids:/\n");
  write(groups / "memory/job/memory.limit_in_bytes", "9000000\n");
  write(groups / "memory/job/memory.usage_in_bytes", "1000000\n");
  EXPECT_EQ(available_memory(root), 8'000'000);
  write(groups / "memory/job/memory.usage_in_bytes", "10000000\n");
  EXPECT_EQ(available_memory(root), 0);
}

TEST(Memory, OfThisMachineIsSomething) {
  EXPECT_GT(available_memory(), 1 << 20);
}

}  // namespace
}  // namespace snn
