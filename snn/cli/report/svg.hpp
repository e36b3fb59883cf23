// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "snn/cli/report/html.hpp"
#include "snn/cli/text.hpp"

/// Small pieces of SVG. Colours come from the style sheet, by class.
namespace snn::cli::page {

/// A coordinate; a hundredth of a pixel is enough.
inline std::string px(double value) {
  std::string text = format("%.2f", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

inline Html svg_text(double x, double y, const std::string& anchor, const Html& words,
                     const std::string& style = "label") {
  return element("text", {{"x", px(x)}, {"y", px(y)}, {"text-anchor", anchor}, {"class", style}},
                 words);
}

inline Html svg_line(double x1, double y1, double x2, double y2, const std::string& style) {
  return element(
      "line", {{"x1", px(x1)}, {"y1", px(y1)}, {"x2", px(x2)}, {"y2", px(y2)}, {"class", style}});
}

/// A picture of `width` x `height` user units that says in words what it shows.
inline Html svg_picture(double width, double height, const std::string& style,
                        const std::string& words, const Html& content) {
  return element("svg",
                 {{"viewBox", "0 0 " + px(width) + " " + px(height)},
                  {"class", style},
                  {"role", "img"},
                  {"aria-label", words}},
                 content);
}

/// From values to pixels, linear in the value or in its logarithm.
struct Scale {
  double low = 0, high = 1;  ///< values at the two ends
  double from = 0, to = 1;   ///< pixels there
  bool logarithmic = false;

  double at(double value) const {
    const auto place = [&](double v) { return logarithmic ? std::log10(v) : v; };
    return from + (to - from) * (place(value) - place(low)) / (place(high) - place(low));
  }
  /// Round values within the range: decades, or about five steps.
  std::vector<double> ticks() const;
};

}  // namespace snn::cli::page
