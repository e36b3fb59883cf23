// SPDX-License-Identifier: Apache-2.0
#include "snn/io/state_file.hpp"

#include <functional>
#include <numeric>

#include "snn/io/hdf5_file.hpp"
#include "tests/unit/io/files.hpp"

namespace snn {
namespace {

using test::file_error;
using test::TemporaryFolder;

TEST(StateFile, RoundTrip) {
  const TemporaryFolder folder;
  {
    StateFileWriter writer(folder / "a.h5", {.dt_ms = 0.25, .interval_ticks = 2, .units = "mV"},
                           {{"e", {4, 1, 9}}, {"i", {0}}, {"late", {5}}});
    writer.append(0, 0, std::vector<float>{-70, -60, -50});
    writer.append(1, 6, std::vector<float>{1});
    writer.append(0, 2, std::vector<float>{-71, -61, -51});
    writer.append(1, 8, std::vector<float>{2});
    writer.append(1, 10, std::vector<float>{3});
    writer.close();
  }
  EXPECT_EQ(folder.entries(), 1u);
  const StateFile file = read_states(folder / "a.h5");
  EXPECT_TRUE(file.complete);
  ASSERT_EQ(file.populations.size(), 3u);
  const PopulationStates& e = file.populations[0];
  EXPECT_EQ(e.name, "e");
  EXPECT_EQ(e.variable, "v");
  EXPECT_EQ(e.units, "mV");
  EXPECT_EQ(e.samples, 2);
  EXPECT_EQ(e.start_ms, 0.0);
  EXPECT_EQ(e.step_ms, 0.5);
  EXPECT_EQ(e.node, (std::vector<std::uint64_t>{4, 1, 9}));
  EXPECT_EQ(e.element, (std::vector<std::uint64_t>{0, 0, 0}));
  EXPECT_EQ(e.values, (std::vector<float>{-70, -60, -50, -71, -61, -51}));
  EXPECT_EQ(file.populations[1].start_ms, 1.5);
  EXPECT_EQ(file.populations[1].samples, 3);
  EXPECT_EQ(file.populations[2].samples, 0);
  // start, stop (the sample after the last), step
  EXPECT_EQ(Hdf5File::open(folder / "a.h5").read<double>("/report/i/mapping/time"),
            (std::vector<double>{1.5, 3.0, 0.5}));
}

// Many samples of some neurons, and some of more neurons than a chunk is wide.
TEST(StateFile, KeepsManyValues) {
  const TemporaryFolder folder;
  const std::size_t sizes[] = {1000, 300001};
  std::vector<StateEntry> entries{{"a", {}}, {"b", {}}};
  for (std::size_t p = 0; p < 2; ++p) {
    entries[p].neurons.resize(sizes[p]);
    std::iota(entries[p].neurons.begin(), entries[p].neurons.end(), 0);
  }
  StateFileWriter writer(folder / "a.h5", {}, entries);
  std::vector<float> all[2];
  std::uint32_t state = 1;
  for (std::int64_t tick = 0; tick < 700; ++tick) {
    for (std::int32_t p = 0; p < (tick < 5 ? 2 : 1); ++p) {
      std::vector<float> values(sizes[p]);
      for (float& value : values) {
        state = state * 1664525u + 1013904223u;
        value = static_cast<float>(state >> 8);
      }
      writer.append(p, tick, values);
      all[p].insert(all[p].end(), values.begin(), values.end());
    }
    if (tick % 100 == 3) writer.flush();
  }
  writer.close();
  const StateFile file = read_states(folder / "a.h5");
  for (std::size_t p = 0; p < 2; ++p) EXPECT_TRUE(file.populations[p].values == all[p]);
}

TEST(StateFile, WithoutCloseKeepsWhatWasAppended) {
  const TemporaryFolder folder;
  {
    StateFileWriter writer(folder / "a.h5", {.dt_ms = 1}, {{"a", {0}}});
    writer.append(0, 0, std::vector<float>{1});
    writer.append(0, 1, std::vector<float>{2});
  }
  EXPECT_FALSE(std::filesystem::exists(folder / "a.h5"));
  const StateFile file = read_states(folder / "a.h5.partial");
  EXPECT_TRUE(file.complete);
  EXPECT_EQ(file.populations[0].values, (std::vector<float>{1, 2}));
  EXPECT_EQ(Hdf5File::open(folder / "a.h5.partial").read<double>("/report/a/mapping/time"),
            (std::vector<double>{0, 2, 1}));
}

TEST(StateFile, RefusesBadInput) {
  const TemporaryFolder folder;
  StateFileWriter writer(folder / "a.h5", {.interval_ticks = 2}, {{"a", {0, 1}}});
  const std::vector<float> good{0, 1};
  writer.append(0, 4, good);
  const auto with = [&](StateFileOptions options, std::vector<StateEntry> entries) {
    return [&folder, options, entries] { StateFileWriter(folder / "b.h5", options, entries); };
  };
  const struct {
    const char* field;
    std::function<void()> action;
  } mistakes[] = {
      {"tick", [&] { writer.append(0, 5, good); }},
      {"tick", [&] { writer.append(0, 4, good); }},
      {"tick", [&] { writer.append(0, 8, good); }},
      {"number of values", [&] { writer.append(0, 6, std::vector<float>{1}); }},
      {"population", [&] { writer.append(1, 6, good); }},
      {"dt_ms", with({.dt_ms = -1}, {})},
      {"interval_ticks", with({.interval_ticks = 0}, {})},
      {"neurons", with({}, {{"a", {}}})},
      {"neuron", with({}, {{"a", {0, -1}}})},
      {"neuron", with({}, {{"a", {0, 1, 0}}})},
      {"name of a population", with({}, {{"a", {1}}, {"a", {1}}})},
  };
  for (const auto& [field, action] : mistakes) {
    try {
      action();
      ADD_FAILURE() << field << " was accepted";
    } catch (const ConfigError& error) {
      EXPECT_EQ(error.field, field);
    }
  }
  writer.append(0, 6, good);
  writer.close();
  EXPECT_THROW(writer.append(0, 8, good), ConfigError);
  EXPECT_EQ(read_states(folder / "a.h5").populations[0].samples, 2);
}

/// A report as bmtk writes it: pointers by its name, double precision; `change` spoils it.
StateFile read_report(const std::function<void(Hdf5File&)>& change, bool pointers = true,
                      std::vector<double> time = {1, 4, 1}) {
  const TemporaryFolder folder;
  write_hdf5_atomically(folder / "a.h5", [&](Hdf5File& out) {
    const std::int64_t extents[] = {3, 3};
    const std::vector<double> data{1, 2, 3, 4, 5, 6, 7, 8, 9};
    out.write<double>("/report/a/data", data, extents);
    out.write("/report/a/mapping/node_ids", std::vector<std::int32_t>{8, 2});
    if (pointers) out.write("/report/a/mapping/index_pointer", std::vector<std::int32_t>{0, 2, 3});
    out.write("/report/a/mapping/time", time);
    change(out);
  });
  return read_states(folder / "a.h5");
}

TEST(StateFile, ReadsWhatOthersWrite) {
  const StateFile file = read_report([](Hdf5File& out) {
    out.write("/report/a/mapping/element_ids", std::vector<std::int32_t>{0, 5, 0});
  });
  const PopulationStates& a = file.populations[0];
  EXPECT_EQ(a.node, (std::vector<std::uint64_t>{8, 8, 2}));
  EXPECT_EQ(a.element, (std::vector<std::uint64_t>{0, 5, 0}));
  EXPECT_EQ(a.values, (std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(a.start_ms, 1.0);
  EXPECT_EQ(a.units, "");
  // The last pointer left out, seconds.
  const StateFile other = read_report(
      [](Hdf5File& out) {
        out.write("/report/a/mapping/index_pointers", std::vector<std::int32_t>{0, 2});
        out.set_attribute("/report/a/mapping/time", "units", std::string("s"));
      },
      false);
  EXPECT_EQ(other.populations[0].node, (std::vector<std::uint64_t>{8, 8, 2}));
  EXPECT_EQ(other.populations[0].step_ms, 1000.0);
}

TEST(StateFile, NamesTheObjectThatIsWrong) {
  const std::string mapping = "/report/a/mapping";
  const auto nothing = [](Hdf5File&) {};
  const auto pointers = [](std::vector<std::int32_t> values) {
    return [values](Hdf5File& out) { out.write("/report/a/mapping/index_pointers", values); };
  };
  const auto where = [](auto... arguments) {
    return file_error([&] { read_report(arguments...); }).where;
  };
  EXPECT_EQ(where(nothing, false), mapping + "/index_pointer");
  EXPECT_EQ(where(pointers({0, 2, 4})), mapping + "/index_pointers");
  EXPECT_EQ(where(pointers({0, 4, 3})), mapping + "/index_pointers");
  EXPECT_EQ(where(pointers({1, 2, 3})), mapping + "/index_pointers");
  EXPECT_EQ(where(pointers({0})), mapping + "/index_pointers");
  EXPECT_EQ(where(nothing, true, std::vector<double>{0, 3}), mapping + "/time");
  EXPECT_EQ(where(nothing, true, std::vector<double>{0, 3, 0}), mapping + "/time");
  EXPECT_EQ(where(nothing, true, std::vector<double>{0, 30, 1}), mapping + "/time");
  EXPECT_EQ(where([](Hdf5File& out) {
              out.write("/report/a/mapping/element_ids", std::vector<std::int32_t>{0});
            }),
            mapping + "/element_ids");
  const TemporaryFolder folder;
  write_hdf5_atomically(folder / "a.h5", [](Hdf5File& out) { out.make_group("/spikes"); });
  EXPECT_EQ(file_error([&] { read_states(folder / "a.h5"); }).where, "/report");
}

}  // namespace
}  // namespace snn
