// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/energy/meters/faults.hpp"

namespace faults {
namespace {

using namespace snn;
using support::FakeMachine;

/// A producer of ten lines a second at 20 W, and what goes wrong with it in mid-run.
struct Producer {
  FakeMachine machine;
  int lines = 0;
  bool stopped = false;
  std::function<void(Producer&)> fault;  ///< once, at mid_run_s

  std::filesystem::path file() const { return machine.path("meter.txt"); }
  void append(const std::string& text) const { std::ofstream(file(), std::ios::app) << text; }
  void produce(double seconds) {
    machine.advance(seconds);
    if (fault && machine.now_s >= mid_run_s) std::exchange(fault, nullptr)(*this);
    for (; !stopped && lines <= machine.now_s * 10; ++lines)
      append(std::to_string(lines * 0.1) + " " + std::to_string(lines * 2) + "\n");
  }
  MeasuredEnergy run() {
    produce(0);
    auto opened = make_external_meter(file(), 5, machine.host());
    if (auto* why = std::get_if<Unavailable>(&opened)) return *why;
    MeasureOptions options = machine.options();
    options.clock.wait = [this](double seconds) { produce(seconds); };
    return measure(
        *std::get<0>(opened), [this] { produce(0.25); }, options);
  }
};

std::function<MeasuredEnergy()> in_mid_run(std::function<void(Producer&)> fault) {
  return [=] {
    Producer producer;
    producer.fault = fault;
    return producer.run();
  };
}

std::function<MeasuredEnergy()> line_in_mid_run(const std::string& line) {
  return in_mid_run([=](Producer& producer) { producer.append(line); });
}

/// Nothing but `text` in the file.
std::function<MeasuredEnergy()> only(const std::string& text) {
  return [=] {
    Producer producer;
    producer.stopped = true;
    producer.append(text);
    return producer.run();
  };
}

MeasuredEnergy stale() {
  Producer producer;
  producer.fault = [](Producer& p) { p.stopped = true; };
  producer.produce(0);
  const auto opened = make_external_meter(producer.file(), 1.0, producer.machine.host());
  MeasureOptions options = producer.machine.options();
  options.clock.wait = [&](double seconds) { producer.produce(seconds); };
  return measure(
      *std::get<0>(opened), [&] { producer.produce(0.25); }, options);
}

MeasuredEnergy closed_pipe() {
  FakeMachine machine;
  const auto path = machine.path("pipe");
  ::mkfifo(path.c_str(), 0600);
  const int keep = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
  int producer = ::open(path.c_str(), O_WRONLY);
  int lines = 0;
  const auto produce = [&](double seconds) {
    machine.advance(seconds);
    if (machine.now_s >= mid_run_s && producer >= 0) ::close(std::exchange(producer, -1));
    for (; producer >= 0 && lines <= machine.now_s * 10; ++lines) {
      const std::string line = std::to_string(lines * 0.1) + " " + std::to_string(lines * 2) + "\n";
      if (::write(producer, line.data(), line.size()) < 0) return;
    }
  };
  produce(0);
  const auto opened = make_external_meter(path, 5, machine.host());
  ::close(keep);
  MeasureOptions options = machine.options();
  options.clock.wait = produce;
  return measure(
      *std::get<0>(opened), [&] { produce(0.25); }, options);
}

}  // namespace

std::vector<Fault> external_faults() {
  return {
      {"external: no path", "no file or pipe was named",
       [] {
         FakeMachine machine;
         return measured(open_meter({.kind = MeterKind::external}, machine.host()), machine);
       }},
      {"external: missing file", "No such file or directory",
       [] {
         FakeMachine machine;
         return measured(make_external_meter(machine.path("none"), 5, machine.host()), machine);
       }},
      {"external: no first line", "gave no new line", only("")},
      {"external: never a whole line", "gave no new line", only("1 20")},
      {"external: garbage at the start", "says \"power 20 W\"", only("power 20 W\n")},
      {"external: one line", "did not move", only("1 20\n")},
      {"external: stale", "gave no new line for", stale},
      {"external: frozen", "did not move", in_mid_run([](Producer& producer) {
         producer.stopped = true;  // before the stale limit: the counter stands
       })},
      {"external: out of order", "is out of order", line_in_mid_run("1.0 1000\n")},
      {"external: goes back", "went back: it was reset", line_in_mid_run("3.35 1\n")},
      {"external: other unit", "jumped by", line_in_mid_run("3.35 66000000\n")},
      {"external: garbage", "which is not \"time_s joules\"", line_in_mid_run("3.35 sixty\n")},
      {"external: cut short", "was cut short",
       in_mid_run([](Producer& producer) { std::filesystem::resize_file(producer.file(), 1); })},
      {"external: removed", "was removed",
       in_mid_run([](Producer& producer) { std::filesystem::remove(producer.file()); })},
      {"external: closed pipe", "was closed by its producer", closed_pipe},
  };
}

}  // namespace faults
