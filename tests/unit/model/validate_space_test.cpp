// SPDX-License-Identifier: Apache-2.0
// Every mistake in positions, rules by distance, convolutions, compressed rows and storage.
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <ostream>

#include "snn/model/validate.hpp"
#include "tests/support/config_error.hpp"

namespace snn {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr const char* projection = "projection \"a->b\"";

/// {1, 4, 5} neurons to {2, 2, 3}: what a kernel of 3 x 3 makes of it.
Network described() {
  Network net;
  const auto a = net.add(Lif{}, {1, 4, 5}, "a"), b = net.add(Lif{}, {2, 2, 3}, "b");
  net[a].positions = random_positions(20, {1, 1}, 1);
  net[b].positions = random_positions(12, {1, 1}, 2);
  net.connect(a, b, AllToAll{}, {.delay_ms = 1.0});
  return net;
}

struct Mistake {
  const char* name;
  std::function<void(Network&)> make;
  support::Says says;
  friend void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }
};

std::function<void(Network&)> rule(Connectivity wrong) {
  return [wrong](Network& net) { net[ProjectionId{0}].rule = wrong; };
}
std::function<void(Network&)> delay(DistanceDelay wrong) {
  return [wrong](Network& net) { net[ProjectionId{0}].synapse.delay_ms = wrong; };
}
std::function<void(Network&)> place(const std::function<void(Positions&)>& change) {
  return [change](Network& net) { change(net[PopulationId{0}].positions); };
}
std::function<void(Network&)> procedural(Connectivity of,
                                         const std::function<void(Synapse&)>& change = {}) {
  return [=](Network& net) {
    net[ProjectionId{0}].rule = of;
    net[ProjectionId{0}].synapse.storage = Storage::procedural;
    if (change) change(net[ProjectionId{0}].synapse);
  };
}

const Mistake mistakes[] = {
    {"TooFewPoints",
     place([](Positions& p) { p.mm.pop_back(); }),
     {"population \"a\"", "positions.mm", "19 points", "20 points"}},
    {"FourDimensions",
     place([](Positions& p) { p.dimensions = 4; }),
     {"population \"a\"", "positions.dimensions", "4", "2 or 3"}},
    {"PointNowhere",
     place([](Positions& p) { p.mm[3][1] = nan; }),
     {"population \"a\"", "positions.mm[3][1]", "nan mm", "1e+30"}},
    {"ThirdDimensionOfTwo",
     place([](Positions& p) { p.mm[3][2] = 0.5; }),
     {"population \"a\"", "positions.mm[3][2]", "0.5 mm", "0 in two dimensions"}},
    {"PeriodicWithoutExtent",
     place([](Positions& p) {
       p.periodic = true;
       p.extent_mm[1] = 0;
     }),
     {"population \"a\"", "positions.extent_mm[1]", "0 mm", "> 0"}},
    {"OutsideThePeriodicSpace",
     place([](Positions& p) {
       p.periodic = true;
       p.mm[7][0] = 1.5;
     }),
     {"population \"a\"", "positions.mm[7][0]", "1.5 mm", "0 .. 1, the periodic space"}},

    {"DistanceWithoutPlaces",
     [](Network& net) {
       net[PopulationId{1}].positions = {};
       net[ProjectionId{0}].rule = DistanceDependent{};
     },
     {projection, "rule", "population \"b\" has no positions", "with positions"}},
    {"OtherSpace",
     [](Network& net) {
       net[PopulationId{1}].positions.periodic = true;
       net[ProjectionId{0}].rule = DistanceDependent{};
     },
     {projection, "rule", "different spaces", "one extent"}},
    {"SigmaZero",
     rule(DistanceDependent{GaussianKernel{0, 1}}),
     {projection, "rule.kernel.sigma_mm", "0 mm", "> 0"}},
    {"ProbabilityAboveOne",
     rule(DistanceDependent{ExponentialKernel{1, 1.5}}),
     {projection, "rule.kernel.p_max", "1.5", "0 .. 1"}},
    {"RadiusNan",
     rule(DistanceDependent{DiscKernel{nan, 1}}),
     {projection, "rule.kernel.radius_mm", "nan mm", "> 0"}},
    {"LinearNegative",
     rule(DistanceDependent{LinearDecayKernel{1, -0.5}}),
     {projection, "rule.kernel.p_max", "-0.5", "0 .. 1"}},
    {"DelayOffsetNegative", delay({-1, 1}), {projection, "delay_ms.offset_ms", "-1 ms", ">= 0"}},
    {"DelaySpeedZero", delay({0, 0}), {projection, "delay_ms.speed_mm_per_ms", "0 mm/ms", "> 0"}},
    {"DelayTooLong", delay({0, 1e-9}), {projection, "delay_ms", "ms", "<= 1048576 ms"}},
    {"DelayWithoutPlaces",
     [](Network& net) {
       net[PopulationId{0}].positions = {};
       net[ProjectionId{0}].synapse.delay_ms = DistanceDelay{};
     },
     {projection, "delay_ms", "population \"a\" has no positions", "with positions"}},

    {"ConvolutionOfALine",
     [](Network& net) {
       net[PopulationId{0}].shape = {20};
       net[ProjectionId{0}].rule = Convolution{};
     },
     {projection, "rule", "population \"a\" of shape {20}", "{channels, height, width}"}},
    {"ConvolutionOntoAnotherShape",
     rule(Convolution{{3, 3}, {1, 1}, {1, 1}}),
     {projection, "rule", "population \"b\" of shape {2, 2, 3}", "shape {2, 4, 5}"}},
    {"KernelTooLarge",
     rule(Convolution{{7, 3}, {1, 1}, {1, 0}}),
     {projection, "rule.kernel[0]", "7", "<= 6, the input with its padding"}},
    {"KernelZero", rule(Convolution{{3, 0}}), {projection, "rule.kernel[1]", "0", "1 .. "}},
    {"StrideZero", rule(Convolution{{3, 3}, {0, 1}}), {projection, "rule.stride[0]", "0", "1 .. "}},
    {"PaddingNegative",
     rule(Convolution{{3, 3}, {1, 1}, {0, -1}}),
     {projection, "rule.padding[1]", "-1", "0 .. "}},
    {"WeightsOfTheKernel",
     [](Network& net) {
       net[ProjectionId{0}].rule = Convolution{};
       net[ProjectionId{0}].synapse.weight = std::vector<float>(17);
     },
     {projection, "weight", "17 values", "18 values, one per place of the kernel"}},

    {"TooFewRows",
     rule(Csr{{0, 1}, {0}}),
     {projection, "rule.row_begin", "2 entries", "21, one per"}},
    {"RowsBackward",
     [](Network& net) {
       Csr rows{std::vector<std::int64_t>(21, 2), {0, 1}};
       rows.row_begin[0] = 0;
       rows.row_begin[4] = 1;
       net[ProjectionId{0}].rule = rows;
     },
     {projection, "rule.row_begin[4]", "1", "2 .. 2"}},
    {"RowsTooShort",
     rule(Csr{std::vector<std::int64_t>(21, 0), {5}}),
     {projection, "rule.row_begin[20]", "0", "1, the number of targets"}},
    {"RowToNowhere",
     [](Network& net) {
       Csr rows{std::vector<std::int64_t>(21, 1), {12}};
       rows.row_begin[0] = 0;
       net[ProjectionId{0}].rule = rows;
     },
     {projection, "rule.target[0]", "neuron 12", "0 .. 11"}},

    {"ProceduralInDegree",
     procedural(FixedInDegree{3}),
     {projection, "storage", "draws the sources of each target: one row takes all draws",
      "FixedOutDegree"}},
    {"ProceduralList",
     procedural(Sparse{{0}, {0}}),
     {projection, "storage", "listed pairs", "Storage::stored"}},
    {"ProceduralTotalOnce",
     procedural(FixedTotalNumber{3, true, false}),
     {projection, "storage", "draws all pairs at once", "Storage::stored"}},
    {"ProceduralDelays",
     procedural(AllToAll{},
                [](Synapse& s) {
                  s.delay_ms = Uniform{1, 2};
                }),
     {projection, "storage", "delays that differ", "one delay"}},
    {"ProceduralPlastic",
     procedural(AllToAll{}, [](Synapse& s) { s.plasticity = PairStdp{}; }),
     {projection, "storage", "plasticity", "Storage::stored"}},
};

class SpaceMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(SpaceMistakes, AreNamedWithFieldValueAndRange) {
  Network net = described();
  EXPECT_NO_THROW(validate(net, 1.0));
  GetParam().make(net);
  support::expect_config_error([&] { validate(net, 1.0); }, GetParam().says);
}
INSTANTIATE_TEST_SUITE_P(Validate, SpaceMistakes, testing::ValuesIn(mistakes),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(ValidateSpace, AcceptsWhatIsRight) {
  for (const Connectivity& fine :
       {Connectivity{DistanceDependent{GaussianKernel{1e-3, 0}, false}},
        Connectivity{Convolution{{3, 3}}}, Connectivity{Csr{std::vector<std::int64_t>(21), {}}}}) {
    Network net = described();
    net[ProjectionId{0}].rule = fine;
    EXPECT_NO_THROW(validate(net, 1.0)) << fine.index();
  }
  Network net = described();
  net[ProjectionId{0}].synapse.delay_ms = DistanceDelay{0, 0.1};
  EXPECT_NO_THROW(validate(net, 1.0));
}

TEST(ValidateSpace, ValuesOfASourceAreStored) {
  Network net;
  const auto in = net.add(CurrentSource{}, {4}, "a"), out = net.add(Lif{}, {4}, "b");
  net.connect(in, out, AllToAll{}, {.storage = Storage::procedural});
  support::expect_config_error([&] { validate(net, 1.0); },
                               {projection, "storage", "source of values", "Storage::stored"});
}

}  // namespace
}  // namespace snn
