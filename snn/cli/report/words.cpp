// SPDX-License-Identifier: Apache-2.0
#include "snn/cli/report/words.hpp"

#include <array>
#include <cmath>

#include "snn/cli/text.hpp"

namespace snn::cli::page {

std::string quantity(double value, const std::string& unit) {
  std::string text = with_prefix(value, unit);
  const std::size_t micro = text.rfind(" u" + unit);
  if (micro != std::string::npos) text.replace(micro, 2, " \xC2\xB5");
  return text;
}

std::string percent(double share) {
  return format("%.2f %%", 100 * share);
}

std::string with_digits(double value) {
  if (value == 0) return "0";
  const double size = std::abs(value);
  if (size >= 1e6 || size < 1e-3) return format("%.3g", value);
  return format(size >= 99.95    ? "%.0f"
                : size >= 9.995  ? "%.1f"
                : size >= 0.9995 ? "%.2f"
                                 : "%.3f",
                value);
}

std::string times(double ratio) {
  return std::isfinite(ratio) ? with_digits(ratio) + " times" : "infinitely many times";
}

std::string title_of(const std::string& model) {
  struct Title {
    const char *model, *title;
  };
  static constexpr std::array<Title, 10> titles = {
      {{"45nm-compute-fp32", "45 nm compute-only, fp32"},
       {"45nm-compute-fp16", "45 nm compute-only, fp16"},
       {"45nm-compute-int8", "45 nm compute-only, int8"},
       {"lemaire-2022-memory-int32", "Memory-aware (Lemaire et al. 2022), int32"},
       {"45nm-compute-fp32-held-input", "45 nm compute-only, fp32, if input sums were kept"},
       {"lemaire-2022-memory-int32-held-input", "Memory-aware, int32, if input sums were kept"},
       {"davidson-furber-22nm", "Davidson & Furber 2021, 22 nm"},
       {"yan-22nm", "Yan et al. 2024, 22 nm"},
       {"loihi", "Loihi, published prices"},
       {"h100-sxm-floor-bf16", "H100 SXM, floor of dense work, bf16"}}};
  for (const Title& each : titles) {
    if (model == each.model) return each.title;
  }
  return model;
}

std::string short_name(const Contender& contender) {
  switch (contender.role) {
    case Role::spiking:
      return "spiking";
    case Role::dense:
      return "dense";
    case Role::quantised:
      return "quantised";
    case Role::equal_accuracy:
      return "equal acc.";
    case Role::user:
      break;
  }
  return contender.label;
}

std::string class_of(Role role) {
  switch (role) {
    case Role::spiking:
      return "spiking";
    case Role::dense:
      return "dense";
    case Role::quantised:
      return "quantised";
    case Role::equal_accuracy:
      return "equal";
    case Role::user:
      break;
  }
  return "user";
}

Html section(Literal id, const std::string& title, const Html& content) {
  return element("section", {{"id", std::string(id.text())}}, element("h2", title) + content);
}

Html paragraph(const Html& content) {
  return element("p", content);
}

std::string reason_and_fix(const Unavailable& why) {
  return why.reason + "." +
         (why.fix.empty() ? " No fix is known." : " To fix it: " + why.fix + ".");
}

Html unavailable_box(const std::string& what, const Unavailable& why) {
  return element("div", {{"class", "unavailable"}},
                 paragraph(element("strong", what + " is unavailable: ") + reason_and_fix(why)));
}

Html unavailable_word() {
  return element("span", {{"class", "away"}}, "unavailable");
}

Html kind_chip(bool measured) {
  return element("span", {{"class", measured ? "kind measured" : "kind modelled"}},
                 measured ? "measured" : "modelled");
}

Html list_of(const std::vector<Html>& items) {
  Html list;
  for (const Html& item : items) list += element("li", item);
  return element("ul", list);
}

}  // namespace snn::cli::page
