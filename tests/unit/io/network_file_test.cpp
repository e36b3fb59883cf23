// SPDX-License-Identifier: Apache-2.0
#include "snn/io/network_file.hpp"

#include <hdf5.h>

#include <cstring>
#include <limits>

#include "snn/io/rule_fields.hpp"
#include "tests/unit/io/files.hpp"

namespace snn {
namespace {

using test::file_error;
using test::TemporaryFolder;

Network round_trip(const Network& network) {
  const TemporaryFolder folder;
  save_network(folder / "n.h5", network, 1.0);
  return load_network(folder / "n.h5").network;
}

template <class T>
bool same_bits(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

/// Gives every parameter a value of its own, so that none can be mistaken for another or a default.
template <class Model>
Model distinct(int salt) {
  Model model;
  int n = salt;
  for_each_field<Model>([&](std::string_view, auto member) {
    using Value = std::remove_cvref_t<decltype(model.*member)>;
    ++n;
    if constexpr (std::is_enum_v<Value>) {
      model.*member = static_cast<Value>(n % static_cast<int>(NamesOf<Value>::list.size()));
    } else if constexpr (requires { (model.*member).fill(0); }) {
      for (double& value : model.*member) value = n++ * 1.1;
    } else {
      model.*member = static_cast<Value>(n * 1.1);
    }
  });
  return model;
}

template <class Model>
void expect_same(const Model& a, const Model& b) {
  for_each_field<Model>([&](std::string_view name, auto member) {
    EXPECT_TRUE(same_bits(a.*member, b.*member)) << Model::name << "." << name;
  });
}

template <class Model>
class EveryModel : public testing::Test {};
template <class List>
struct TypesOf;
template <class... Models>
struct TypesOf<ModelList<Models...>> {
  using type = testing::Types<Models...>;
};
TYPED_TEST_SUITE(EveryModel, TypesOf<NeuronModels>::type);

TYPED_TEST(EveryModel, KeepsEveryParameter) {
  using Model = TypeParam;
  Network network;
  network.add(distinct<Model>(3), {2, 3}, "shared");
  network.add(std::vector<Model>{distinct<Model>(5), distinct<Model>(8), distinct<Model>(30)}, {3},
              "each its own");
  network.add(std::vector<Model>(4, distinct<Model>(5)), {4}, "four that are equal");
  const Network back = round_trip(network);
  ASSERT_EQ(back.populations().size(), 3u);
  for (std::size_t p = 0; p < 3; ++p) {
    const Population& before = network.populations()[p];
    const Population& after = back.populations()[p];
    EXPECT_EQ(after.name, before.name);
    EXPECT_EQ(after.shape, before.shape);
    const auto& a = std::get<ParametersOf<Model>>(before.neurons());
    const auto& b = std::get<ParametersOf<Model>>(after.neurons());
    ASSERT_EQ(b.size(), a.size());
    for (std::size_t i = 0; i < a.size(); ++i) expect_same(a[i], b[i]);
  }
}

TEST(NetworkFile, KeepsEverySource) {
  Network network;
  network.add(PoissonSource{.rate_hz = 0.1}, {3});
  network.add(SpikeSource{.times_ms = {{0.1, 2}, {}, {1e9}}}, {3});
  network.add(CurrentSource{.max_abs = 2.5}, {3});
  network.add(RateSource{.probability = 0.3}, {3});
  network.add(LatencySource{.threshold = 0.2, .ticks = 17}, {3});
  network.add(EventSource{}, {2, 34, 34});
  const Network back = round_trip(network);
  ASSERT_EQ(back.populations().size(), 6u);
  const auto source = [&](std::size_t i) { return back.populations()[i].source(); };
  EXPECT_EQ(std::get<PoissonSource>(source(0)).rate_hz, 0.1);
  EXPECT_EQ(std::get<SpikeSource>(source(1)).times_ms,
            (std::vector<std::vector<double>>{{0.1, 2}, {}, {1e9}}));
  EXPECT_EQ(std::get<CurrentSource>(source(2)).max_abs, 2.5);
  EXPECT_EQ(std::get<RateSource>(source(3)).probability, 0.3);
  EXPECT_EQ(std::get<LatencySource>(source(4)).threshold, 0.2);
  EXPECT_EQ(std::get<LatencySource>(source(4)).ticks, 17);
  EXPECT_TRUE(std::holds_alternative<EventSource>(source(5)));
  EXPECT_EQ(back.populations()[5].shape, (Shape{2, 34, 34}));
}

TEST(NetworkFile, KeepsReceptorsStimuliAndDrawnMembranes) {
  Network network;
  const auto in = network.add(PoissonSource{}, {2}, "in");
  const auto a = network.add(LifCondExp{}, {3}, "a");
  const auto b = network.add(AdEx{}, {3}, "b");
  const auto c = network.add(Lif{}, {3}, "c");
  network[a].v_init_drawn = Uniform{-70.1, -50};
  network[b].v_init_drawn = Normal{-58, 10.5};
  network[c].v_init_drawn = TruncatedNormal{-58, 10, -70, -50.5};
  network.drive(a, PoissonDrive{.rate_hz = 8000.1, .weight = -0.3, .receptor = 1});
  network.drive(a, PoissonDrive{.rate_hz = 2, .weight = 87.8});
  network.connect(in, a, AllToAll{}, {.receptor = 1});
  network.connect(in, c, AllToAll{});
  const Network back = round_trip(network);
  const auto drawn = [&](PopulationId id) { return back[id].v_init_drawn; };
  EXPECT_EQ(std::get<Uniform>(drawn(a)).low, -70.1);
  EXPECT_EQ(std::get<Uniform>(drawn(a)).high, -50);
  EXPECT_EQ(std::get<Normal>(drawn(b)).mean, -58);
  EXPECT_EQ(std::get<Normal>(drawn(b)).sd, 10.5);
  EXPECT_EQ(std::get<TruncatedNormal>(drawn(c)).low, -70);
  EXPECT_EQ(std::get<TruncatedNormal>(drawn(c)).high, -50.5);
  EXPECT_FALSE(is_drawn(back[in].v_init_drawn));
  ASSERT_EQ(back[a].stimuli.size(), 2u);
  EXPECT_TRUE(back[b].stimuli.empty());
  const auto& drive = std::get<PoissonDrive>(back[a].stimuli[0]);
  EXPECT_EQ(drive.rate_hz, 8000.1);
  EXPECT_EQ(drive.weight, -0.3);
  EXPECT_EQ(drive.receptor, 1);
  EXPECT_EQ(std::get<PoissonDrive>(back[a].stimuli[1]).weight, 87.8);
  EXPECT_EQ(back.projections()[0].synapse.receptor, 1);
  EXPECT_EQ(back.projections()[1].synapse.receptor, 0);
}

/// A file from before there were ports, stimuli and drawn membranes lacks what says of them.
TEST(NetworkFile, ReadsFilesThatSayNothingOfPorts) {
  Hdf5File file = Hdf5File::in_memory("older");
  file.make_group("/network");
  for (const char* attribute : {"schema", "populations", "projections"})
    file.set_attribute("/network", attribute, std::int32_t{1});
  const std::string population = "/network/populations/0", projection = "/network/projections/0";
  file.make_group(population + "/parameters");
  file.set_attribute(population, "name", std::string("sum"));
  file.set_attribute(population, "model", std::string("If"));
  file.write(population + "/shape", std::vector<std::int64_t>{2});
  file.write(population + "/v_init_mv", std::vector<double>{});
  const std::string parameters = population + "/parameters";
  file.set_attribute(parameters, "entries", std::int64_t{1});
  for (const char* name : {"v_rest_mv", "v_reset_mv", "v_th_mv", "t_ref_ms"})
    file.write(parameters + "/" + name, std::vector<double>{1.5});
  file.write_strings(parameters + "/reset", std::vector<std::string>{"subtract"});
  file.make_group(projection);
  file.set_attribute(projection, "source", std::int32_t{0});
  file.set_attribute(projection, "target", std::int32_t{0});
  file.set_attribute(projection, "rule", std::string("all_to_all"));
  file.set_attribute(projection, "weight_kind", std::string("constant"));
  file.set_attribute(projection, "delay_kind", std::string("constant"));
  file.write(projection + "/weight", std::vector<double>{2});
  file.write(projection + "/delay_ms", std::vector<double>{1});
  file.write(projection + "/bias", std::vector<float>{});
  const Network network = read_network(file, "/network");
  EXPECT_EQ(network.projections()[0].synapse.receptor, 0);
  EXPECT_TRUE(network.populations()[0].stimuli.empty());
  EXPECT_FALSE(is_drawn(network.populations()[0].v_init_drawn));
}

TEST(NetworkFile, KeepsEveryKindOfProjection) {
  Network network;
  const auto a = network.add(Lif{}, {3}, "a");
  const auto b = network.add(Lif{}, {3}, "b");
  network[b].v_init_mv = {-70.1, -65, -60};
  network[a].v_init_mv = {-61.7};
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> explicit_weights{0.1f, -0.0f, nan};
  network.connect(a, b, AllToAll{}, {.weight = 0.1, .delay_ms = 1.5});
  network.connect(a, b, OneToOne{},
                  {.weight = explicit_weights, .delay_ms = PerSource{{1, 2, 3.5}}});
  network.connect(b, a, Sparse{{0, 2, 2}, {1, 1, 1}},
                  {.weight = Uniform{-1, 2}, .delay_ms = PerSynapse{{0.1, 0.2, 0.3}}});
  network.connect(a, a, Sparse{}, {.weight = Normal{0.25, 3}});
  network.connect(b, b, AllToAll{}, {.weight = KaimingUniform{1.41}, .bias = {0.1f, 0.2f, 0.3f}});
  const Network back = round_trip(network);
  EXPECT_EQ(back.populations()[0].v_init_mv, network[a].v_init_mv);
  EXPECT_EQ(back.populations()[1].v_init_mv, network[b].v_init_mv);
  ASSERT_EQ(back.projections().size(), 5u);
  for (std::int32_t i = 0; i < 5; ++i) {
    const ProjectionId id{i};
    EXPECT_EQ(back[id].source, network[id].source);
    EXPECT_EQ(back[id].target, network[id].target);
    EXPECT_EQ(back.name_of(id), network.name_of(id));
    EXPECT_EQ(back[id].rule.index(), network[id].rule.index());
    EXPECT_EQ(back[id].synapse.bias, network[id].synapse.bias);
  }
  const auto& p = back.projections();
  EXPECT_EQ(std::get<double>(p[0].synapse.weight), 0.1);
  EXPECT_EQ(std::get<double>(p[0].synapse.delay_ms), 1.5);
  const auto& weights = std::get<std::vector<float>>(p[1].synapse.weight);
  ASSERT_EQ(weights.size(), 3u);
  EXPECT_EQ(std::memcmp(weights.data(), explicit_weights.data(), 12), 0);
  EXPECT_EQ(std::get<PerSource>(p[1].synapse.delay_ms).ms, (std::vector<double>{1, 2, 3.5}));
  EXPECT_EQ(std::get<Sparse>(p[2].rule).source, (std::vector<std::int64_t>{0, 2, 2}));
  EXPECT_EQ(std::get<Sparse>(p[2].rule).target, (std::vector<std::int64_t>{1, 1, 1}));
  EXPECT_EQ(std::get<Uniform>(p[2].synapse.weight).low, -1);
  EXPECT_EQ(std::get<Uniform>(p[2].synapse.weight).high, 2);
  EXPECT_EQ(std::get<PerSynapse>(p[2].synapse.delay_ms).ms, (std::vector<double>{0.1, 0.2, 0.3}));
  EXPECT_EQ(std::get<Normal>(p[3].synapse.weight).mean, 0.25);
  EXPECT_EQ(std::get<Normal>(p[3].synapse.weight).sd, 3);
  EXPECT_EQ(std::get<KaimingUniform>(p[4].synapse.weight).gain, 1.41);
}

TEST(NetworkFile, KeepsRulesThatDraw) {
  Network network;
  const auto a = network.add(Lif{}, {30}, "a");
  network.connect(a, a, FixedProbability{0.1, false},
                  {.weight = TruncatedNormal{0.1, 0.2, -0.3, 0.4}, .delay_ms = Uniform{1, 2.5}});
  network.connect(a, a, FixedInDegree{7, false, true},
                  {.weight = Lognormal{-0.1, 0.7}, .delay_ms = Normal{1.5, 0.1}});
  network.connect(a, a, FixedOutDegree{8, true, false},
                  {.delay_ms = TruncatedNormal{1.1, 0.2, 0.3, 4.4}});
  network.connect(a, a, FixedTotalNumber{1LL << 30, false, false}, {.delay_ms = 1.0});
  const Network back = round_trip(network);
  const auto& p = back.projections();
  ASSERT_EQ(p.size(), 4u);
  const auto& probability = std::get<FixedProbability>(p[0].rule);
  EXPECT_EQ(probability.probability, 0.1);
  EXPECT_FALSE(probability.allow_self);
  const auto& in = std::get<FixedInDegree>(p[1].rule);
  EXPECT_EQ(in.in_degree, 7);
  EXPECT_TRUE(!in.allow_self && in.allow_multiple);
  const auto& out = std::get<FixedOutDegree>(p[2].rule);
  EXPECT_EQ(out.out_degree, 8);
  EXPECT_TRUE(out.allow_self && !out.allow_multiple);
  const auto& total = std::get<FixedTotalNumber>(p[3].rule);
  EXPECT_EQ(total.synapses, 1LL << 30);
  EXPECT_TRUE(!total.allow_self && !total.allow_multiple);
  const auto numbers = [](const TruncatedNormal& d) {
    return std::vector<double>{d.mean, d.sd, d.low, d.high};
  };
  EXPECT_EQ(numbers(std::get<TruncatedNormal>(p[0].synapse.weight)),
            (std::vector<double>{0.1, 0.2, -0.3, 0.4}));
  EXPECT_EQ(numbers(std::get<TruncatedNormal>(p[2].synapse.delay_ms)),
            (std::vector<double>{1.1, 0.2, 0.3, 4.4}));
  EXPECT_EQ(std::get<Lognormal>(p[1].synapse.weight).mu, -0.1);
  EXPECT_EQ(std::get<Lognormal>(p[1].synapse.weight).sigma, 0.7);
  EXPECT_EQ(std::get<Uniform>(p[0].synapse.delay_ms).low, 1);
  EXPECT_EQ(std::get<Uniform>(p[0].synapse.delay_ms).high, 2.5);
  EXPECT_EQ(std::get<Normal>(p[1].synapse.delay_ms).mean, 1.5);
  EXPECT_EQ(std::get<Normal>(p[1].synapse.delay_ms).sd, 0.1);
}

TEST(NetworkFile, KeepsPlacesAndTheRulesThatNeedThem) {
  Network network;
  const auto a = network.add(Lif{}, {1, 3, 4}, "a"), b = network.add(Lif{}, {12}, "b");
  network[a].positions = random_positions(12, {1.5, 2.5}, 3, true);
  network[b].positions = random_positions(12, {1, 2, 3}, 4);
  const DistanceKernel kernels[] = {GaussianKernel{0.1, 0.2}, ExponentialKernel{0.3, 0.4},
                                    DiscKernel{0.5, 0.6}, LinearDecayKernel{0.7, 0.8}};
  for (const DistanceKernel& kernel : kernels) {
    network.connect(a, a, DistanceDependent{kernel, false},
                    {.delay_ms = DistanceDelay{1.25, 0.75}, .storage = Storage::procedural});
  }
  network.connect(a, a, Convolution{{1, 2}, {3, 4}, {5, 6}}, {.delay_ms = 1.0});
  network.connect(a, b, Csr{{0, 0, 2}, {7, 5}}, {.delay_ms = 1.0});
  const Network back = round_trip(network);
  for (std::size_t p = 0; p < 2; ++p) {
    const Positions &before = network.populations()[p].positions,
                    &after = back.populations()[p].positions;
    EXPECT_EQ(after.dimensions, before.dimensions);
    EXPECT_EQ(after.mm, before.mm);
    EXPECT_EQ(after.extent_mm, before.extent_mm);
    EXPECT_EQ(after.periodic, before.periodic);
  }
  const auto& p = back.projections();
  ASSERT_EQ(p.size(), 6u);
  for (std::size_t k = 0; k < 4; ++k) {
    const auto& rule = std::get<DistanceDependent>(p[k].rule);
    EXPECT_FALSE(rule.allow_self);
    EXPECT_EQ(rule.kernel.index(), k);
    EXPECT_EQ(scale_mm(rule.kernel), scale_mm(kernels[k]));
    EXPECT_EQ(probability_at(rule.kernel, 0), probability_at(kernels[k], 0));
    const auto& delay = std::get<DistanceDelay>(p[k].synapse.delay_ms);
    EXPECT_EQ(delay.offset_ms, 1.25);
    EXPECT_EQ(delay.speed_mm_per_ms, 0.75);
    EXPECT_EQ(p[k].synapse.storage, Storage::procedural);
  }
  const auto& shared = std::get<Convolution>(p[4].rule);
  using Pair = std::array<std::int64_t, 2>;
  EXPECT_EQ(shared.kernel, (Pair{1, 2}));
  EXPECT_EQ(shared.stride, (Pair{3, 4}));
  EXPECT_EQ(shared.padding, (Pair{5, 6}));
  const auto& rows = std::get<Csr>(p[5].rule);
  EXPECT_EQ(rows.row_begin, (std::vector<std::int64_t>{0, 0, 2}));
  EXPECT_EQ(rows.target, (std::vector<std::int64_t>{7, 5}));
  EXPECT_EQ(p[5].synapse.storage, Storage::stored);
}

template <class Rule>
class EveryRule : public testing::Test {};
template <class... Rules>
struct TypesOf<RuleList<Rules...>> {
  using type = testing::Types<Rules...>;
};
TYPED_TEST_SUITE(EveryRule, TypesOf<PlasticityRules>::type);

TYPED_TEST(EveryRule, KeepsEveryParameter) {
  Network network;
  const auto a = network.add(Lif{}, {3}, "a");
  for (const int salt : {1, 2, 6}) {
    network.connect(a, a, AllToAll{}, {.delay_ms = 1.0, .plasticity = distinct<TypeParam>(salt)});
    network.connect(a, a, AllToAll{}, {.delay_ms = 1.0});
  }
  const Network back = round_trip(network);
  ASSERT_EQ(back.projections().size(), 6u);
  for (std::int32_t q = 0; q < 6; ++q) {
    const Plasticity& before = network[ProjectionId{q}].synapse.plasticity;
    const Plasticity& after = back[ProjectionId{q}].synapse.plasticity;
    ASSERT_EQ(after.index(), before.index());
    if (q % 2 == 0) expect_same(std::get<TypeParam>(after), std::get<TypeParam>(before));
  }
}

TEST(NetworkFile, TakesNoModelsOfTheUsers) {
  const TemporaryFolder folder;
  Network network;
  CustomNeurons own;
  own.model = "Own";
  const auto a = network.add(Lif{}, {3}, "a");
  network[a].kind = own;
  try {
    save_network(folder / "n.h5", network, 1.0);
    ADD_FAILURE() << "no error";
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.object, "population \"a\"");
    EXPECT_EQ(error.field, "model");
    EXPECT_EQ(error.value, "Own");
    EXPECT_NE(error.allowed.find("not written to files"), std::string::npos);
  }
  EXPECT_EQ(folder.entries(), 0u) << "nothing is left";
}

TEST(NetworkFile, KeepsTheOrderOfMoreThanTenPopulations) {
  Network network;
  for (int i = 0; i < 12; ++i) network.add(If{}, {i + 1}, "p" + std::to_string(i));
  const Network back = round_trip(network);
  ASSERT_EQ(back.populations().size(), 12u);
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_EQ(back.populations()[i].name, "p" + std::to_string(i));
    EXPECT_EQ(back.populations()[i].size(), static_cast<std::int64_t>(i) + 1);
  }
}

TEST(NetworkFile, KeepsWhereItCameFrom) {
  const TemporaryFolder folder;
  save_network(folder / "n.h5", {}, 0.1,
               {.version = "0.1.0",
                .commit = "abc",
                .command = "snn train",
                .seed = std::numeric_limits<std::uint64_t>::max()});
  const SavedNetwork saved = load_network(folder / "n.h5");
  EXPECT_EQ(saved.dt_ms, 0.1);
  EXPECT_EQ(saved.provenance.version, "0.1.0");
  EXPECT_EQ(saved.provenance.commit, "abc");
  EXPECT_EQ(saved.provenance.command, "snn train");
  EXPECT_EQ(saved.provenance.seed, std::numeric_limits<std::uint64_t>::max());
  EXPECT_TRUE(saved.network.populations().empty());
}

TEST(NetworkFile, KeepsHowSamplesArePresented) {
  const TemporaryFolder folder;
  save_network(folder / "n.h5", {}, 0.1, {}, {.ticks = 17, .loss = "count"});
  EXPECT_EQ(load_network(folder / "n.h5").presentation.ticks, 17);
  EXPECT_EQ(load_network(folder / "n.h5").presentation.loss, "count");
  save_network(folder / "n.h5", {}, 0.1);
  EXPECT_EQ(load_network(folder / "n.h5").presentation.ticks, 0);
  EXPECT_EQ(load_network(folder / "n.h5").presentation.loss, "");
}

TEST(NetworkFile, HoldsNoTimeStamps) {
  // With them, the same run would write other bytes a second later.
  const TemporaryFolder folder;
  Network network;
  const auto a = network.add(Lif{}, {100}, "a");
  network.connect(a, a, AllToAll{}, {.weight = std::vector<float>(10000), .delay_ms = 1.0});
  save_network(folder / "n.h5", network, 1.0);
  const hid_t file = H5Fopen((folder / "n.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  for (const char* object :
       {"/", "/network", "/network/populations", "/network/populations/0/shape",
        "/network/projections/0", "/network/projections/0/weight"}) {
    H5O_info_t info{};
    ASSERT_GE(H5Oget_info_by_name(file, object, &info, H5P_DEFAULT), 0) << object;
    EXPECT_EQ(info.ctime, 0) << object;
    EXPECT_EQ(info.mtime, 0) << object;
  }
  H5Fclose(file);
}

TEST(NetworkFile, LiesInOtherFilesToo) {
  Network network;
  network.add(Lif{}, {2}, "a");
  Hdf5File file = Hdf5File::in_memory("checkpoint.h5");
  write_network(file, "/best/network", network);
  EXPECT_EQ(read_network(file, "/best/network").populations()[0].name, "a");
}

/// A file with one population and one projection in which something is wrong.
FileError damaged(const std::function<void(Hdf5File&)>& change_before) {
  Hdf5File file = Hdf5File::in_memory("n.h5");
  change_before(file);
  return file_error([&] { (void)read_network(file, "/network"); });
}

void head(Hdf5File& file, std::int32_t schema, std::int32_t populations, std::int32_t projections) {
  file.make_group("/network");
  file.set_attribute("/network", "schema", schema);
  file.set_attribute("/network", "populations", populations);
  file.set_attribute("/network", "projections", projections);
}

void population(Hdf5File& file, const std::string& model, std::int64_t extent, double entries,
                const std::string& reset) {
  const std::string group = "/network/populations/0";
  file.make_group(group + "/parameters");
  file.set_attribute(group, "name", std::string("a"));
  file.set_attribute(group, "model", model);
  file.write("/network/populations/0/shape", std::vector<std::int64_t>{extent});
  file.write("/network/populations/0/v_init_mv", std::vector<double>{});
  file.set_attribute(group + "/parameters", "entries", static_cast<std::int64_t>(entries));
  for (const char* field : {"v_rest_mv", "v_reset_mv", "v_th_mv", "t_ref_ms"}) {
    file.write(group + "/parameters/" + field, std::vector<double>{0});
  }
  file.write_strings(group + "/parameters/reset", std::vector<std::string>{reset});
}

TEST(NetworkFile, NamesWhatIsWrong) {
  EXPECT_EQ(damaged([](Hdf5File& file) { head(file, 99, 0, 0); }).where, "/network@schema");
  EXPECT_EQ(damaged([](Hdf5File& file) { head(file, 1, 1, 0); }).where,
            "/network/populations/0@name");
  EXPECT_EQ(damaged([](Hdf5File& file) {
              head(file, 1, 1, 0);
              population(file, "Hodgkin", 2, 1, "to_value");
            }).where,
            "/network/populations/0@model");
  EXPECT_EQ(damaged([](Hdf5File& file) {
              head(file, 1, 1, 0);
              population(file, "If", 2, 1, "sideways");
            }).where,
            "/network/populations/0/parameters/reset");
  EXPECT_EQ(damaged([](Hdf5File& file) {
              head(file, 1, 1, 0);
              population(file, "If", 2, 1e12, "to_value");
            }).where,
            "/network/populations/0/parameters@entries");
  EXPECT_EQ(damaged([](Hdf5File& file) {
              head(file, 1, 1, 0);
              population(file, "If", -2, 1, "to_value");
            }).where,
            "/network/populations/0/shape");
  EXPECT_EQ(damaged([](Hdf5File& file) {
              head(file, 1, 1, 1);
              population(file, "If", 2, 1, "to_value");
              file.make_group("/network/projections/0");
              file.set_attribute("/network/projections/0", "source", 0);
              file.set_attribute("/network/projections/0", "target", 5);
            }).where,
            "/network/projections/0@target");
}

TEST(NetworkFile, RefusesOtherFiles) {
  const TemporaryFolder folder;
  write_hdf5_atomically(folder / "a.h5",
                        [](Hdf5File& file) { file.write("/x", std::vector<double>{1}); });
  EXPECT_EQ(file_error([&] { load_network(folder / "a.h5"); }).where, "/@format");
}

}  // namespace
}  // namespace snn
