// SPDX-License-Identifier: Apache-2.0
// For sonata_tools_test.py, which compares our files with those of other tools:
//   sonata_tool write FOLDER   writes spikes.h5 and states.h5, whose content the test knows, and
//                              the same without compression, plain_spikes.h5 and plain_states.h5
//   sonata_tool spikes FILE    prints what we read: one line a spike, "population node time_ms"
//   sonata_tool states FILE    one line a value: "population node element time_ms value"
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "snn/io/spike_file.hpp"
#include "snn/io/state_file.hpp"
#include "snn/model/errors.hpp"

namespace {

void write(const std::filesystem::path& folder, const std::string& prefix,
           snn::Compression compression) {
  snn::SpikeFileWriter spikes(folder / (prefix + "spikes.h5"), 0.125, {{"e", 1000}, {"none", 7}},
                              compression);
  snn::StateFileWriter states(folder / (prefix + "states.h5"),
                              {.dt_ms = 0.125, .interval_ticks = 4, .compression = compression},
                              {{"e", {7, 2, 900}}, {"i", {0}}});
  for (std::int32_t tick = 0; tick < 200000; ++tick) {
    if (tick % 3 != 0) continue;
    spikes.append(0, tick, std::vector<std::int32_t>{tick % 1000, (tick * 7) % 1000});
  }
  for (std::int32_t sample = 0; sample < 50000; ++sample) {
    const auto value = static_cast<float>(sample);
    states.append(0, 8 + 4 * sample, std::vector<float>{value, -value, value / 2});
  }
  states.append(1, 0, std::vector<float>{-65});
  spikes.close();
  states.close();
}

void print_spikes(const std::filesystem::path& path) {
  for (const auto& population : snn::read_spikes(path).populations) {
    for (std::size_t i = 0; i < population.node.size(); ++i) {
      std::printf("%s %llu %.17g\n", population.name.c_str(),
                  static_cast<unsigned long long>(population.node[i]), population.time_ms[i]);
    }
  }
}

void print_states(const std::filesystem::path& path) {
  for (const auto& population : snn::read_states(path).populations) {
    const std::size_t columns = population.node.size();
    for (std::size_t i = 0; i < population.values.size(); ++i) {
      const double time_ms =
          population.start_ms + static_cast<double>(i / columns) * population.step_ms;
      std::printf("%s %llu %llu %.17g %.9g\n", population.name.c_str(),
                  static_cast<unsigned long long>(population.node[i % columns]),
                  static_cast<unsigned long long>(population.element[i % columns]), time_ms,
                  static_cast<double>(population.values[i]));
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const char* what = arguments[1];
  try {
    if (std::strcmp(what, "write") == 0) {
      write(arguments[2], "", snn::Compression::deflate);
      write(arguments[2], "plain_", snn::Compression::none);
    }
    if (std::strcmp(what, "spikes") == 0) print_spikes(arguments[2]);
    if (std::strcmp(what, "states") == 0) print_states(arguments[2]);
  } catch (const snn::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
