// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>
#include <sys/wait.h>

#include <functional>

#include "snn/io/hdf5_file.hpp"
#include "snn/io/load.hpp"
#include "snn/io/network_file.hpp"
#include "tests/unit/io/files.hpp"

namespace snn {
namespace {

using test::file_error;
using test::read_bytes;
using test::TemporaryFolder;
using test::write_bytes;

TEST(Hdf5Damage, NamesWhatIsNoHdf5File) {
  const TemporaryFolder folder;
  EXPECT_NE(std::string(file_error([&] { Hdf5File::open(folder / "none.h5"); }).what())
                .find("no such file"),
            std::string::npos);
  EXPECT_THROW(Hdf5File::open(folder.path()), FileError);
  write_bytes(folder / "text.h5", "this is text");
  EXPECT_EQ(file_error([&] { Hdf5File::open(folder / "text.h5"); }).where, "byte 0");
  write_bytes(folder / "empty.h5", "");
  EXPECT_THROW(Hdf5File::open(folder / "empty.h5"), FileError);
}

/// What became of reading a damaged file, in a process of its own so that a crash is seen.
enum Outcome { unharmed = 0, refused = 1, other_values = 2, crashed = 3 };
Outcome outcome_of(const std::function<Outcome()>& read) {
  const pid_t child = ::fork();
  if (child == 0) {
    // A size taken from the damage must not be allocated, nor a loop over it run.
    const rlimit seconds{20, 20};
    ::setrlimit(RLIMIT_CPU, &seconds);
    Outcome outcome = crashed;
    try {
      outcome = read();
    } catch (const FileError&) {
      outcome = refused;
    } catch (...) {
    }
    ::_exit(outcome);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? static_cast<Outcome>(WEXITSTATUS(status)) : crashed;
}

class Damage {
 public:
  explicit Damage(const std::filesystem::path& path) : path_(path), good_(read_bytes(path)) {}

  /// Counts outcomes over truncations and over flipped bytes, every `step`-th byte.
  void run(std::size_t step, const std::function<Outcome()>& read) {
    for (std::size_t i = 0; i < good_.size(); i += step) {
      std::string bad = good_;
      bad[i] = static_cast<char>(bad[i] ^ 0xFF);
      write_bytes(path_, bad);
      const Outcome outcome = outcome_of(read);
      ++flipped[outcome];
      if (outcome == crashed || outcome == other_values) {
        ADD_FAILURE() << "byte " << i
                      << " flipped: " << (outcome == crashed ? "a crash" : "values");
      }
    }
    for (std::size_t size = 0; size < good_.size(); size += step * 8) {
      write_bytes(path_, good_.substr(0, size));
      ++cut[outcome_of(read)];
    }
  }
  int flipped[4] = {};
  int cut[4] = {};

 private:
  std::filesystem::path path_;
  std::string good_;
};

TEST(Hdf5Damage, OwnFilesNeverGiveOtherValues) {
  const TemporaryFolder folder;
  Network network;
  const auto in = network.add(CurrentSource{}, {6}, "in");
  const auto out = network.add(Lif::unit(10), {500}, "out");
  std::vector<float> weights;  // 12,000 bytes: too many for the header, so they lie in a chunk
  for (int i = 0; i < 3000; ++i) weights.push_back(0.37f * static_cast<float>(i) - 2.0f);
  network.connect(in, out, AllToAll{}, {.weight = weights});
  const auto path = folder / "network.h5";
  save_network(path, network, 1.0);
  Damage damage(path);
  damage.run(29, [&] {
    const SavedNetwork saved = load_network(path);
    const Network& back = saved.network;
    const bool same =
        saved.dt_ms == 1.0 && back.populations().size() == 2 && back.projections().size() == 1 &&
        std::get<ParametersOf<Lif>>(back.populations()[1].neurons())[0].tau_m_ms == 10.0 &&
        std::get<std::vector<float>>(back.projections()[0].synapse.weight) == weights;
    return same ? unharmed : other_values;
  });
  EXPECT_EQ(damage.flipped[other_values] + damage.flipped[crashed], 0);
  EXPECT_GT(damage.flipped[refused], 0);
  EXPECT_EQ(damage.cut[unharmed] + damage.cut[other_values] + damage.cut[crashed], 0);
}

TEST(Hdf5Damage, EventFilesNeverCrashTheReader) {
  const TemporaryFolder folder;
  const auto path = folder / "events.h5";
  Hdf5File file = Hdf5File::in_memory(path);
  Ragged<float> times{{0}, {}};
  Ragged<std::uint16_t> units{{0}, {}};
  for (int sample = 0; sample < 6; ++sample) {
    for (int e = 0; e < 20 * sample; ++e) {
      times.values.push_back(static_cast<float>(e) * 0.001f);
      units.values.push_back(static_cast<std::uint16_t>(e % 7));
    }
    times.begin.push_back(static_cast<std::int64_t>(times.values.size()));
  }
  units.begin = times.begin;
  file.write_ragged("/spikes/times", times);
  file.write_ragged("/spikes/units", units);
  file.write("/labels", std::vector<std::uint8_t>{0, 1, 0, 1, 0, 1});
  const auto image = file.close_to_bytes();
  write_bytes(path, std::string(reinterpret_cast<const char*>(image.data()), image.size()));
  ASSERT_EQ(load_events(path, path).data.size(), 12);
  Damage damage(path);
  damage.run(11, [&] {
    (void)load_events(path, path);
    return unharmed;
  });
  EXPECT_EQ(damage.flipped[crashed], 0);
  EXPECT_EQ(damage.cut[unharmed] + damage.cut[crashed], 0);
}

TEST(Hdf5Damage, EmbeddedDigitsAreChecked) {
  const TemporaryFolder folder;
  const auto path = folder / "digits.h5";
  std::filesystem::copy_file(find_example_data("digits.h5"), path);
  const auto good = load_digits(path).data;
  Damage damage(path);
  damage.run(1009, [&] {
    const auto data = load_digits(path).data;
    const bool same = data.label == good.label &&
                      std::get<Images>(data.data).values == std::get<Images>(good.data).values;
    return same ? unharmed : other_values;
  });
  EXPECT_EQ(damage.flipped[other_values] + damage.flipped[crashed], 0);
  EXPECT_GT(damage.flipped[refused], 0);
  EXPECT_EQ(damage.cut[unharmed] + damage.cut[other_values] + damage.cut[crashed], 0);
}

}  // namespace
}  // namespace snn
