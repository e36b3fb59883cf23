// SPDX-License-Identifier: Apache-2.0
// Mistakes in stimuli and in sources that change over time, and what the error then says.
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "snn/model/validate.hpp"
#include "tests/support/config_error.hpp"

namespace snn {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();

struct Good {
  Network net;
  PopulationId poisson = net.add(PoissonSource{.rate_hz = 20}, {4}, "poisson");
  PopulationId times = net.add(SpikeSource{{{1.0, 2.5}, {}}}, {2}, "times");
  PopulationId sum = net.add(If{}, {3}, "sum");
  PopulationId leaky = net.add(Lif{}, {3}, "leaky");
  PopulationId readout = net.add(Li{}, {2}, "readout");
};

struct Mistake {
  const char* name;
  std::function<void(Good&)> make;
  const char* object;
  const char* field;
  const char* value;
  const char* allowed;
};

std::ostream& operator<<(std::ostream& out, const Mistake& mistake) {
  return out << mistake.name;
}

const Mistake mistakes[] = {
    {"IntervalBelowTheTick",
     [](Good& g) {
       g.net[g.poisson].kind = Source{RegularSource{.interval_ms = 0.5, .phase_ms = {}}};
     },
     "population \"poisson\"", "interval_ms", "0.5 ms", ">= dt_ms = 1"},
    {"IntervalNan",
     [](Good& g) {
       g.net[g.poisson].kind = Source{RegularSource{.interval_ms = nan, .phase_ms = {}}};
     },
     "population \"poisson\"", "interval_ms", "nan ms", ">= dt_ms"},
    {"StartNegative",
     [](Good& g) { g.net[g.poisson].kind = Source{RegularSource{.start_ms = -2, .phase_ms = {}}}; },
     "population \"poisson\"", "start_ms", "-2 ms", ">= 0"},
    {"PhasesForOtherSize",
     [](Good& g) {
       g.net[g.poisson].kind = Source{RegularSource{.phase_ms = {1, 2}}};
     },
     "population \"poisson\"", "phase_ms", "2 values", "none or 4 values"},
    {"PhaseNegative",
     [](Good& g) {
       g.net[g.poisson].kind = Source{RegularSource{.phase_ms = {1, 2, -3, 4}}};
     },
     "population \"poisson\"", "phase_ms[2]", "-3 ms", ">= 0"},
    {"PiecesMissing", [](Good& g) { g.net[g.poisson].kind = Source{InhomogeneousPoissonSource{}}; },
     "population \"poisson\"", "times_ms", "none", "at least one time"},
    {"PiecesWithoutRates",
     [](Good& g) {
       g.net[g.poisson].kind = Source{InhomogeneousPoissonSource{{1, 2}, {5}}};
     },
     "population \"poisson\"", "rates_hz", "1 values", "2, one per time"},
    {"PiecesNotAscending",
     [](Good& g) {
       g.net[g.poisson].kind = Source{InhomogeneousPoissonSource{{1, 1}, {5, 6}}};
     },
     "population \"poisson\"", "times_ms[1]", "1 ms", "> the time before, 1"},
    {"RateOfAPieceNegative",
     [](Good& g) {
       g.net[g.poisson].kind = Source{InhomogeneousPoissonSource{{1, 2}, {5, -6}}};
     },
     "population \"poisson\"", "rates_hz[1]", "-6 Hz", ">= 0"},
    {"StimulusOfASource",
     [](Good& g) {
       g.net.drive(g.times, StepCurrent{{0}, {1}});
     },
     "population \"times\"", "stimuli", "1 stimuli", "none"},
    {"StimuliTooMany",
     [](Good& g) {
       for (int i = 0; i < 257; ++i) g.net.drive(g.leaky, PoissonDrive{});
     },
     "population \"leaky\"", "stimuli", "257 stimuli", "at most 256"},
    {"DriveRateNegative", [](Good& g) { g.net.drive(g.leaky, PoissonDrive{.rate_hz = -1}); },
     "population \"leaky\"", "stimuli[0].rate_hz", "-1 Hz", ">= 0"},
    {"DriveRateTooHigh", [](Good& g) { g.net.drive(g.leaky, PoissonDrive{.rate_hz = 6e5}); },
     "population \"leaky\"", "stimuli[0].rate_hz", "600000 Hz", "500 events per tick, 500000 Hz"},
    {"DriveWeightInfinite", [](Good& g) { g.net.drive(g.leaky, PoissonDrive{.weight = inf}); },
     "population \"leaky\"", "stimuli[0].weight", "inf", "1e+30"},
    {"DriveReceptorMissing", [](Good& g) { g.net.drive(g.leaky, PoissonDrive{.receptor = 1}); },
     "population \"leaky\"", "stimuli[0].receptor", "1", "0"},
    {"ChangingDriveWithoutTimes",
     [](Good& g) { g.net.drive(g.leaky, InhomogeneousPoissonDrive{}); }, "population \"leaky\"",
     "stimuli[0].times_ms", "none", "at least one time"},
    {"ChangingDriveRateNan",
     [](Good& g) {
       g.net.drive(g.leaky, InhomogeneousPoissonDrive{{0}, {nan}});
     },
     "population \"leaky\"", "stimuli[0].rates_hz[0]", "nan Hz", ">= 0"},
    {"StepTimeNegative",
     [](Good& g) {
       g.net.drive(g.leaky, StepCurrent{{-1}, {1}});
     },
     "population \"leaky\"", "stimuli[0].times_ms[0]", "-1 ms", ">= 0"},
    {"StepAmplitudeNan",
     [](Good& g) {
       g.net.drive(g.leaky, StepCurrent{{0, 1}, {1, nan}});
     },
     "population \"leaky\"", "stimuli[0].amplitudes[1]", "nan", "1e+30"},
    {"StepAmplitudesMissing",
     [](Good& g) {
       g.net.drive(g.leaky, StepCurrent{{0, 1}, {1}});
     },
     "population \"leaky\"", "stimuli[0].amplitudes", "1 values", "2, one per time"},
    {"CurrentIntoIf",
     [](Good& g) {
       g.net.drive(g.sum, StepCurrent{{0}, {1}});
     },
     "population \"sum\"", "stimuli[0]", "StepCurrent", "If takes no current"},
    {"CurrentIntoAReadout", [](Good& g) { g.net.drive(g.readout, NoiseCurrent{}); },
     "population \"readout\"", "stimuli[0]", "NoiseCurrent", "Li takes no current"},
    {"FrequencyNegative", [](Good& g) { g.net.drive(g.leaky, SineCurrent{.frequency_hz = -4}); },
     "population \"leaky\"", "stimuli[0].frequency_hz", "-4 Hz", ">= 0"},
    {"PhaseInfinite", [](Good& g) { g.net.drive(g.leaky, SineCurrent{.phase_rad = inf}); },
     "population \"leaky\"", "stimuli[0].phase_rad", "inf rad", "1e+30"},
    {"StopBeforeStart",
     [](Good& g) { g.net.drive(g.leaky, SineCurrent{.start_ms = 5, .stop_ms = 4}); },
     "population \"leaky\"", "stimuli[0].stop_ms", "4 ms", ">= start_ms = 5"},
    {"NoiseDeviationNegative", [](Good& g) { g.net.drive(g.leaky, NoiseCurrent{.sd = -1}); },
     "population \"leaky\"", "stimuli[0].sd", "-1", ">= 0"},
    {"NoiseIntervalBelowTheTick",
     [](Good& g) { g.net.drive(g.leaky, NoiseCurrent{.interval_ms = 0.4}); },
     "population \"leaky\"", "stimuli[0].interval_ms", "0.4 ms", ">= dt_ms = 1"}};

class StimulusMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(StimulusMistakes, AreNamedWithObjectFieldValueAndRange) {
  const Mistake& mistake = GetParam();
  Good good;
  mistake.make(good);
  support::expect_config_error([&] { validate(good.net, 1.0); },
                               {mistake.object, mistake.field, mistake.value, mistake.allowed});
}

INSTANTIATE_TEST_SUITE_P(Validate, StimulusMistakes, testing::ValuesIn(mistakes),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(ValidateStimuli, TakesWhatIsCorrect) {
  Good good;
  good.net[good.poisson].kind = Source{RegularSource{.phase_ms = {0, 1, 2.5, 40}}};
  good.net.add(InhomogeneousPoissonSource{{0, 10}, {5, 0}}, {3});
  good.net.drive(good.sum, PoissonDrive{.rate_hz = 8000});
  good.net.drive(good.leaky, InhomogeneousPoissonDrive{{5}, {100}, -2.0});
  good.net.drive(good.leaky, StepCurrent{{0, 3}, {1, -1}});
  good.net.drive(good.leaky, SineCurrent{});
  good.net.drive(good.leaky, NoiseCurrent{.start_ms = 4, .stop_ms = 4});
  EXPECT_NO_THROW(validate(good.net, 1.0));
}

}  // namespace
}  // namespace snn
