// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/clocked_synapse.hpp"

namespace snn::test {

/// The weight after all spikes, by LazyRule in double.
template <class Rule>
double weight_after(const Rule& rule, double w, const SynapseInput& in, double dt_ms = 0.1) {
  Tick last = 0;
  for (const Tick t : in.pre) last = std::max(last, t);
  for (const Tick t : in.post) last = std::max(last, t + in.delay);
  LazySynapse<Rule, double> synapse{.w = w};
  synapse.run(rule, dt_ms, in, last + 1, 1024, 0);
  EXPECT_TRUE(synapse.covered);
  return synapse.w;
}

}  // namespace snn::test
