// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "snn/energy/models/hardware.hpp"

namespace snn {

/// A price in pJ, with the names it is made of.
struct Price {
  double picojoules = 0;
  std::string text;
  std::vector<std::string> constants;

  friend Price operator+(Price a, const Price& b) {
    a.picojoules += b.picojoules;
    a.text += " + " + b.text;
    a.constants.insert(a.constants.end(), b.constants.begin(), b.constants.end());
    return a;
  }
};

/// Collects the terms of a model, and the constants that its terms use.
class Ledger {
 public:
  explicit Ledger(const Hardware& hardware) : hardware_(hardware) {
    modelled_.hardware = hardware.name;
  }

  /// One constant; ConfigError if the table has none of that name, or it is no energy.
  Price price(const std::string& constant) const {
    return {hardware_.picojoules(constant), constant, {constant}};
  }
  /// A share of one constant, e.g. "memory_8kb / 2", or a multiple, "move_dense x 8".
  Price divided(const std::string& constant, int parts) const {
    return {hardware_.picojoules(constant) / parts,
            constant + " / " + std::to_string(parts),
            {constant}};
  }
  Price times(const std::string& constant, int factor) const {
    return {hardware_.picojoules(constant) * factor,
            constant + " x " + std::to_string(factor),
            {constant}};
  }

  /// Operations that cost nothing, because there are none, are not listed.
  void pay(const std::string& layer, const std::string& name, double operations,
           const Price& price) {
    if (operations == 0) return;
    const ModelledJoules joules(operations * price.picojoules * 1e-12);
    modelled_.terms.push_back({layer, name, operations, price.text, price.picojoules, joules});
    modelled_.joules_per_inference += joules;
    for (const std::string& constant : price.constants) use(constant);
  }
  void use(const std::string& constant) {
    const auto same = [&](const NamedConstant& one) { return one.name == constant; };
    auto& used = modelled_.constants;
    if (std::none_of(used.begin(), used.end(), same)) used.push_back(*hardware_.find(constant));
  }
  void note(std::string text) { modelled_.notes.push_back(std::move(text)); }

  Modelled close(std::string model, std::string formula) && {
    modelled_.model = std::move(model);
    modelled_.formula = std::move(formula);
    return std::move(modelled_);
  }

 private:
  const Hardware& hardware_;
  Modelled modelled_;
};

}  // namespace snn
