// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "snn/cli/report/comparison.hpp"
#include "snn/cli/report/html_table.hpp"
#include "snn/cli/report/svg.hpp"
#include "snn/cli/report/words.hpp"

namespace snn::cli::page {
namespace {

TEST(ReportPage, TextIsEscapedOnItsWayIntoMarkup) {
  EXPECT_EQ(Html("a < b & \"c\" > 'd'").markup(), "a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;");
  EXPECT_EQ(Html(std::string_view("a\0b\x1b\x7f\n\tc", 8)).markup(), "a\uFFFDb\uFFFD\uFFFD\n\tc");
  EXPECT_EQ(Html("\u00b5J").markup(), "\u00b5J");
  EXPECT_EQ(element("p", {{"title", "\"><script>"}}, "<b>").markup(),
            "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;</p>");
  EXPECT_EQ((element("b", "x") + "<" + element("i", Html())).markup(), "<b>x</b>&lt;<i></i>");
  EXPECT_EQ(void_element("meta", {{"charset", "utf-8"}}).markup(), "<meta charset=\"utf-8\">");
}

TEST(ReportPage, FiguresInWords) {
  EXPECT_EQ(quantity(1.234e-6, "J"), "1.23 \u00b5J");
  EXPECT_EQ(quantity(3.5e-9, "J"), "3.50 nJ");
  EXPECT_EQ(quantity(0, "J"), "0 J");
  EXPECT_EQ(percent(0.96667), "96.67 %");
  EXPECT_EQ(times(21.532), "21.5 times");
  EXPECT_EQ(times(std::numeric_limits<double>::infinity()), "infinitely many times");
  EXPECT_EQ(with_digits(1507), "1507");
  EXPECT_EQ(with_digits(0.0340314), "0.034");
  EXPECT_EQ(with_digits(-2.5), "-2.50");
  EXPECT_EQ(title_of("loihi"), "Loihi, published prices");
  EXPECT_EQ(title_of("my own chip"), "my own chip");
}

TEST(ReportPage, ScalesPutValuesWhereTheyBelong) {
  const Scale linear{.low = 10, .high = 20, .from = 100, .to = 0};
  EXPECT_DOUBLE_EQ(linear.at(10), 100);
  EXPECT_DOUBLE_EQ(linear.at(17.5), 25);
  EXPECT_EQ(linear.ticks(), (std::vector<double>{10, 12, 14, 16, 18, 20}));
  const Scale decades{.low = 3e-9, .high = 3e-6, .from = 0, .to = 300, .logarithmic = true};
  EXPECT_NEAR(decades.at(3e-8), 100, 1e-9);
  EXPECT_NEAR(decades.at(3e-6), 300, 1e-9);
  ASSERT_EQ(decades.ticks().size(), 3u);  // 10 nJ, 100 nJ, 1 uJ
  EXPECT_NEAR(decades.ticks().front(), 1e-8, 1e-20);
  EXPECT_EQ(px(1.5), "1.5");
  EXPECT_EQ(px(-0.001), "0");
  EXPECT_EQ(px(2), "2");
}

TEST(ReportPage, ACellWithoutANumberHasNoneToBeSortedBy) {
  const Table table{"A <caption>",
                    {{"name", "", Kind::words}, {"energy", "measured"}},
                    {{Cell::text("a"), {"250 mJ", 0.25}}, {Cell::text("b"), Cell::text("none")}}};
  const std::string markup = rendered(table).markup();
  EXPECT_NE(markup.find("A &lt;caption&gt;"), std::string::npos);
  EXPECT_NE(markup.find("<td class=\"number\" data-value=\"0.25\">250 mJ</td>"), std::string::npos)
      << markup;
  EXPECT_NE(markup.find("<td class=\"number\">none</td>"), std::string::npos);
  EXPECT_NE(markup.find("<th class=\"words\" scope=\"row\">a</th>"), std::string::npos);
}

/// Three networks with one modelled figure each.
Results results(double spiking, double dense, double quantised) {
  Results r;
  for (const auto& [role, joules] :
       {std::pair{Role::spiking, spiking}, {Role::dense, dense}, {Role::quantised, quantised}}) {
    Contender c;
    c.role = role;
    c.accuracy = 0.9;
    for (const char* model :
         {"45nm-compute-fp32", "45nm-compute-int8", "lemaire-2022-memory-int32"}) {
      Modelled figure;
      figure.model = model;
      figure.joules_per_inference = ModelledJoules(joules);
      c.modelled.push_back(figure);
    }
    r.contenders.push_back(c);
  }
  r.test = 100;
  return r;
}

Outcome outcome(const Results& r) {
  return energy_outcome(comparisons(r));
}

TEST(ReportPage, WhoWinsFollowsFromTheRatios) {
  EXPECT_EQ(outcome(results(1, 2, 2)), Outcome::wins);
  EXPECT_EQ(outcome(results(3, 2, 2)), Outcome::loses);
  EXPECT_EQ(outcome(results(2, 2, 2)), Outcome::equal);
  EXPECT_EQ(outcome(results(2, 3, 1)), Outcome::cannot_tell);  // int8 is against the quantised
  EXPECT_EQ(outcome(results(0, 0, 0)), Outcome::equal);
  EXPECT_EQ(outcome(results(1, 0, 0)), Outcome::loses);
  EXPECT_TRUE(std::isinf(comparisons(results(1, 0, 0))[1].ratio));
  Results r = results(1, 2, 2);
  for (Contender& c : r.contenders) c.modelled.clear();
  EXPECT_EQ(outcome(r), Outcome::unavailable);
}

TEST(ReportPage, AMeasuredDifferenceNeedsAnIntervalWithoutOne) {
  Results r = results(1, 2, 2);
  EXPECT_EQ(comparisons(r)[0].outcome, Outcome::unavailable);
  const auto measured = [&](double ratio, double low, double high) {
    EnergyRatio energy;
    energy.total = {ratio, low, high};
    r.verdict.against_dense = energy;
    return comparisons(r)[0].outcome;
  };
  EXPECT_EQ(measured(1.2, 1.1, 1.3), Outcome::loses);
  EXPECT_EQ(measured(0.8, 0.7, 0.9), Outcome::wins);
  EXPECT_EQ(measured(1.2, 0.9, 1.5), Outcome::cannot_tell);
}

TEST(ReportPage, AccuracyIsJudgedByWhatSoManySamplesCanTell) {
  Results r = results(1, 2, 2);
  r.contenders[1].accuracy = 0.8;
  // 196 sqrt((0.09 + 0.16) / 100) = 9.8 points.
  EXPECT_NEAR(accuracy_difference(r).tellable, 9.8, 1e-12);
  EXPECT_NEAR(accuracy_difference(r).points, 10, 1e-12);
  EXPECT_EQ(accuracy_difference(r).outcome, Outcome::wins);
  r.test = 90;
  EXPECT_EQ(accuracy_difference(r).outcome, Outcome::cannot_tell);
  r.contenders[1].accuracy.reset();
  EXPECT_EQ(accuracy_difference(r).outcome, Outcome::unavailable);
}

}  // namespace
}  // namespace snn::cli::page
