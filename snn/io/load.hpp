// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "snn/io/dataset.hpp"

namespace snn {

/// How the validation samples are taken out of the training samples; the test samples are those of
/// the data set, always.
struct SplitOptions {
  /// Part of the training samples, in [0, 1); negative: what the loader states as its own.
  double validation_fraction = -1.0;
  std::uint64_t seed = 1;  ///< of the random choice, where there is one
  /// Sets with groups (speakers): the group of the training samples that validates; negative: the
  /// last one.
  std::int32_t validation_group = -1;
};

/// Finds a file of the examples that come with the library: in the folder that the environment
/// variable SNN_EXAMPLE_DATA names, in ../share/snn/data beside the folder of the running program,
/// and in the source tree of the build. FileError lists where it looked.
std::filesystem::path find_example_data(const std::string& name);

/// The UCI handwritten digits: 1,797 images of 8 x 8, values 0..16 (E. Alpaydin & C. Kaynak, 1998,
/// CC BY 4.0). The first 1,437 train, of which the last tenth (or validation_fraction) validates;
/// the last 360 test. The original order is kept: neighbours tend to share a writer, so a block
/// that is held out is a stricter check than a random choice.
LoadedData load_digits(const std::filesystem::path& path, const SplitOptions& options = {});

/// MNIST and its kin: a folder with the four IDX files (train-images-idx3-ubyte,
/// train-labels-idx1-ubyte, t10k-...), as they are or as .gz. A random twelfth (5,000 of 60,000) of
/// the training samples, equally from all classes, validates. Labels are 0 .. classes-1.
LoadedData load_mnist(const std::filesystem::path& folder, const SplitOptions& options = {},
                      std::int32_t classes = 10);

/// Event samples in two HDF5 files with the layout of the Heidelberg digits (Cramer et al., TNNLS
/// 33 (2022) 2744): /spikes/times (s) and /spikes/units, variable-length rows of any number type;
/// /labels; optionally /extra/speaker (the groups) and /extra/keys (one name per class). Features:
/// `features` if > 0, else the attribute "features" of the training file, else the largest unit of
/// both files plus 1. Unsorted events are sorted. With several speakers in the training file, one
/// of them validates; else a random tenth, equally from all classes.
LoadedData load_events(const std::filesystem::path& train, const std::filesystem::path& test,
                       const SplitOptions& options = {}, std::int64_t features = 0);

}  // namespace snn
