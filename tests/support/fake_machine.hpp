// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <fstream>
#include <functional>
#include <map>
#include <string>

#include "snn/energy/meters/meter_host.hpp"
#include "snn/energy/protocol/measure.hpp"
#include "tests/support/counter_trace.hpp"
#include "tests/support/temporary_folder.hpp"

namespace support {

/// A machine of made-up files and made-up time. Nothing in it sleeps.
class FakeMachine {
 public:
  double now_s = 0;

  const std::filesystem::path& root() const { return tree_.path(); }
  std::filesystem::path path(const std::string& file) const { return root() / file; }

  void write(const std::string& file, const std::string& text) {
    std::filesystem::create_directories(path(file).parent_path());
    std::ofstream(path(file)) << text << '\n';
  }
  void remove(const std::string& file) { std::filesystem::remove_all(path(file)); }

  using Answer = std::function<snn::FileText(double now_s)>;
  /// What the file holds depends on the time. Its folder exists.
  void answer(const std::string& file, Answer answer) {
    std::filesystem::create_directories(path(file).parent_path());
    answers_[path(file).string()] = std::move(answer);
  }
  /// From `from_s` on, reading the file fails.
  void fail(const std::string& file, int error, double from_s = 0) {
    faults_[path(file).string()] = {error, "", from_s};
  }
  /// From `from_s` on, the file says something else.
  void say(const std::string& file, const std::string& text, double from_s = 0) {
    faults_[path(file).string()] = {0, text, from_s};
  }

  void advance(double seconds) { now_s += seconds; }

  snn::MeterHost host() {
    snn::MeterHost host;
    host.root = root();
    host.read_text = [this](const std::filesystem::path& file) { return read(file); };
    host.now_s = [this] { return now_s; };
    host.wait = [this](double seconds) { advance(seconds); };
    host.open_perf = [](const snn::PerfEventId&) { return snn::PerfCounter{ENOSYS, nullptr}; };
    host.background_sampling = false;
    host.process_id = 1000;
    return host;
  }
  snn::MeasureOptions options() {
    snn::MeasureOptions options;
    // Reading takes time too.
    options.clock = {.now_s = [this] { return now_s += 1e-6; },
                     .wait = [this](double seconds) { advance(seconds); }};
    return options;
  }

  /// A zone of RAPL under powercap, whose counter follows a trace.
  void rapl_zone(const std::string& id, const std::string& name, const CounterTrace& trace) {
    const std::string folder = "sys/class/powercap/" + id + "/";
    write(folder + "name", name);
    const double range_j = trace.range_j == never ? 262143.32885 : trace.range_j;
    write(folder + "max_energy_range_uj",
          std::to_string(static_cast<std::uint64_t>(std::llround(range_j * 1e6))));
    answer(folder + "energy_uj",
           [trace](double now) { return std::to_string(trace.microjoules(now)) + "\n"; });
  }

 private:
  struct Fault {
    int error = 0;
    std::string text;
    double from_s = 0;
  };

  snn::FileText read(const std::filesystem::path& file) const {
    const auto fault = faults_.find(file.string());
    if (fault != faults_.end() && now_s >= fault->second.from_s) {
      if (fault->second.error != 0) return fault->second.error;
      return fault->second.text;
    }
    const auto answer = answers_.find(file.string());
    return answer != answers_.end() ? answer->second(now_s) : snn::read_small_file(file);
  }

  TemporaryFolder tree_;
  std::map<std::string, Answer> answers_;
  std::map<std::string, Fault> faults_;
};

}  // namespace support
