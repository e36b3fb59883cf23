// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "snn/cli/report/comparison.hpp"
#include "snn/cli/report/parts.hpp"
#include "snn/cli/report/words.hpp"
#include "snn/cli/text.hpp"

namespace snn::cli::page {
namespace {

std::string style_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::wins:
      return "card wins";
    case Outcome::loses:
      return "card loses";
    default:
      return "card neither";
  }
}

std::string judged(Outcome outcome) {
  switch (outcome) {
    case Outcome::wins:
      return "wins";
    case Outcome::loses:
      return "loses";
    case Outcome::equal:
      return "costs the same";
    case Outcome::cannot_tell:
      return "no difference can be told";
    case Outcome::unavailable:
      break;
  }
  return "unavailable";
}

/// "21.5 times": how much more, or less.
std::string factor(const Comparison& c) {
  if (c.ratio == 0) return "nothing";
  return times(c.outcome == Outcome::wins ? 1 / c.ratio : c.ratio);
}

std::string more_or_less(const Comparison& c) {
  if (c.ratio == 0) return "spent, because no operation was needed; against the " + c.against;
  if (c.outcome == Outcome::equal) return "the energy of the " + c.against;
  if (c.outcome == Outcome::cannot_tell) return "the energy of the " + c.against;
  return std::string(c.outcome == Outcome::wins ? "less" : "more") + " energy than the " +
         c.against;
}

Html card(const std::string& style, const Html& title, const std::string& figure,
          const std::string& word, const Html& more) {
  return element("div", {{"class", style}},
                 element("div", {{"class", "by"}}, title) +
                     element("div", {{"class", "figure"}}, figure) + paragraph(more) +
                     element("div", {{"class", "judged"}}, word));
}

Html energy_card(const Comparison& c) {
  const Html title = kind_chip(c.measured) + " " + c.by;
  if (c.outcome == Outcome::unavailable) {
    return card(style_of(c.outcome), title, "no figure", "unavailable", c.why.reason + ".");
  }
  Html more = more_or_less(c);
  if (c.interval) {
    more += ", idle power included (95 %: " + with_digits(c.interval->low) + " to " +
            with_digits(c.interval->high) + " times its joules)";
  }
  return card(style_of(c.outcome), title, factor(c), judged(c.outcome), more);
}

std::string seeds_of(const Contender& contender) {
  if (contender.seeds < 2) return "";
  return " \xC2\xB1 " + format("%.2f", 100 * contender.accuracy_sd) + " over " +
         std::to_string(contender.seeds) + " seeds";
}

/// With a true minus.
std::string with_sign(double points) {
  return (points < 0 ? "\u2212" : "+") + format("%.2f", std::abs(points));
}

Html accuracy_card(const Results& r) {
  const AccuracyDifference d = accuracy_difference(r);
  if (!d.known) {
    return card("card neither", "Accuracy on the test samples", "no figure", "unavailable",
                "the accuracy of one of the two is not known");
  }
  const std::string figure = with_sign(d.points) + " points";
  const std::string more = percent(*r.spiking().accuracy) + seeds_of(r.spiking()) + " against " +
                           percent(*r.dense().accuracy) + seeds_of(r.dense()) +
                           " of the dense twin; " + std::to_string(r.test) +
                           " test samples tell differences above " + format("%.1f", d.tellable) +
                           " points";
  return card(style_of(d.outcome), "Accuracy on the test samples", figure, judged(d.outcome), more);
}

/// What the energy figures say that are there, told apart by kind.
std::string lead(const Results& r) {
  std::string words, modelled;
  for (const Comparison& c : comparisons(r)) {
    if (c.measured && c.outcome == Outcome::unavailable) {
      words +=
          "Energy could not be measured for both networks, so this verdict is of modelled "
          "energy alone. ";
    } else if (c.measured) {
      words += "Measured here, the spiking network took " + times(c.ratio) +
               " the joules of the dense twin per inference. ";
    } else if (c.outcome != Outcome::unavailable) {
      modelled += (modelled.empty() ? "" : ", ") + times(c.ratio) + " that of the " + c.against +
                  " " + c.in_words;
    }
  }
  if (!modelled.empty())
    words += "At published prices of operations, its energy per inference is " + modelled + ". ";
  const AccuracyDifference d = accuracy_difference(r);
  if (d.known) {
    words += "It classifies " + percent(*r.spiking().accuracy) +
             " of the test samples, the dense "
             "twin " +
             percent(*r.dense().accuracy) + ".";
  }
  return words;
}

/// What figures say that do not agree: measured against modelled, or one model against another.
std::string disagreement(const std::vector<Comparison>& all) {
  const Outcome measured = all.front().outcome;
  const Outcome modelled = energy_outcome({all.begin() + 1, all.end()});
  const auto clear = [](Outcome outcome) {
    return outcome == Outcome::wins || outcome == Outcome::loses;
  };
  if (measured == Outcome::cannot_tell && clear(modelled))
    return "Measured, no difference in energy can be told; modelled, the spiking network " +
           judged(modelled);
  if (clear(measured) && clear(modelled))
    return "Measured, the spiking network " + judged(measured) + " on energy; modelled, it " +
           judged(modelled);
  return "No clear winner: figures of energy disagree";
}

}  // namespace

std::string headline(const Results& r) {
  const std::vector<Comparison> all = comparisons(r);
  const Outcome accuracy = accuracy_difference(r).outcome;
  const std::string with_accuracy = accuracy == Outcome::loses  ? "lower accuracy"
                                    : accuracy == Outcome::wins ? "higher accuracy"
                                    : accuracy == Outcome::unavailable
                                        ? "unknown accuracy"
                                        : "no clear difference in accuracy";
  switch (energy_outcome(all)) {
    case Outcome::loses:
      if (accuracy == Outcome::wins)
        return "The spiking network loses on energy and wins on accuracy.";
      return "The spiking network loses: more energy, " + with_accuracy + ".";
    case Outcome::wins:
      if (accuracy == Outcome::loses)
        return "The spiking network wins on energy and loses on accuracy.";
      return "The spiking network wins: less energy, " + with_accuracy + ".";
    case Outcome::equal:
      return "Equal energy, " + with_accuracy + ".";
    case Outcome::unavailable:
      return "No figure of energy can be compared.";
    case Outcome::cannot_tell:
      break;
  }
  return disagreement(all) + "; " + with_accuracy + ".";
}

Html verdict_part(const Results& r) {
  Html cards = accuracy_card(r);
  for (const Comparison& c : comparisons(r)) cards += energy_card(c);
  Html sentences;
  for (const std::string& sentence : r.verdict.text) sentences += element("li", sentence);
  return element(
      "section", {{"id", "verdict"}},
      element("p", {{"class", "eyebrow"}}, r.data + ": a spiking network against its dense twins") +
          element("h1", headline(r)) + element("p", {{"class", "lead"}}, lead(r)) +
          element("div", {{"class", "cards"}}, cards) + element("h2", "The verdict in full") +
          element("ul", {{"class", "sentences"}}, sentences));
}

}  // namespace snn::cli::page
