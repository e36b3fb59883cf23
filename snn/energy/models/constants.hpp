// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

/// The constants of the energy models: value, unit, technology and source, in one place. The last
/// field says how the value was checked: "secondary" means many restatements of the source agree.
namespace snn::constants {

struct Constant {
  std::string_view name;
  double value;
  std::string_view unit;
  std::string_view technology;
  std::string_view source;
  std::string_view evidence;
};

inline constexpr std::string_view horowitz = "Horowitz, ISSCC 2014, figure 1.1.9";

inline constexpr Constant add_fp32{"fp32 addition", 0.9,      "pJ",
                                   "45 nm, 0.9 V",  horowitz, "secondary"};
inline constexpr Constant multiply_fp32{"fp32 multiplication", 3.7,      "pJ",
                                        "45 nm, 0.9 V",        horowitz, "secondary"};
inline constexpr Constant add_int8{"int8 addition", 0.03,     "pJ",
                                   "45 nm, 0.9 V",  horowitz, "secondary"};
inline constexpr Constant multiply_int8{"int8 multiplication", 0.2,      "pJ",
                                        "45 nm, 0.9 V",        horowitz, "secondary"};
inline constexpr Constant add_int32{"int32 addition", 0.1,      "pJ",
                                    "45 nm, 0.9 V",   horowitz, "secondary"};
inline constexpr Constant multiply_int32{"int32 multiplication", 3.1,      "pJ",
                                         "45 nm, 0.9 V",         horowitz, "secondary"};
/// 64 bits from a memory of 8 KB.
inline constexpr Constant sram_8k{
    "64-bit access of 8 KB memory", 10.0, "pJ", "45 nm, 0.9 V", horowitz, "secondary"};
inline constexpr Constant sram_32k{
    "64-bit access of 32 KB memory", 20.0, "pJ", "45 nm, 0.9 V", horowitz, "secondary"};
inline constexpr Constant sram_1m{
    "64-bit access of 1 MB memory", 100.0, "pJ", "45 nm, 0.9 V", horowitz, "secondary"};

}  // namespace snn::constants
