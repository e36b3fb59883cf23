// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "snn/cli/report/parts.hpp"
#include "snn/cli/report/svg.hpp"
#include "snn/cli/report/words.hpp"

namespace snn::cli::page {
namespace {

constexpr double width = 360, height = 250, left = 52, right = 346, top = 14, bottom = 206;

/// A contender on one axis of energy.
struct Mark {
  const Contender* contender;
  double joules = 0, low = 0, high = 0;  ///< low = high = joules: no interval
};

/// One axis of energy: all its marks are of one kind and one model.
struct Panel {
  std::string title;
  bool measured = false;
  std::vector<Mark> marks;
  std::vector<std::string> missing;  ///< who has no mark, and why
};

void add_measured(Panel& panel, const Contender& c) {
  if (const auto* why = std::get_if<Unavailable>(&c.measured)) {
    panel.missing.push_back(c.label + ": unavailable: " + reason_and_fix(*why));
    return;
  }
  const auto& total = std::get<ContestantEnergy>(c.measured).total_per_sample;
  panel.marks.push_back({&c, total.mean.value(), total.low.value(), total.high.value()});
}

void add_modelled(Panel& panel, const Contender& c, const std::string& model) {
  const Modelled* figure = c.by(model);
  if (figure == nullptr) {
    panel.missing.push_back(c.label + ": the results have no such figure.");
    return;
  }
  const double joules = figure->joules_per_inference.value();
  panel.marks.push_back({&c, joules, joules, joules});
}

/// What a logarithmic axis cannot show, or what has no accuracy, is said in words.
void move_what_cannot_be_drawn(Panel& panel) {
  std::vector<Mark> drawn;
  for (const Mark& mark : panel.marks) {
    if (!mark.contender->accuracy)
      panel.missing.push_back(mark.contender->label + ": its accuracy is not known (" +
                              quantity(mark.joules, "J") + " per inference).");
    else if (mark.joules <= 0)
      panel.missing.push_back(mark.contender->label +
                              ": 0 J, which a logarithmic axis cannot show.");
    else
      drawn.push_back(mark);
  }
  panel.marks = std::move(drawn);
}

std::vector<Panel> panels_of(const Results& r) {
  std::vector<Panel> panels = {{"Measured on this machine, idle power included", true, {}, {}}};
  for (const Contender& c : r.contenders) add_measured(panels[0], c);
  for (const char* model :
       {"45nm-compute-fp32", "45nm-compute-int8", "lemaire-2022-memory-int32"}) {
    Panel panel{title_of(model), false, {}, {}};
    for (const Contender& c : r.contenders) add_modelled(panel, c, model);
    panels.push_back(std::move(panel));
  }
  for (Panel& panel : panels) move_what_cannot_be_drawn(panel);
  return panels;
}

/// Decades from the least to the largest mark.
double reach_of(const Panel& panel) {
  double low = HUGE_VAL, high = 0;
  for (const Mark& mark : panel.marks) {
    low = std::min({low, mark.joules, mark.low > 0 ? mark.low : mark.joules});
    high = std::max({high, mark.joules, mark.high});
  }
  return panel.marks.empty() ? 0 : std::log10(high / low);
}

/// Decades are equally long in all panels, so that distances can be compared.
Scale energy_scale(const Panel& panel, double decades) {
  double low = HUGE_VAL;
  for (const Mark& mark : panel.marks)
    low = std::min({low, mark.joules, mark.low > 0 ? mark.low : mark.joules});
  const double spare = std::pow(10.0, (decades - reach_of(panel)) / 2);
  return {.low = low / spare,
          .high = low / spare * std::pow(10.0, decades),
          .from = left,
          .to = right,
          .logarithmic = true};
}

Scale accuracy_scale(const Results& r) {
  double low = 1, high = 0;
  for (const Contender& c : r.contenders) {
    if (!c.accuracy) continue;
    low = std::min(low, *c.accuracy - c.accuracy_sd);
    high = std::max(high, *c.accuracy + c.accuracy_sd);
  }
  const double pad = std::max(0.25 * (high - low), 0.004);
  return {.low = 100 * (low - pad), .high = 100 * (high + pad), .from = bottom, .to = top};
}

/// A shape per contender; filled if measured, hollow if modelled.
Html shape(Role role, double x, double y, bool measured) {
  const std::string style = "mark " + class_of(role) + (measured ? " filled" : " hollow");
  const auto at = [&](double dx, double dy) { return px(x + dx) + "," + px(y + dy) + " "; };
  std::string points;
  switch (role) {
    case Role::spiking:
      points = at(0, -8) + at(7.5, 5.5) + at(-7.5, 5.5);
      break;
    case Role::dense:
      return element("circle", {{"cx", px(x)}, {"cy", px(y)}, {"r", "5"}, {"class", style}});
    case Role::quantised:
      points = at(-7, -7) + at(7, -7) + at(7, 7) + at(-7, 7);
      break;
    case Role::equal_accuracy:
      points = at(0, -8.5) + at(7.5, 0) + at(0, 8.5) + at(-7.5, 0);
      break;
    case Role::user:
      points = at(0, 8) + at(7.5, -5.5) + at(-7.5, -5.5);
      break;
  }
  return element("polygon", {{"points", points}, {"class", style}});
}

/// Words beside marks, pushed apart where they would overlap.
Html labels(const std::vector<Mark>& marks, const Scale& x, const Scale& y) {
  std::vector<const Mark*> order;
  for (const Mark& mark : marks) order.push_back(&mark);
  std::sort(order.begin(), order.end(), [](const Mark* a, const Mark* b) {
    return *a->contender->accuracy > *b->contender->accuracy;
  });
  Html words;
  double last = -HUGE_VAL;
  for (const Mark* mark : order) {
    const double place = x.at(mark->joules);
    const double line = std::max(y.at(100 * *mark->contender->accuracy) + 4, last + 13);
    last = line;
    const bool to_the_left = place > (left + right) / 2;
    std::string name = short_name(*mark->contender);
    if (name.size() > 18) name = name.substr(0, 15) + "...";
    words += svg_text(place + (to_the_left ? -12 : 12), line, to_the_left ? "end" : "start",
                      name + " " + quantity(mark->joules, "J"));
  }
  return words;
}

/// "10 nJ": a power of ten has no further digits.
std::string decade_name(double value) {
  std::string name = quantity(value, "J");
  const std::size_t point = name.find('.');
  if (point != std::string::npos) name.erase(point, name.find(' ') - point);
  return name;
}

/// From end to end, with caps, so that a short one is seen behind its mark.
Html interval(double x1, double y1, double x2, double y2) {
  const double dx = x1 == x2 ? 4 : 0, dy = x1 == x2 ? 0 : 4;
  return svg_line(x1, y1, x2, y2, "interval") +
         svg_line(x1 - dx, y1 - dy, x1 + dx, y1 + dy, "interval") +
         svg_line(x2 - dx, y2 - dy, x2 + dx, y2 + dy, "interval");
}

Html axes(const Scale& x, const Scale& y) {
  Html lines;
  for (const double value : y.ticks()) {
    lines += svg_line(left, y.at(value), right, y.at(value), "grid");
    lines += svg_text(left - 6, y.at(value) + 4, "end", with_digits(value));
  }
  for (const double value : x.ticks()) {
    lines += svg_line(x.at(value), top, x.at(value), bottom, "grid");
    // A word at the end of the axis would be cut off.
    const bool at_the_end = x.at(value) > right - 16;
    lines += svg_text(at_the_end ? right + 12 : x.at(value), bottom + 16,
                      at_the_end ? "end" : "middle", decade_name(value));
  }
  lines +=
      svg_line(left, bottom, right, bottom, "axis") + svg_line(left, top, left, bottom, "axis");
  lines += svg_text((left + right) / 2, height - 8, "middle", "energy per inference (logarithmic)");
  lines += element("text",
                   {{"transform", "translate(12 " + px((top + bottom) / 2) + ") rotate(-90)"},
                    {"text-anchor", "middle"},
                    {"class", "label"}},
                   "test accuracy, %");
  return lines;
}

Html drawn(const Panel& panel, const Results& r, double decades) {
  const Scale x = energy_scale(panel, decades), y = accuracy_scale(r);
  Html picture = axes(x, y) + labels(panel.marks, x, y);  // marks lie over words
  std::string words = panel.title + ": ";
  for (auto each = panel.marks.rbegin(); each != panel.marks.rend(); ++each) {  // spiking on top
    const Mark& mark = *each;
    const double place = x.at(mark.joules), line = y.at(100 * *mark.contender->accuracy);
    const double sd = 100 * mark.contender->accuracy_sd;
    picture += shape(mark.contender->role, place, line, panel.measured);
    if (mark.high > mark.low) {
      picture +=
          interval(std::max(left, x.at(std::max(mark.low, x.low))), line, x.at(mark.high), line);
    }
    if (sd > 0) {
      picture += interval(place, y.at(100 * *mark.contender->accuracy - sd), place,
                          y.at(100 * *mark.contender->accuracy + sd));
    }
    words += mark.contender->label + " " + percent(*mark.contender->accuracy) + " at " +
             quantity(mark.joules, "J") + "; ";
  }
  return svg_picture(width, height, "plot", words, picture);
}

Html figure_of(const Panel& panel, const Results& r, double decades) {
  Html content = element("figcaption", kind_chip(panel.measured) + " " + panel.title);
  if (!panel.marks.empty()) content += drawn(panel, r, decades);
  const auto* none = std::get_if<Unavailable>(&r.measurement);
  if (panel.measured && none != nullptr && panel.marks.empty()) {
    content += unavailable_box("Measured energy", *none);
  } else if (!panel.missing.empty()) {
    std::vector<Html> words;
    for (const std::string& each : panel.missing) words.emplace_back(each);
    content += element("div", {{"class", "unavailable"}},
                       paragraph(element("strong", "Not drawn:")) + list_of(words));
  }
  return element("figure", content);
}

/// The shapes, with their names.
Html legend(const Results& r) {
  Html entries;
  for (const Contender& c : r.contenders) {
    const Html mark = shape(c.role, 9, 9, false);
    entries += element(
        "span", {{"class", "entry"}},
        element("svg", {{"viewBox", "0 0 18 18"}, {"class", "swatch"}, {"aria-hidden", "true"}},
                mark) +
            " " + c.label);
  }
  return element("p", {{"class", "legend"}}, entries);
}

}  // namespace

Html picture_part(const Results& r) {
  const std::vector<Panel> panels = panels_of(r);
  double decades = 1;
  for (const Panel& panel : panels) decades = std::max(decades, reach_of(panel) + 0.8);
  Html figures;
  for (const Panel& panel : panels) figures += figure_of(panel, r, decades);
  return section(
      "picture", "Accuracy against energy",
      paragraph(
          "Each panel is one kind of energy on an axis of its own: figures of different panels "
          "must not be compared, but a decade is equally long in all of them. Filled marks are "
          "measured, with their 95 % interval over trials; hollow marks are modelled from "
          "counts, and are not what this machine used. Better is up and to the left. The axis "
          "of accuracy does not begin at 0; vertical bars are one standard deviation over "
          "seeds.") +
          legend(r) + element("div", {{"class", "figures"}}, figures));
}

}  // namespace snn::cli::page
