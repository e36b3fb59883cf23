// SPDX-License-Identifier: Apache-2.0
#include "snn/io/spike_file.hpp"

#include <functional>
#include <limits>

#include "snn/io/hdf5_file.hpp"
#include "tests/unit/io/files.hpp"

namespace snn {
namespace {

using test::file_error;
using test::TemporaryFolder;

TEST(SpikeFile, RoundTrip) {
  const TemporaryFolder folder;
  {
    SpikeFileWriter writer(folder / "a.h5", 0.5, {{"e", 5}, {"silent", 0}, {"i", 3}});
    writer.append(0, 0, std::vector<std::int32_t>{0, 4});
    writer.append(2, 1, std::vector<std::int32_t>{2});
    writer.append(1, 1, {});
    writer.append(0, 3, std::vector<std::int32_t>{1});
    writer.append(2, 1, std::vector<std::int32_t>{0});  // the same tick again
    writer.close();
    writer.close();
  }
  EXPECT_EQ(folder.entries(), 1u);
  const SpikeFile file = read_spikes(folder / "a.h5");
  EXPECT_TRUE(file.complete);
  ASSERT_EQ(file.populations.size(), 3u);
  const auto& [e, i, silent] =
      std::tie(file.populations[0], file.populations[1], file.populations[2]);
  EXPECT_EQ(e.name, "e");
  EXPECT_EQ(e.order, SpikeOrder::by_time);
  EXPECT_EQ(e.node, (std::vector<std::uint64_t>{0, 4, 1}));
  EXPECT_EQ(e.time_ms, (std::vector<double>{0, 0, 1.5}));
  EXPECT_EQ(i.node, (std::vector<std::uint64_t>{2, 0}));
  EXPECT_EQ(i.time_ms, (std::vector<double>{0.5, 0.5}));
  EXPECT_EQ(silent.name, "silent");
  EXPECT_TRUE(silent.node.empty());
}

// More spikes than a block and a chunk hold, in pieces of one, of thousands, and of more than a
// block; with flushes, so that the last chunk is stored several times.
TEST(SpikeFile, KeepsManySpikes) {
  const TemporaryFolder folder;
  SpikeFileWriter writer(folder / "a.h5", 0.1, {{"a", 1 << 30}, {"b", 1 << 30}});
  std::vector<std::uint64_t> node[2];
  std::vector<double> time_ms[2];
  std::uint32_t state = 1;
  const std::size_t sizes[] = {1, 3000, 600000, 7, 1};
  for (std::int64_t tick = 0; tick < 40; ++tick) {
    for (std::int32_t population = 0; population < 2; ++population) {
      std::vector<std::int32_t> neurons(sizes[(tick + population) % 5] >> population);
      for (std::int32_t& neuron : neurons) {
        state = state * 1664525u + 1013904223u;
        neuron = static_cast<std::int32_t>(state >> 2);
        node[population].push_back(static_cast<std::uint64_t>(neuron));
        time_ms[population].push_back(static_cast<double>(tick) * 0.1);
      }
      writer.append(population, tick, neurons);
    }
    if (tick % 7 == 0) writer.flush();
  }
  writer.close();
  const SpikeFile file = read_spikes(folder / "a.h5");
  for (std::size_t p = 0; p < 2; ++p) {
    EXPECT_TRUE(file.populations[p].node == node[p]);
    EXPECT_TRUE(file.populations[p].time_ms == time_ms[p]);
  }
}

TEST(SpikeFile, RefusesBadInput) {
  const TemporaryFolder folder;
  const auto path = folder / "a.h5";
  SpikeFileWriter writer(path, 0.1, {{"a", 3}, {"b", 3}});
  const std::vector<std::int32_t> good{0};
  writer.append(0, 5, good);
  const auto with = [&](double dt_ms, std::vector<PopulationEntry> entries) {
    return [&folder, dt_ms, entries] { SpikeFileWriter(folder / "b.h5", dt_ms, entries); };
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const struct {
    const char* field;
    std::function<void()> action;
  } mistakes[] = {
      {"tick", [&] { writer.append(0, 4, good); }},
      {"tick", [&] { writer.append(1, -1, good); }},
      {"neuron",
       [&] {
         writer.append(0, 5, std::vector<std::int32_t>{0, 3});
       }},
      {"neuron",
       [&] {
         writer.append(0, 5, std::vector<std::int32_t>{-1, 2});
       }},
      {"population", [&] { writer.append(2, 5, good); }},
      {"population", [&] { writer.append(-1, 5, good); }},
      {"dt_ms", with(0, {})},
      {"dt_ms", with(nan, {})},
      {"size", with(1, {{"a", -1}})},
      {"name of a population", with(1, {{"", 1}})},
      {"name of a population", with(1, {{"a/b", 1}})},
      {"name of a population", with(1, {{"..", 1}})},
      {"name of a population", with(1, {{"a", 1}, {"a", 1}})},
  };
  for (const auto& [field, action] : mistakes) {
    try {
      action();
      ADD_FAILURE() << field << " was accepted";
    } catch (const ConfigError& error) {
      EXPECT_EQ(error.field, field);
    }
  }
  writer.append(1, 2, good);  // each population has a clock of its own
  writer.close();
  EXPECT_THROW(writer.append(0, 6, good), ConfigError);
  EXPECT_THROW(writer.flush(), ConfigError);
  EXPECT_EQ(folder.entries(), 1u);
  const SpikeFile file = read_spikes(path);  // no mistake left a trace
  EXPECT_EQ(file.populations[0].node.size(), 1u);
  EXPECT_EQ(file.populations[1].node.size(), 1u);
}

using Fill = std::function<void(Hdf5File&)>;

SpikeFile read_written(const Fill& fill) {
  const TemporaryFolder folder;
  write_hdf5_atomically(folder / "a.h5", fill);
  return read_spikes(folder / "a.h5");
}

TEST(SpikeFile, ReadsWhatOthersWrite) {
  const std::vector<std::int32_t> ids{7, 3};
  const std::vector<float> times{2, 1};
  // Neither order nor unit, other number types.
  SpikeFile file = read_written([&](Hdf5File& out) {
    out.write("/spikes/a/node_ids", ids);
    out.write("/spikes/a/timestamps", times);
  });
  EXPECT_EQ(file.populations[0].order, SpikeOrder::none);
  EXPECT_EQ(file.populations[0].node, (std::vector<std::uint64_t>{7, 3}));
  EXPECT_EQ(file.populations[0].time_ms, (std::vector<double>{2, 1}));
  // Seconds; the order as a string, on the ids.
  file = read_written([&](Hdf5File& out) {
    out.write("/spikes/a/node_ids", std::vector<std::int32_t>{3, 7});
    out.write("/spikes/a/timestamps", times);
    out.set_attribute("/spikes/a/timestamps", "units", std::string("s"));
    out.set_attribute("/spikes/a/node_ids", "sorting", std::string("by_id"));
  });
  EXPECT_EQ(file.populations[0].order, SpikeOrder::by_id);
  EXPECT_EQ(file.populations[0].time_ms, (std::vector<double>{2000, 1000}));
  // Before populations were introduced.
  file = read_written([&](Hdf5File& out) {
    out.write("/spikes/gids", ids);
    out.write("/spikes/timestamps", times);
    out.set_attribute("/spikes", "sorting", std::string("none"));
  });
  ASSERT_EQ(file.populations.size(), 1u);
  EXPECT_EQ(file.populations[0].name, "");
  EXPECT_EQ(file.populations[0].node, (std::vector<std::uint64_t>{7, 3}));
}

TEST(SpikeFile, NamesTheObjectThatIsWrong) {
  const auto where = [](const Fill& fill) { return file_error([&] { read_written(fill); }).where; };
  const std::string nodes = "/spikes/a/node_ids", times = "/spikes/a/timestamps";
  const auto spikes = [&](Hdf5File& out, std::vector<std::int64_t> ids, std::vector<double> t) {
    out.write(nodes, ids);
    out.write(times, t);
  };
  EXPECT_EQ(where([](Hdf5File& out) { out.make_group("/other"); }), "/spikes");
  EXPECT_EQ(where([&](Hdf5File& out) { out.write(times, std::vector<double>{1}); }), nodes);
  EXPECT_EQ(where([&](Hdf5File& out) { out.write(nodes, std::vector<double>{1}); }), nodes);
  EXPECT_EQ(where([&](Hdf5File& out) { spikes(out, {-1}, {1}); }), nodes);
  EXPECT_EQ(where([&](Hdf5File& out) { spikes(out, {1, 2}, {1}); }), times);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(where([&](Hdf5File& out) { spikes(out, {1}, {nan}); }), times);
  EXPECT_EQ(where([&](Hdf5File& out) {
              spikes(out, {1}, {1});
              out.set_attribute(times, "units", std::string("mV"));
            }),
            times + "@units");
  const auto sorted = [&](const std::string& order) {
    return where([&](Hdf5File& out) {
      spikes(out, {2, 1}, {2, 1});
      out.set_attribute("/spikes/a", "sorting", order);
    });
  };
  EXPECT_EQ(sorted("by_time"), times);
  EXPECT_EQ(sorted("by_id"), nodes);
  EXPECT_EQ(sorted("randomly"), "/spikes/a@sorting");
}

}  // namespace
}  // namespace snn
