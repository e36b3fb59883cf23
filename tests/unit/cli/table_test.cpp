// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/table.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "snn/cli/text.hpp"
#include "tests/unit/cli/contests.hpp"

namespace snn::cli {
namespace {

TEST(WithPrefix, KeepsThreeDigits) {
  EXPECT_EQ(with_prefix(1.234e-9, "J"), "1.23 nJ");
  EXPECT_EQ(with_prefix(12.34e-9, "J"), "12.3 nJ");
  EXPECT_EQ(with_prefix(123.4e-9, "J"), "123 nJ");
  EXPECT_EQ(with_prefix(1184, ""), "1.18 k");
  EXPECT_EQ(with_prefix(2.5e15, ""), "2.50 P");
  EXPECT_EQ(with_prefix(3.0, "g"), "3.00 g");
  EXPECT_EQ(with_prefix(-1500, "J"), "-1.50 kJ");
}

TEST(WithPrefix, RoundsUpIntoTheNextPrefixOrDigit) {
  EXPECT_EQ(with_prefix(999.4, "J"), "999 J");
  EXPECT_EQ(with_prefix(999.6, "J"), "1.00 kJ");
  EXPECT_EQ(with_prefix(999.6e-9, "J"), "1.00 uJ");
  EXPECT_EQ(with_prefix(9.994, "J"), "9.99 J");
  EXPECT_EQ(with_prefix(9.996, "J"), "10.0 J");
  EXPECT_EQ(with_prefix(99.94, "J"), "99.9 J");
  EXPECT_EQ(with_prefix(99.96, "J"), "100 J");
  EXPECT_EQ(with_prefix(0.9996, "J"), "1.00 J");
  EXPECT_EQ(with_prefix(0.9994, "J"), "999 mJ");
}

TEST(WithPrefix, WritesCountsWithoutDecimalsAndZeroAsZero) {
  EXPECT_EQ(with_prefix(593, ""), "593");
  EXPECT_EQ(with_prefix(7, ""), "7");
  EXPECT_EQ(with_prefix(7.5, ""), "7.50");
  EXPECT_EQ(with_prefix(0, ""), "0");
  EXPECT_EQ(with_prefix(0, "J"), "0 J");
  EXPECT_EQ(with_prefix(4e-14, "J"), "4e-14 J");
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(Table, ColumnsAreFlushRight) {
  Contest c = test::contest(test::counts(0, 1000, 50));
  c.dense.label = "short";
  c.spiking.label = "a label that is longer than the others";
  std::size_t rows = 0;
  std::size_t width = 0;
  for (const std::string& line : lines_of(table_of(c))) {
    if (line.find("nJ") == std::string::npos && line.find("pJ") == std::string::npos) continue;
    if (++rows > 3) break;
    if (width == 0) width = line.size();
    EXPECT_EQ(line.size(), width) << line;
    // The first column is flush left and two blanks end it.
    EXPECT_NE(line.front(), ' ');
    EXPECT_EQ(line.substr(38, 2), "  ") << line;
  }
  EXPECT_GE(rows, 3u);
}

TEST(Table, SaysUnavailableAndNeverAZeroJoule) {
  Contest c = test::contest(test::counts(0, 1000, 50));
  std::string text = table_of(c);
  EXPECT_NE(text.find("Measured energy is unavailable: no counter"), std::string::npos);
  EXPECT_NE(text.find("to fix it: another machine"), std::string::npos);
  EXPECT_EQ(text.find(" 0 J"), std::string::npos);
  test::measure(c, 0.0123, 0.0123, 0.0123);
  for (ModelResult* model : {&c.spiking, &c.dense, &c.quantised}) {
    model->training->measured.whole = test::measured(0.0123);
    model->training->measured.marks = {{1.5, test::measured(0.0123), test::measured(0.0123)}};
  }
  text = table_of(c);
  EXPECT_EQ(text.find("unavailable"), std::string::npos);
  EXPECT_NE(text.find("12.3 mJ"), std::string::npos);
}

TEST(Table, HasTheDeviationOfSeveralSeeds) {
  Contest c = test::contest(test::counts(0, 1000, 50));
  EXPECT_EQ(table_of(c).find("+-"), std::string::npos);
  c.spiking.accuracies = {0.90, 0.92, 0.94};  // mean 0.92, standard deviation 0.02
  EXPECT_NE(table_of(c).find("92.00 % +- 2.00"), std::string::npos);
}

TEST(Table, BreaksLongSentencesAtWords) {
  Contest c = test::contest(test::counts(0, 1000, 50));
  const std::string word(30, 'x');
  c.verdict = {word + " " + word + " " + word + " " + word + " " + word};
  const std::vector<std::string> lines = lines_of(table_of(c));
  ASSERT_GE(lines.size(), 2u);
  EXPECT_EQ(lines[lines.size() - 2], "- " + word + " " + word + " " + word);
  EXPECT_EQ(lines[lines.size() - 1], "  " + word + " " + word);
}

}  // namespace
}  // namespace snn::cli
