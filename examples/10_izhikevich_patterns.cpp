// SPDX-License-Identifier: Apache-2.0
// The twenty firing patterns of Izhikevich, IEEE Trans. Neural Netw. 15 (2004) 1063, figure 1, as
// a picture: the membrane of each, and below it the input it gets.
//
// Run: build/release/bin/10_izhikevich_patterns [file.svg]
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iomanip>
#include <iterator>
#include <snn/snn.hpp>
#include <string>

namespace {

struct Trace {
  std::vector<double> v_mv, input;  ///< of each tick
  std::vector<double> spikes_ms;
};

/// The neuron alone, in double, as the script of the paper steps it.
Trace run(const snn::FiringPattern& pattern) {
  const auto coeffs = pattern.model.derive<double>(pattern.dt_ms);
  auto state = pattern.start<double>();
  Trace trace;
  for (int k = 0; k * pattern.dt_ms <= pattern.duration_ms; ++k) {
    trace.input.push_back(pattern.input(k * pattern.dt_ms));
    const bool spike = snn::Izhikevich::integrate(state, coeffs, trace.input.back()) >= 0;
    // v leaps far above the peak within a tick; the figure cuts it there.
    trace.v_mv.push_back(spike ? pattern.model.v_peak_mv : state.u + pattern.model.rest_mv());
    if (spike) {
      trace.spikes_ms.push_back(k * pattern.dt_ms);
      snn::Izhikevich::fire(state, coeffs, 1.0);
    }
  }
  return trace;
}

constexpr double width = 190, height = 95, input_height = 14;  // of what is drawn in a panel

/// A line through `values` from the left to the right edge, `low` at y = bottom and `high` at top.
/// Points less than half a pixel from the one before are left out.
void draw(std::ostream& svg, const std::vector<double>& values, double low, double high, double top,
          double bottom, const char* colour) {
  svg << "<polyline fill='none' stroke='" << colour << "' points='";
  double last_x = -1, last_y = -1;
  for (std::size_t k = 0; k < values.size(); ++k) {
    const double x = width * static_cast<double>(k) / static_cast<double>(values.size() - 1);
    const double y = bottom - (values[k] - low) / (high - low) * (bottom - top);
    if (std::hypot(x - last_x, y - last_y) < 0.5 && k + 1 < values.size()) continue;
    svg << x << ',' << y << ' ';
    last_x = x;
    last_y = y;
  }
  svg << "'/>\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::string path = argc > 1 ? argv[1] : "10_izhikevich_patterns.svg";
  std::ofstream svg(path);
  svg << std::fixed << std::setprecision(1)
      << "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 900 810' font-family='sans-serif' "
         "font-size='11'>\n<rect width='900' height='810' fill='white'/>\n";
  bool right = true;
  int panel = 0;
  for (const snn::FiringPattern& pattern : snn::firing_patterns()) {
    const Trace trace = run(pattern);
    svg << "<g class='panel' transform='translate(" << 20 + panel % 4 * 220 << ','
        << 10 + panel / 4 * 160 << ")'>\n<text y='10'>(" << pattern.panel << ") " << pattern.name
        << "</text>\n";
    draw(svg, trace.v_mv, -90, 30, 18, 18 + height, "#0072b2");
    const auto [least, most] = std::minmax_element(trace.input.begin(), trace.input.end());
    draw(svg, trace.input, *least, *most, 22 + height, 22 + height + input_height, "#d55e00");
    svg << "<path stroke='black' d='M0 " << height + 42 << "h" << 20 / pattern.duration_ms * width
        << "'/>\n</g>\n";
    std::printf("(%c) %-28s %3zu spikes, the first at %5.1f ms of %.0f\n", pattern.panel,
                pattern.name.data(), trace.spikes_ms.size(),
                trace.spikes_ms.empty() ? 0 : trace.spikes_ms.front(), pattern.duration_ms);
    right &= !trace.spikes_ms.empty() && trace.spikes_ms.front() > pattern.pieces[0].from_ms;
    ++panel;
  }
  svg << "</svg>\n";
  svg.close();
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  int panels = 0;
  for (auto at = text.find("<g "); at != std::string::npos; at = text.find("<g ", at + 1)) ++panels;
  std::printf("%d panels written to %s; bars are 20 ms\n", panels, path.c_str());
  return right && panels == 20 ? 0 : 1;
}
