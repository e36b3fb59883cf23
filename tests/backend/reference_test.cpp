// SPDX-License-Identifier: Apache-2.0
// Every model in every scene, membrane by membrane and spike by spike, against a plain reference.
#include "tests/backend/reference.hpp"

#include "tests/backend/scenes.hpp"

namespace backend {
namespace {

using Case = std::tuple<std::string, NamedScene>;

class Reference : public BackendTest, public testing::WithParamInterface<Case> {};

TEST_P(Reference, MembranesSpikesAndCountsAreTheSame) {
  const auto& [device, named] = GetParam();
  std::int64_t fired = 0;
  for (const std::int64_t size : {1, 31, 33, 1000}) {
    SCOPED_TRACE(size);
    const Scene scene = named.make(size);
    const Record record = run(scene, device, {.membranes = true});
    const reference::Verdict verdict = reference::check(scene, record);
    ASSERT_FALSE(HasFatalFailure());
    // Where a spike is a crossing at full speed, more of them are close.
    const bool steep = named.name.starts_with("HodgkinHuxley");
    EXPECT_LE(verdict.undecided, 1 + verdict.steps / (steep ? 1000 : 10000));
    fired += verdict.fired;
    if (size < 1000) continue;
    // Neither silent nor saturated: 1 % to 60 % of neurons per tick.
    if (named.name.starts_with("Li_")) continue;
    EXPECT_GT(fired, verdict.steps / 100);
    EXPECT_LT(verdict.fired, verdict.steps * 6 / 10);
  }
}

INSTANTIATE_TEST_SUITE_P(Scenes, Reference,
                         testing::Combine(testing::ValuesIn(available_engines()),
                                          testing::ValuesIn(scenes_of(snn::NeuronModels{},
                                                                      anything))),
                         case_name<Case>);

}  // namespace
}  // namespace backend
