// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>

namespace snn {

/// What published trainings took, for scale: Strubell, Ganesh & McCallum, ACL 2019 (arXiv
/// 1906.02243), table 3: energy with a PUE of 1.58, CO2e at 0.954 lb per kWh (EPA 2018).
struct PublishedTraining {
  const char* model;    ///< that was trained
  const char* devices;  ///< it was trained on
  double hours;         ///< h
  double kwh;           ///< energy of the data centre, kWh
  double co2e_lb;       ///< pounds of CO2e
  /// Of a later paper that corrects it, t of CO2e; not a number where there is none.
  double corrected_t;
  const char* note;  ///< what to know of it; may be empty
};

inline constexpr double grams_per_pound = 453.59237;
inline constexpr const char* published_trainings_source =
    "Strubell et al., ACL 2019 (arXiv 1906.02243), corrected by Patterson et al. 2021 (arXiv "
    "2104.10350)";

inline const std::array<PublishedTraining, 5>& published_trainings() {
  static const std::array<PublishedTraining, 5> table = {
      {{"Transformer base", "8 P100", 12, 27, 26, std::nan(""), ""},
       {"Transformer big", "8 P100", 84, 201, 192, std::nan(""), ""},
       {"ELMo", "3 P100", 336, 275, 262, std::nan(""), ""},
       {"BERT base", "64 V100", 79, 1507, 1438, std::nan(""), ""},
       {"architecture search (Evolved Transformer)", "8 P100", 274'120, 656'347, 626'155, 3.2,
        "about 88 times too high for the run that was made, by Patterson et al."}}};
  return table;
}

}  // namespace snn
