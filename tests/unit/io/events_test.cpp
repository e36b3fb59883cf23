// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <limits>
#include <optional>

#include "snn/io/hdf5_file.hpp"
#include "snn/io/load.hpp"
#include "tests/unit/io/files.hpp"

namespace snn {
namespace {

using test::file_error;
using test::TemporaryFolder;

/// What a small event file holds; tests change one thing.
struct Content {
  Ragged<double> times{{0, 3, 3, 5, 6}, {0.1, 0.2, 0.3, 0.0, 1.5, 0.25}};
  Ragged<std::int32_t> units{{0, 3, 3, 5, 6}, {4, 0, 2, 1, 1, 3}};
  std::vector<std::int32_t> labels{0, 1, 2, 0};
  std::vector<std::int32_t> speakers{7, 2, 7, 4};
  std::vector<std::string> keys{"null", "eins", "zwei"};
  std::optional<std::int64_t> features;
};

void save(const std::filesystem::path& path, const Content& content) {
  write_hdf5_atomically(path, [&](Hdf5File& file) {
    file.write_ragged("/spikes/times", content.times);
    file.write_ragged("/spikes/units", content.units);
    file.write("/labels", content.labels);
    if (!content.speakers.empty()) file.write("/extra/speaker", content.speakers);
    if (!content.keys.empty()) file.write_strings("/extra/keys", content.keys);
    if (content.features) file.set_attribute("/", "features", *content.features);
  });
}

LoadedData load(const Content& train, const Content& test, const SplitOptions& options = {}) {
  const TemporaryFolder folder;
  save(folder / "train.h5", train);
  save(folder / "test.h5", test);
  return load_events(folder / "train.h5", folder / "test.h5", options);
}

TEST(Events, ReadTheLayout) {
  const LoadedData loaded = load({}, {});
  const Dataset& data = loaded.data;
  EXPECT_EQ(data.size(), 8);
  EXPECT_EQ(data.classes, 3);
  EXPECT_EQ(data.shape, (Shape{5}));
  EXPECT_EQ(data.label, (std::vector<std::int32_t>{0, 1, 2, 0, 0, 1, 2, 0}));
  EXPECT_EQ(data.group, (std::vector<std::int32_t>{7, 2, 7, 4, 7, 2, 7, 4}));
  const Events& events = std::get<Events>(data.data);
  EXPECT_EQ(events.begin, (std::vector<std::int64_t>{0, 3, 3, 5, 6, 9, 9, 11, 12}));
  EXPECT_EQ(events.unit, (std::vector<std::uint32_t>{4, 0, 2, 1, 1, 3, 4, 0, 2, 1, 1, 3}));
  EXPECT_EQ(events.time_s[4], 1.5f);
}

TEST(Events, HoldOutOneSpeaker) {
  const Split last = load({}, {}).split;
  EXPECT_EQ(last.train, (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(last.validation, (std::vector<std::int64_t>{0, 2}));
  EXPECT_EQ(last.test, (std::vector<std::int64_t>{4, 5, 6, 7}));
  const Split chosen = load({}, {}, {.validation_group = 2}).split;
  EXPECT_EQ(chosen.validation, std::vector<std::int64_t>{1});
  EXPECT_THROW(load({}, {}, {.validation_group = 3}), ConfigError);
}

TEST(Events, HoldOutATenthWithoutSpeakers) {
  Content many;
  many.times.begin.assign(41, 0);
  many.units.begin.assign(41, 0);
  many.labels.assign(40, 1);
  many.speakers.clear();
  many.times = {many.times.begin, {}};
  many.units = {many.units.begin, {}};
  Content test;
  const Split split = load(many, test).split;
  EXPECT_EQ(split.validation.size(), 4u);
  EXPECT_EQ(split.train.size(), 36u);
}

TEST(Events, TakeFeaturesFromWhoeverKnows) {
  Content train;
  Content test;
  test.units.values[1] = 11;
  EXPECT_EQ(load(train, test).data.shape, (Shape{12}));
  train.features = 64;
  EXPECT_EQ(load(train, test).data.shape, (Shape{64}));
  const TemporaryFolder folder;
  save(folder / "a.h5", train);
  EXPECT_EQ(load_events(folder / "a.h5", folder / "a.h5", {}, 700).data.shape, (Shape{700}));
  EXPECT_EQ(file_error([&] { load_events(folder / "a.h5", folder / "a.h5", {}, 3); }).where,
            "/spikes/units sample 0");
}

TEST(Events, CountClassesWithoutNames) {
  Content train;
  Content test;
  train.keys.clear();
  test.keys.clear();
  test.labels[3] = 6;
  EXPECT_EQ(load(train, test).data.classes, 7);
}

TEST(Events, SortWhatIsUnsorted) {
  Content train;
  train.times.values = {0.3, 0.1, 0.3, 0.0, 1.5, 0.25};
  const LoadedData loaded = load(train, {});
  const Events& events = std::get<Events>(loaded.data.data);
  EXPECT_EQ((std::vector<float>(events.time_s.begin(), events.time_s.begin() + 3)),
            (std::vector<float>{0.1f, 0.3f, 0.3f}));
  EXPECT_EQ((std::vector<std::uint32_t>(events.unit.begin(), events.unit.begin() + 3)),
            (std::vector<std::uint32_t>{0, 4, 2}));
}

TEST(Events, NameWhatIsWrong) {
  const auto where = [](const std::function<void(Content&)>& change) {
    Content bad;
    change(bad);
    return file_error([&] { load(Content(), bad); }).where;
  };
  EXPECT_EQ(where([](Content& c) { c.times.values[4] = -0.001; }), "/spikes/times sample 2");
  EXPECT_EQ(where([](Content& c) { c.times.values[5] = std::numeric_limits<double>::quiet_NaN(); }),
            "/spikes/times sample 3");
  EXPECT_EQ(where([](Content& c) { c.units.begin = {0, 3, 4, 5, 6}; }), "/spikes/units sample 1");
  EXPECT_EQ(where([](Content& c) { c.units = {{0, 3, 3, 5}, {4, 0, 2, 1, 1}}; }), "/spikes/units");
  EXPECT_EQ(where([](Content& c) { c.labels[1] = 3; }), "/labels sample 1");
  EXPECT_EQ(where([](Content& c) { c.labels[1] = -1; }), "/labels sample 1");
  EXPECT_EQ(where([](Content& c) { c.labels.pop_back(); }), "/labels");
  EXPECT_EQ(where([](Content& c) { c.speakers.push_back(1); }), "/extra/speaker");
  EXPECT_EQ(where([](Content& c) { c.keys[0] = "zero"; }), "/extra/keys");
  EXPECT_EQ(where([](Content& c) { c.units.values[0] = -4; }), "/spikes/units rows 0..3");
}

TEST(Events, NameMissingAndMistypedObjects) {
  const TemporaryFolder folder;
  const auto path = folder / "a.h5";
  write_hdf5_atomically(path, [](Hdf5File& file) {
    file.write_ragged("/spikes/times", Ragged<float>{{0, 0}, {}});
  });
  EXPECT_EQ(file_error([&] { load_events(path, path); }).where, "/spikes/units");
  write_hdf5_atomically(path, [](Hdf5File& file) {
    const std::int64_t extents[] = {1, 2};
    file.write<float>("/spikes/times", std::vector<float>{1, 2}, extents);
  });
  const FileError error = file_error([&] { load_events(path, path); });
  EXPECT_EQ(error.where, "/spikes/times");
  EXPECT_NE(std::string(error.what()).find("variable-length"), std::string::npos);
}

// Figures of the data sets' own description and of h5py.
TEST(Events, ReadRealSpokenDigits) {
  const auto folder = test::real_data() / "spoken_digits";
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "no spoken_digits in SNN_DATA";
  const LoadedData loaded =
      load_events(folder / "spoken_digits_train.h5", folder / "spoken_digits_test.h5");
  EXPECT_EQ(loaded.data.size(), 3000);
  EXPECT_EQ(loaded.data.classes, 10);
  EXPECT_EQ(loaded.data.shape, (Shape{64}));
  EXPECT_EQ(std::get<Events>(loaded.data.data).unit.size(), 3044526u + 874906u);
  EXPECT_EQ(loaded.split.train.size(), 1800u);
  EXPECT_EQ(loaded.split.validation.size(), 450u);
  EXPECT_EQ(loaded.split.test.size(), 750u);
  for (const auto sample : loaded.split.validation) {
    EXPECT_EQ(loaded.data.group[static_cast<std::size_t>(sample)], 4);
  }
}

TEST(Events, ReadRealNmnist) {
  const auto folder = test::real_data() / "nmnist";
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "no nmnist in SNN_DATA";
  const LoadedData loaded =
      load_events(folder / "nmnist_small_train.h5", folder / "nmnist_small_test.h5");
  EXPECT_EQ(loaded.data.size(), 1100);
  EXPECT_EQ(loaded.data.shape, (Shape{2 * 34 * 34}));
  EXPECT_EQ(std::get<Events>(loaded.data.data).unit.size(), 4133231u + 385596u);
  EXPECT_EQ(std::get<Events>(loaded.data.data).time_s[0], 0.000893f);
  EXPECT_EQ(loaded.split.train.size(), 900u);
  EXPECT_EQ(loaded.split.validation.size(), 100u);
  EXPECT_TRUE(loaded.data.group.empty());
}

}  // namespace
}  // namespace snn
