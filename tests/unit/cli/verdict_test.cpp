// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/unit/cli/contests.hpp"

namespace snn::cli {
namespace {

/// The sentence that starts with these words; fails the test if there is none.
std::string sentence(const Contest& contest, const std::string& start) {
  for (const std::string& text : verdict_of(contest)) {
    if (text.rfind(start, 0) == 0) return text;
  }
  ADD_FAILURE() << "no sentence starts with " << start;
  return {};
}

void expect_in(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << part << "\nis not in\n" << text;
}

TEST(Verdict, SaysWhenTheSpikingNetworkWins) {
  // 1000 ACs: 900 pJ against 4600, 30 against 230. 50 spikes of 10 neurons in 10 ticks: 0.5.
  const Contest c = test::contest(test::counts(0, 1000, 50));
  const std::string fp32 = sentence(c, "45 nm compute-only, fp32");
  expect_in(fp32, "wins against the dense twin (5.11 times less energy)");
  expect_in(fp32, "break-even at 2.5556 spikes per neuron and tick, measured 0.5000");
  const std::string int8 = sentence(c, "45 nm compute-only, int8");
  expect_in(int8, "wins against the quantised twin (7.67 times less energy)");
  expect_in(int8, "break-even at 3.8333 spikes");
}

TEST(Verdict, SaysWhenTheSpikingNetworkLoses) {
  // 10000 ACs: 9000 pJ against 4600; int8: 300 against 230.
  const Contest c = test::contest(test::counts(0, 10000, 50));
  const std::string fp32 = sentence(c, "45 nm compute-only, fp32");
  expect_in(fp32, "LOSES to the dense twin (1.96 times more energy)");
  expect_in(fp32, "break-even at 0.2556 spikes per neuron and tick, measured 0.5000");
  expect_in(sentence(c, "45 nm compute-only, int8"),
            "LOSES to the quantised twin (1.30 times more energy)");
}

TEST(Verdict, SaysWhenNoSpikeRateWouldBreakEven) {
  // The input alone does twice the MACs of the dense twin.
  const Contest c = test::contest(test::counts(2000, 100, 50));
  expect_in(sentence(c, "45 nm compute-only, fp32"),
            "no spike rate would break even, because the analogue input layer alone costs more");
}

TEST(Verdict, KnowsNoBreakEvenWhereNothingSpiked) {
  const std::string fp32 =
      sentence(test::contest(test::counts(500, 0, 0)), "45 nm compute-only, fp32");
  expect_in(fp32, "wins against the dense twin (2.00 times less energy)");
  expect_in(fp32, "break-even is unknown, because no neuron spiked");
  expect_in(sentence(test::contest(test::counts(0, 0, 0)), "45 nm compute-only, fp32"),
            "does nothing at all");
  expect_in(sentence(test::contest(test::counts(1000, 0, 0)), "45 nm compute-only, fp32"),
            "costs as much as the dense twin");
}

TEST(Verdict, TellsOfHeldInputsOnlyWhereThereAreSome) {
  for (const std::string& text : verdict_of(test::contest(test::counts(2000, 1000, 50))))
    EXPECT_EQ(text.find("If the hardware kept"), std::string::npos);
  // Held, the 2000 MACs of ten ticks are 200: 920 + 900 pJ against 4600.
  const Contest c = test::contest(test::counts(2000, 1000, 50, true));
  expect_in(sentence(c, "If the hardware kept"), "wins against the dense twin (2.53 times less");
}

TEST(Verdict, ComparesAccuracies) {
  const RawCounts raw = test::counts(0, 1000, 50);
  expect_in(sentence(test::contest(raw, 0.90), "Accuracy"),
            "90.00 %, the dense twin 95.00 %, the quantised twin 94.00 %: 5.00 points below");
  expect_in(sentence(test::contest(raw, 0.97), "Accuracy"), "2.00 points above the dense twin");
  expect_in(sentence(test::contest(raw, 0.95), "Accuracy"), "as good as the dense twin");
}

TEST(Verdict, SpeaksOfJoulesOnlyIfTheyWereMeasured) {
  Contest c = test::contest(test::counts(0, 1000, 50));
  expect_in(sentence(c, "Measured on this machine"), "unavailable: no counter");
  test::measure(c, 2.0, 2.0, 3.0);
  expect_in(sentence(c, "Measured on this machine (a counter)"),
            "the spiking network LOSES: 1.500 times the joules of the dense twin");
  test::measure(c, 2.0, 2.0, 1.0);
  expect_in(sentence(c, "Measured on this machine (a counter)"),
            "the spiking network wins: 0.500 times the joules of the dense twin");
  c.dense.contestant.reset();
  expect_in(sentence(c, "Measured on this machine"), "unavailable: the dense twin did not run");
}

TEST(Verdict, NoDifferenceWhereTheIntervalHolds1) {
  Contest c = test::contest(test::counts(0, 1000, 50));
  test::measure(c, 1.01, 1.01, 1.0, 0.02);  // 0.99 or 1.01 of the dense twin, by turns
  expect_in(sentence(c, "Measured on this machine (a counter)"), "no difference can be told");
}

TEST(Verdict, NamesTheLayersThatLose) {
  // The second projection does 8000 accumulates (7200 pJ); the dense twin's does 1000 (900 pJ).
  Contest c = test::contest(test::counts(0, 8000, 50));
  c.dense.counts = test::counts(1000, 1000, 0);
  expect_in(sentence(c, "Layers that lose"), "hidden->output (8.00 times; 0.80 spikes per synapse");
  c.spiking.counts = test::counts(0, 500, 50);
  expect_in(sentence(c, "Layers, compute-only"), "each wins");
}

TEST(Verdict, KnowsTheOtherOpponents) {
  Contest c = test::contest(test::counts(0, 1000, 50));
  c.users.push_back(test::model(test::counts(0, 100, 5), 0.9));
  c.users.back().label = "mine";
  expect_in(sentence(c, "45 nm compute-only, fp32: the spiking network LOSES to the opponent"),
            "\"mine\" (10.00 times more energy)");
  c.search = EqualAccuracySearch{0.99, {{{64}, 0.9}}, {}, false};
  expect_in(sentence(c, "No dense network"), "up to 64 hidden neurons");
}

}  // namespace
}  // namespace snn::cli
