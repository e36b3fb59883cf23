// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snn/energy/meters/meters.hpp"
#include "tests/support/fake_machine.hpp"

/// The external meter on files and pipes that the test writes.
namespace {

using namespace snn;
namespace fs = std::filesystem;

class ExternalMeterTest : public ::testing::Test {
 protected:
  fs::path file() const { return machine_.path("meter.txt"); }
  void append(const std::string& text) { std::ofstream(file(), std::ios::app) << text; }
  OpenedMeter open() { return make_external_meter(file(), 5, machine_.host()); }
  std::string refusal() {
    const auto made = open();
    const auto* why = std::get_if<Unavailable>(&made);
    return why != nullptr ? why->reason : "available";
  }
  static std::string reason(Meter& meter) {
    const auto reading = meter.read();
    const auto* why = std::get_if<Unavailable>(&reading);
    return why != nullptr ? why->reason : "readable";
  }
  std::string named(const std::string& what) const {
    return "external meter " + file().string() + what;
  }
  support::FakeMachine machine_;
};

TEST_F(ExternalMeterTest, ReadsCompleteLinesOfAGrowingFile) {
  append("0 5\n1 7.25\n");
  const auto meter = std::get<0>(open());
  EXPECT_EQ(meter->name(), named(""));
  EXPECT_DOUBLE_EQ(meter->resolution_j(), 0.01);
  EXPECT_DOUBLE_EQ(std::get<double>(meter->read()), 7.25);
  append("2 9");  // not complete: could become 95
  EXPECT_DOUBLE_EQ(std::get<double>(meter->read()), 7.25);
  append("5\n3\t101.5\n");
  EXPECT_DOUBLE_EQ(std::get<double>(meter->read()), 101.5);
  append("4 102\n");
  EXPECT_DOUBLE_EQ(std::get<double>(meter->read()), 102);
}

TEST_F(ExternalMeterTest, WaitsForAFirstLine) {
  append("");
  EXPECT_NE(refusal().find("gave no new line for"), std::string::npos);
  EXPECT_NEAR(machine_.now_s, 5, 0.05);
  MeterHost host = machine_.host();
  host.wait = [&](double seconds) {
    machine_.advance(seconds);
    if (machine_.now_s > 7 && machine_.now_s < 7 + 1.5 * seconds) append("1 2\n");
  };
  EXPECT_TRUE(std::holds_alternative<std::unique_ptr<Meter>>(make_external_meter(file(), 5, host)));
}

TEST_F(ExternalMeterTest, SaysWhatIsWrongWithALine) {
  const std::pair<const char*, const char*> lines[] = {
      {"2 8\n2 9\n", " is out of order: a line of 2 s follows one of 2 s"},
      {"2 8\n1.5 9\n", " is out of order: a line of 1.5 s follows one of 2 s"},
      {"2 6.9\n", " went back: it was reset"},
      {"2 1000000\n", " jumped by 999993 J in 1 s"},
      {"2\n", " says \"2\", which is not \"time_s joules\""},
      {"\n", " says \"\", which is not \"time_s joules\""},
      {"2 \n", " says \"2 \", which is not \"time_s joules\""},
      {"two 8\n", " says \"two 8\", which is not \"time_s joules\""},
      {"2 8 9\n", " says \"2 8 9\", which is not \"time_s joules\""},
      {"2 nan\n", " says \"2 nan\", which is not \"time_s joules\""},
      {"2 inf\n", " says \"2 inf\", which is not \"time_s joules\""},
      {"2 -8\n", " says \"2 -8\", which is not \"time_s joules\""},
      {"2 8J\n", " says \"2 8J\", which is not \"time_s joules\""},
      {"2 1e3\n", " says \"2 1e3\", which is not \"time_s joules\""},
      {"2,8\n", " says \"2,8\", which is not \"time_s joules\""}};
  for (const auto& [text, what] : lines) {
    fs::remove(file());
    append("1 7\n");
    const auto meter = std::get<0>(open());
    append(text);
    EXPECT_EQ(reason(*meter), named(what));
    append("9 99\n");
    EXPECT_EQ(reason(*meter), named(what)) << "forgotten";
  }
}

TEST_F(ExternalMeterTest, RefusesALineWithoutEnd) {
  append("1 7\n");
  const auto meter = std::get<0>(open());
  append(std::string(10'000, '8'));
  EXPECT_NE(reason(*meter).find("says \"8888888888888888888888888888888888888888...\""),
            std::string::npos);
}

TEST_F(ExternalMeterTest, IsStaleWithoutNewLines) {
  append("1 7\n");
  const auto meter = std::get<0>(open());
  machine_.advance(4.9);
  EXPECT_EQ(reason(*meter), "readable");
  machine_.advance(0.2);
  EXPECT_EQ(reason(*meter), named(" gave no new line for 5.1 s"));
  append("6 9\n");
  EXPECT_EQ(reason(*meter), "readable");
}

TEST_F(ExternalMeterTest, SeesTheFileCutOrRemoved) {
  append("1 7\n2 8\n");
  const auto cut = std::get<0>(open());
  fs::resize_file(file(), 4);
  EXPECT_EQ(reason(*cut), named(" was cut short"));
  append("2 8\n");
  const auto removed = std::get<0>(open());
  fs::remove(file());
  EXPECT_EQ(reason(*removed), named(" was removed"));
  EXPECT_EQ(refusal(), named(" cannot be opened: No such file or directory"));
  EXPECT_EQ(std::get<Unavailable>(make_external_meter("")).reason,
            "external meter: no file or pipe was named");
}

TEST_F(ExternalMeterTest, FollowsAPipeUntilItIsClosed) {
  ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);
  EXPECT_NE(refusal().find("gave no new line for"), std::string::npos);  // nobody writes
  const int keep = ::open(file().c_str(), O_RDONLY | O_NONBLOCK);
  const int producer = ::open(file().c_str(), O_WRONLY);
  const auto write = [&](const std::string& text) {
    EXPECT_EQ(::write(producer, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  };
  write("1 7\n2 ");
  const auto meter = std::get<0>(open());
  EXPECT_DOUBLE_EQ(std::get<double>(meter->read()), 7);
  write("8\n");
  EXPECT_DOUBLE_EQ(std::get<double>(meter->read()), 8);
  ::close(producer);
  ::close(keep);
  EXPECT_EQ(reason(*meter), named(" was closed by its producer"));
}

TEST_F(ExternalMeterTest, MeasuresAKnownPower) {
  append("0 0\n");
  MeterHost host = machine_.host();
  const auto meter = std::get<0>(make_external_meter(file(), 5, host));
  MeasureOptions options = machine_.options();
  int lines = 0;
  const auto produce = [&](double seconds) {
    machine_.advance(seconds);
    for (; lines + 1 <= machine_.now_s / 0.1; ++lines)  // 20 W, ten lines a second
      append(std::to_string((lines + 1) * 0.1) + " " + std::to_string((lines + 1) * 2) + "\n");
  };
  options.clock.wait = produce;
  const auto energy = measure(
      *meter, [&] { produce(0.25); }, options);
  ASSERT_TRUE(std::holds_alternative<Measured>(energy)) << std::get<Unavailable>(energy).reason;
  const auto& measured = std::get<Measured>(energy);
  EXPECT_NEAR(measured.total_joules.value(), 20 * measured.window_s, measured.quantisation_j);
}

}  // namespace
