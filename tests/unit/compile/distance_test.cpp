// SPDX-License-Identifier: Apache-2.0
// Pairs and delays by distance, against the probabilities and distances summed here over all pairs.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "snn/compile/compiled_network.hpp"
#include "snn/compile/connect.hpp"
#include "snn/compile/lines.hpp"
#include "snn/compile/plan_fan_outs.hpp"
#include "tests/support/statistics.hpp"
#include "tests/support/synapses.hpp"

namespace snn {
namespace {

struct Placed {
  Network net;
  PopulationId source, target;
  Placed(Positions from, Positions to, const Connectivity& rule, const Delay& delay = 1.0) {
    source = net.add(PoissonSource{}, {static_cast<std::int64_t>(from.mm.size())});
    target = net.add(Lif{}, {static_cast<std::int64_t>(to.mm.size())});
    net[source].positions = std::move(from);
    net[target].positions = std::move(to);
    net.connect(source, target, rule, {.delay_ms = delay});
  }
};

Network within(Positions positions, const Connectivity& rule) {
  Network net;
  const auto all = net.add(Lif{}, {static_cast<std::int64_t>(positions.mm.size())});
  net[all].positions = std::move(positions);
  net.connect(all, all, rule, {.delay_ms = 1.0});
  return net;
}

/// Written a second time: shortest way between two points of a space.
double apart(const Positions& space, const Point& a, const Point& b) {
  double square = 0;
  for (std::size_t d = 0; d < 3; ++d) {
    double best = std::abs(a[d] - b[d]);
    for (const double shift : {-space.extent_mm[d], space.extent_mm[d]}) {
      if (space.periodic) best = std::min(best, std::abs(a[d] - b[d] + shift));
    }
    square += best * best;
  }
  return std::sqrt(square);
}

using Probability = std::function<double(double)>;

/// Compares how many pairs were drawn at each distance, over some seeds, with their probabilities,
/// and the numbers of each source and target with what they expect.
void expect_pairs(const Placed& placed, const Probability& p, int seeds) {
  const Positions& from = placed.net[placed.source].positions;
  const Positions& to = placed.net[placed.target].positions;
  constexpr std::size_t bins = 40;
  double farthest = 0;
  for (const Point& a : from.mm) {
    for (const Point& b : to.mm) farthest = std::max(farthest, apart(to, a, b));
  }
  std::vector<double> expected(bins), variance(bins), found(bins);
  std::vector<double> out(from.mm.size()), out_found(out.size());
  std::vector<double> in(to.mm.size()), in_found(in.size());
  const auto bin = [&](double mm) {
    return std::min(bins - 1, static_cast<std::size_t>(mm / farthest * bins));
  };
  for (std::size_t k = 0; k < out.size(); ++k) {
    for (std::size_t n = 0; n < in.size(); ++n) {
      const double mm = apart(to, from.mm[k], to.mm[n]), q = p(mm);
      expected[bin(mm)] += q * seeds;
      variance[bin(mm)] += q * (1 - q) * seeds;
      out[k] += q * seeds;
      in[n] += q * seeds;
    }
  }
  for (int seed = 0; seed < seeds; ++seed) {
    const Pairs pairs = expand_pairs(placed.net, {0}, static_cast<std::uint64_t>(seed));
    std::set<std::pair<std::int32_t, std::int32_t>> once;
    for (std::size_t s = 0; s < pairs.size(); ++s) {
      EXPECT_TRUE(once.emplace(pairs.source[s], pairs.target[s]).second);
      const auto k = static_cast<std::size_t>(pairs.source[s]);
      const auto n = static_cast<std::size_t>(pairs.target[s]);
      ++found[bin(apart(to, from.mm[k], to.mm[n]))];
      ++out_found[k];
      ++in_found[n];
    }
    EXPECT_TRUE(std::is_sorted(pairs.source.begin(), pairs.source.end()));
  }
  // Pearson's chi-square of independent binomial counts: mean = cells, variance about 2 cells.
  const auto chi_square = [](const std::vector<double>& count, const std::vector<double>& mean,
                             const std::vector<double>& spread, const char* what) {
    double sum = 0, cells = 0;
    for (std::size_t i = 0; i < count.size(); ++i) {
      if (mean[i] < 5) {
        EXPECT_LE(count[i], mean[i] + 5 * std::sqrt(mean[i]) + 5) << what << " " << i;
      } else if (spread[i] < 1e-9) {
        EXPECT_EQ(count[i], mean[i]) << what << " " << i;
      } else {
        sum += std::pow(count[i] - mean[i], 2) / spread[i];
        ++cells;
      }
    }
    ASSERT_GT(cells, 1) << what;
    EXPECT_LT(sum, cells + 5 * std::sqrt(2 * cells)) << what;
    EXPECT_GT(sum, cells - 5 * std::sqrt(2 * cells)) << what << ": less random than expected";
  };
  chi_square(found, expected, variance, "distance");
  // Spread of a degree at most that of a Poisson number.
  for (std::size_t i = 0; i < out.size(); ++i)
    EXPECT_NEAR(out_found[i], out[i], 5 * std::sqrt(out[i]) + 1) << "source " << i;
  for (std::size_t i = 0; i < in.size(); ++i)
    EXPECT_NEAR(in_found[i], in[i], 5 * std::sqrt(in[i]) + 1) << "target " << i;
}

Positions cloud(std::int64_t n, bool periodic, std::uint64_t seed = 3) {
  return random_positions(n, {2.0, 1.0}, seed, periodic);
}

TEST(Distance, GaussianPairsFollowTheirKernel) {
  for (const bool periodic : {false, true}) {
    expect_pairs(
        Placed(cloud(300, periodic), cloud(400, periodic, 4),
               DistanceDependent{GaussianKernel{0.15, 0.9}}),
        [](double mm) { return 0.9 * std::exp(-mm * mm / (2 * 0.15 * 0.15)); }, 20);
  }
}

TEST(Distance, ExponentialPairsFollowTheirKernel) {
  for (const bool periodic : {false, true}) {
    expect_pairs(
        Placed(cloud(300, periodic), cloud(400, periodic, 4),
               DistanceDependent{ExponentialKernel{0.2, 0.5}}),
        [](double mm) { return 0.5 * std::exp(-mm / 0.2); }, 20);
  }
}

TEST(Distance, DiscPairsFollowTheirKernel) {
  for (const bool periodic : {false, true}) {
    expect_pairs(
        Placed(cloud(300, periodic), cloud(400, periodic, 4),
               DistanceDependent{DiscKernel{0.3, 0.4}}),
        [](double mm) { return mm <= 0.3 ? 0.4 : 0.0; }, 20);
  }
}

TEST(Distance, LinearPairsFollowTheirKernel) {
  for (const bool periodic : {false, true}) {
    expect_pairs(
        Placed(cloud(300, periodic), cloud(400, periodic, 4),
               DistanceDependent{LinearDecayKernel{0.5, 0.8}}),
        [](double mm) { return mm < 0.5 ? 0.8 * (1 - mm / 0.5) : 0.0; }, 20);
  }
}

TEST(Distance, ThreeDimensionsAndOtherBoxes) {
  expect_pairs(
      Placed(random_positions(300, {1, 1, 1}, 5), random_positions(300, {1, 1, 1}, 6),
             DistanceDependent{GaussianKernel{0.2, 1}}),
      [](double mm) { return std::exp(-mm * mm / (2 * 0.2 * 0.2)); }, 20);
  // Sources reach beyond the targets' box on all sides, and lie on a line.
  Positions line;
  for (int k = 0; k < 100; ++k) line.mm.push_back({-1 + 0.04 * k, 0.5, 0});
  expect_pairs(
      Placed(line, cloud(400, false), DistanceDependent{GaussianKernel{0.3, 0.7}}),
      [](double mm) { return 0.7 * std::exp(-mm * mm / (2 * 0.3 * 0.3)); }, 20);
}

/// Where the probability is 0 or 1 there is nothing to draw: exactly the neurons within the radius.
TEST(Distance, AFullDiscIsAllWithinIt) {
  for (const bool periodic : {false, true}) {
    const Positions places = grid({20, 30}, 0.1, periodic);
    const double radius = 0.35;
    const Network net = within(places, DistanceDependent{DiscKernel{radius, 1.0}});
    std::vector<std::pair<std::int32_t, std::int32_t>> expected, found;
    for (std::size_t k = 0; k < places.mm.size(); ++k) {
      for (std::size_t n = 0; n < places.mm.size(); ++n) {
        if (apart(places, places.mm[k], places.mm[n]) <= radius)
          expected.emplace_back(static_cast<std::int32_t>(k), static_cast<std::int32_t>(n));
      }
    }
    const Pairs pairs = expand_pairs(net, {0}, 1);
    for (std::size_t s = 0; s < pairs.size(); ++s)
      found.emplace_back(pairs.source[s], pairs.target[s]);
    EXPECT_EQ(found, expected);  // by source, then target
    // 37 points of a square lattice lie within 3.5 spacings of one; fewer at a border.
    EXPECT_EQ(static_cast<double>(found.size()) == 37.0 * 600, periodic);
  }
}

TEST(Distance, SelfIsLeftOutWhereAsked) {
  const Positions places = grid({10, 10}, 0.1);
  for (const bool self : {true, false}) {
    const Network net = within(places, DistanceDependent{DiscKernel{0.15, 1.0}, self});
    const Pairs pairs = expand_pairs(net, {0}, 1);
    std::int64_t selves = 0;
    for (std::size_t s = 0; s < pairs.size(); ++s) selves += pairs.source[s] == pairs.target[s];
    EXPECT_EQ(selves, self ? 100 : 0);
  }
}

TEST(Distance, LinesDependOnSeedAndSourceAlone) {
  const Placed placed(cloud(300, true), cloud(400, true, 4),
                      DistanceDependent{GaussianKernel{0.2, 0.5}});
  const Lines one(placed.net, {0}, 7, 1), three(placed.net, {0}, 7, 3), other(placed.net, {0}, 8);
  ASSERT_EQ(one.synapses(), three.synapses());
  EXPECT_NE(one.synapses(), other.synapses());
  std::vector<std::uint32_t> a, b;
  for (std::int64_t k = 299; k >= 0; --k) {
    a.resize(static_cast<std::size_t>(one.degree(k)));
    b.resize(static_cast<std::size_t>(three.degree(k)));
    one.partners(k, a);
    three.partners(k, b);
    EXPECT_EQ(a, b);
    EXPECT_TRUE(std::is_sorted(a.begin(), a.end()));
  }
}

/// 10^12 pairs, of which a million or so are drawn: looking at each pair would take an hour.
TEST(Distance, CostFollowsNeighbours) {
  const Placed placed(grid({1000, 1000}, 0.01, true), grid({1000, 1000}, 0.01, true),
                      DistanceDependent{DiscKernel{0.0105, 0.2}});
  // A neuron and its four neighbours.
  const double synapses = static_cast<double>(synapse_count(placed.net, {0}, 1));
  EXPECT_NEAR(synapses, 1e6, 4 * std::sqrt(5e6 * 0.2 * 0.8));
}

TEST(Distance, AfferentsAreBounded) {
  for (const bool periodic : {false, true}) {
    const Placed placed(cloud(2000, periodic), cloud(500, periodic, 4),
                        DistanceDependent{GaussianKernel{0.1, 0.8}});
    const Afferents afferents = afferents_of(placed.net, {0});
    const Pairs pairs = expand_pairs(placed.net, {0}, 3);
    std::vector<double> degree(500);
    for (const std::int32_t n : pairs.target) ++degree[static_cast<std::size_t>(n)];
    const double most = *std::max_element(degree.begin(), degree.end());
    EXPECT_GE(afferents.most, most);
    EXPECT_LE(afferents.most, 5 * most);
    const auto found = static_cast<double>(pairs.size());
    EXPECT_NEAR(afferents.synapses, found, 0.02 * found);
  }
}

TEST(Distance, DelaysGrowWithIt) {
  const DistanceDelay delay{.offset_ms = 0.3, .speed_mm_per_ms = 0.25};
  for (const Connectivity& rule :
       {Connectivity{AllToAll{}}, Connectivity{FixedInDegree{7}}, Connectivity{FixedOutDegree{7}},
        Connectivity{DistanceDependent{GaussianKernel{0.3, 1}}},
        Connectivity{Sparse{{3, 2}, {1, 40}}}}) {
    const Placed placed(cloud(60, true), cloud(80, true, 4), rule, delay);
    const auto stored = support::stored_synapses(compile(placed.net, 0.1, 5), 0);
    EXPECT_EQ(stored.size(), expand_pairs(placed.net, {0}, 5).size());
    std::set<std::int64_t> different;
    for (const auto& synapse : stored) {
      const double mm =
          apart(placed.net[placed.target].positions,
                placed.net[placed.source].positions.mm[static_cast<std::size_t>(synapse.source)],
                placed.net[placed.target].positions.mm[static_cast<std::size_t>(synapse.target)]);
      EXPECT_EQ(synapse.delay, std::lround((0.3 + mm / 0.25) / 0.1));
      different.insert(synapse.delay);
    }
    EXPECT_GT(different.size(), 1u);
  }
}

TEST(Distance, DelaysAreAtLeastATick) {
  const Placed placed(grid({3, 3}, 0.1), grid({3, 3}, 0.1), OneToOne{}, DistanceDelay{0, 10});
  for (const auto& synapse : support::stored_synapses(compile(placed.net, 0.1, 5), 0))
    EXPECT_EQ(synapse.delay, 1);
}

}  // namespace
}  // namespace snn
