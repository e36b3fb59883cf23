// SPDX-License-Identifier: Apache-2.0
#include "snn/train/checkpoint.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>

#include "snn/io/hdf5_file.hpp"
#include "snn/model/errors.hpp"
#include "tests/support/temporary_folder.hpp"

namespace snn {
namespace {

/// Every field with a value of its own, some that decimal text would not keep.
Checkpoint full() {
  Checkpoint c;
  c.fingerprint = "parameters 3, \xC3\xBC";
  c.epoch = 3;
  c.batch = 4;
  c.loss_sum = 0.1;
  c.correct = 5;
  c.samples = 6;
  c.spikes = std::numeric_limits<std::uint64_t>::max();
  c.epoch_seconds = 1.0 / 3;
  c.parameters = {0.1f, -0.0f, std::numeric_limits<float>::denorm_min()};
  c.optimizer.first = {1, 2, 3};
  c.optimizer.second = {4, 5, std::numeric_limits<float>::max()};
  c.optimizer.steps = 7;
  c.schedule.scale = 0.25;
  c.schedule.best_loss = std::numeric_limits<double>::infinity();
  c.schedule.bad_epochs = 8;
  c.best_parameters = {7, 8, 9};
  c.bad_epochs = 9;
  c.result.best_epoch = 1;
  c.result.seconds = 12.5;
  c.result.operations.forward = {10, 11};
  c.result.operations.backward = {12, 13};
  c.result.validation = {14, 15};
  for (TrainingOperations* operations : {&c.result.operations, &c.epoch_operations}) {
    operations->update = {20, 21, 22, 23};
    operations->bias_additions = 24;
    operations->neuron_updates = 25;
    operations->adjoint_updates = std::numeric_limits<std::uint64_t>::max();
    operations->projections.resize(2);
    operations->projections[1] = {"", {30, 31}, {32, 33}, {34, 35}, 36, {37, 38, 39, 40}};
  }
  for (int e = 0; e < 3; ++e) {
    const double x = e + 0.1;
    c.result.epochs.push_back({e, x, x + 1, x + 2, x + 3, x + 4, x + 5, x + 6});
    c.result.epochs.back().operations = c.result.operations;
    c.result.epochs.back().operations.neuron_updates = static_cast<std::uint64_t>(e);
  }
  return c;
}

/// All that is in it, as bytes.
std::string bytes_of(const Checkpoint& c) {
  std::string bytes = c.fingerprint;
  const auto add = [&](const auto& value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  const auto add_all = [&](const std::vector<float>& values) {
    add(values.size());
    for (const float value : values) add(value);
  };
  add(c.epoch), add(c.batch), add(c.loss_sum), add(c.correct), add(c.samples), add(c.spikes);
  add(c.epoch_seconds), add(c.optimizer.steps), add(c.bad_epochs);
  add(c.schedule.scale), add(c.schedule.best_loss), add(c.schedule.bad_epochs);
  add_all(c.parameters), add_all(c.best_parameters);
  add_all(c.optimizer.first), add_all(c.optimizer.second);
  add(c.result.best_epoch), add(c.result.seconds);
  add(c.result.validation.macs), add(c.result.validation.acs);
  const auto add_operations = [&](const TrainingOperations& all) {
    const auto add_update = [&](const UpdateOperations& u) {
      add(u.additions), add(u.multiplications), add(u.divisions), add(u.square_roots);
    };
    for (const Operations& o : {all.forward, all.backward}) add(o.macs), add(o.acs);
    add_update(all.update);
    add(all.bias_additions), add(all.neuron_updates), add(all.adjoint_updates);
    for (const ProjectionOperations& q : all.projections) {
      for (const Operations& o : {q.forward, q.input_gradient, q.weight_gradient})
        add(o.macs), add(o.acs);
      add(q.bias_additions), add_update(q.update);
    }
  };
  add_operations(c.result.operations), add_operations(c.epoch_operations);
  for (const EpochReport& e : c.result.epochs) add_operations(e.operations);
  for (const EpochReport& e : c.result.epochs) {
    add(e.epoch), add(e.train_loss), add(e.train_accuracy), add(e.validation_loss);
    add(e.validation_accuracy), add(e.learning_rate), add(e.seconds), add(e.spikes_per_sample);
  }
  return bytes;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void write(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

class CheckpointFile : public testing::Test {
 protected:
  support::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.path() / "checkpoint.h5";
};

TEST_F(CheckpointFile, ComesBackBitForBit) {
  save_checkpoint(path_, full());
  EXPECT_EQ(bytes_of(load_checkpoint(path_)), bytes_of(full()));
}

TEST_F(CheckpointFile, OfTrainingThatHasNotBegunComesBack) {
  save_checkpoint(path_, Checkpoint{});
  EXPECT_EQ(bytes_of(load_checkpoint(path_)), bytes_of(Checkpoint{}));
}

TEST_F(CheckpointFile, ReplacesTheOldOneAndLeavesNothingElse) {
  Checkpoint old = full();
  old.epoch = 1;
  save_checkpoint(path_, old);
  save_checkpoint(path_, full());
  EXPECT_EQ(load_checkpoint(path_).epoch, 3);
  const auto files = std::filesystem::directory_iterator(folder_.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST_F(CheckpointFile, CutShortIsAnError) {
  save_checkpoint(path_, full());
  const std::string whole = read(path_);
  for (std::size_t length = 0; length < whole.size(); length += 97) {
    write(path_, whole.substr(0, length));
    EXPECT_THROW(load_checkpoint(path_), FileError) << length << " of " << whole.size() << " bytes";
  }
}

/// Flips bytes here and there; the number of files refused, or -1 if an array of the checkpoint
/// came back changed.
int flip_bytes(const std::filesystem::path& path) {
  const std::string whole = read(path);
  const Checkpoint good = full();
  int refused = 0;
  for (std::size_t at = 0; at < whole.size(); at += 13) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(~damaged[at]);
    write(path, damaged);
    try {
      const Checkpoint loaded = load_checkpoint(path);
      if (loaded.parameters != good.parameters || loaded.best_parameters != good.best_parameters ||
          loaded.optimizer.first != good.optimizer.first ||
          loaded.optimizer.second != good.optimizer.second) {
        return -1;
      }
    } catch (const FileError&) {
      ++refused;
    }
  }
  return refused;
}

/// A flipped byte is an error, or lies where the format keeps nothing of ours. Arrays are under
/// checksums; numbers kept as attributes are not, so that a changed one may pass as a number. In a
/// process of its own: a crash is seen, and what HDF5 keeps of damaged files ends with it.
TEST_F(CheckpointFile, AFlippedByteNeverCrashesNorChangesAnArray) {
  save_checkpoint(path_, full());
  EXPECT_EXIT(std::_Exit(flip_bytes(path_) > 20 ? 0 : 1), testing::ExitedWithCode(0), "");
}

TEST_F(CheckpointFile, OfAnotherKindOrSchemaIsAnError) {
  const auto where = [&] {
    try {
      load_checkpoint(path_);
    } catch (const FileError& error) {
      return error.where;
    }
    return std::string("taken");
  };
  EXPECT_THROW(load_checkpoint(path_), FileError);  // no file at all
  write_hdf5_atomically(path_, [](Hdf5File& file) { file.write<float>("/parameters", {1, 2}); });
  EXPECT_EQ(where(), "/");
  write_hdf5_atomically(path_, [](Hdf5File& file) {
    file.set_attribute<std::string>("/", "kind", "snn checkpoint");
    file.set_attribute<std::int32_t>("/", "schema", 2);
  });
  EXPECT_EQ(where(), "/schema");
}

TEST_F(CheckpointFile, ThatContradictsItselfIsAnError) {
  Checkpoint wrong = full();
  wrong.best_parameters.pop_back();
  save_checkpoint(path_, wrong);
  EXPECT_THROW(load_checkpoint(path_), FileError);
  wrong = full();
  wrong.result.best_epoch = 3;
  save_checkpoint(path_, wrong);
  EXPECT_THROW(load_checkpoint(path_), FileError);
}

}  // namespace
}  // namespace snn
