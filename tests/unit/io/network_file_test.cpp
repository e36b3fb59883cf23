// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/io/network_round_trip.hpp"

namespace snn {
namespace {

using test::file_error;
using test::TemporaryFolder;

template <class Model>
class EveryModel : public testing::Test {};
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
