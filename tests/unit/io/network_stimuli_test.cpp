// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "snn/io/network_file.hpp"
#include "tests/unit/io/files.hpp"

namespace snn {
namespace {

TEST(NetworkFile, KeepsSourcesAndStimuliThatChange) {
  constexpr double forever = std::numeric_limits<double>::infinity();
  Network network;
  network.add(InhomogeneousPoissonSource{.times_ms = {0.1, 7}, .rates_hz = {3, 0.3}}, {2});
  network.add(RegularSource{.interval_ms = 2.5, .start_ms = 0.3, .phase_ms = {0.1, 1.7}}, {2});
  network.add(RegularSource{}, {2});
  const auto a = network.add(Lif{}, {3}, "a");
  network.drive(
      a, InhomogeneousPoissonDrive{.times_ms = {1, 2}, .rates_hz = {800.5, 0}, .weight = -0.3});
  network.drive(a, StepCurrent{.times_ms = {0, 0.7}, .amplitudes = {-1.5, 2.1}});
  network.drive(a, SineCurrent{.offset = 0.1,
                               .amplitude = 0.2,
                               .frequency_hz = 7,
                               .phase_rad = 0.3,
                               .start_ms = 1.1,
                               .stop_ms = 9});
  network.drive(a, NoiseCurrent{.mean = 0.4, .sd = 0.5, .interval_ms = 0.6, .start_ms = 3});
  const test::TemporaryFolder folder;
  save_network(folder / "n.h5", network, 1.0);
  const Network back = load_network(folder / "n.h5").network;
  const auto source = [&](std::size_t i) { return back.populations()[i].source(); };
  const auto changing = std::get<InhomogeneousPoissonSource>(source(0));
  EXPECT_EQ(changing.times_ms, (std::vector<double>{0.1, 7}));
  EXPECT_EQ(changing.rates_hz, (std::vector<double>{3, 0.3}));
  const auto regular = std::get<RegularSource>(source(1));
  EXPECT_EQ(regular.interval_ms, 2.5);
  EXPECT_EQ(regular.start_ms, 0.3);
  EXPECT_EQ(regular.phase_ms, (std::vector<double>{0.1, 1.7}));
  EXPECT_TRUE(std::get<RegularSource>(source(2)).phase_ms.empty());
  ASSERT_EQ(back[a].stimuli.size(), 4u);
  const auto& drive = std::get<InhomogeneousPoissonDrive>(back[a].stimuli[0]);
  EXPECT_EQ(drive.times_ms, (std::vector<double>{1, 2}));
  EXPECT_EQ(drive.rates_hz, (std::vector<double>{800.5, 0}));
  EXPECT_EQ(drive.weight, -0.3);
  const auto& step = std::get<StepCurrent>(back[a].stimuli[1]);
  EXPECT_EQ(step.times_ms, (std::vector<double>{0, 0.7}));
  EXPECT_EQ(step.amplitudes, (std::vector<double>{-1.5, 2.1}));
  const auto& sine = std::get<SineCurrent>(back[a].stimuli[2]);
  EXPECT_EQ(sine.offset, 0.1);
  EXPECT_EQ(sine.amplitude, 0.2);
  EXPECT_EQ(sine.frequency_hz, 7);
  EXPECT_EQ(sine.phase_rad, 0.3);
  EXPECT_EQ(sine.start_ms, 1.1);
  EXPECT_EQ(sine.stop_ms, 9);
  const auto& noise = std::get<NoiseCurrent>(back[a].stimuli[3]);
  EXPECT_EQ(noise.mean, 0.4);
  EXPECT_EQ(noise.sd, 0.5);
  EXPECT_EQ(noise.interval_ms, 0.6);
  EXPECT_EQ(noise.start_ms, 3);
  EXPECT_EQ(noise.stop_ms, forever);
}

}  // namespace
}  // namespace snn
