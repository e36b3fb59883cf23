// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <numeric>

#include "snn/io/hdf5_file.hpp"
#include "snn/io/load.hpp"
#include "snn/io/split.hpp"

namespace snn {

LoadedData load_digits(const std::filesystem::path& path, const SplitOptions& options) {
  constexpr std::int64_t samples = 1797, test_samples = 360, side = 8, classes = 10;
  constexpr std::uint8_t full_scale = 16;
  const double fraction = validation_fraction(options, 0.1);
  const Hdf5File file = Hdf5File::open(path);
  if (file.extents("/images") != std::vector<std::int64_t>{samples, side, side}) {
    throw FileError(file.path(), "/images", "expected 1797 x 8 x 8 values");
  }
  Images images{.values = file.read<std::uint8_t>("/images"), .full_scale = full_scale};
  for (std::size_t i = 0; i < images.values.size(); ++i) {
    if (images.values[i] > full_scale) {
      throw FileError(file.path(), "/images sample " + std::to_string(i / (side * side)),
                      "value " + std::to_string(images.values[i]) + "; allowed: 0 to 16");
    }
  }
  LoadedData loaded;
  Dataset& data = loaded.data;
  data.name = "digits";
  data.shape = {side, side};
  data.classes = classes;
  data.label = file.read<std::int32_t>("/labels");
  if (data.size() != samples) throw FileError(file.path(), "/labels", "expected 1797 labels");
  for (std::size_t i = 0; i < data.label.size(); ++i) {
    if (data.label[i] < 0 || data.label[i] >= classes) {
      throw FileError(file.path(), "/labels sample " + std::to_string(i),
                      "label " + std::to_string(data.label[i]) + "; allowed: 0 to 9");
    }
  }
  data.data = std::move(images);

  const auto test_begin = samples - test_samples;
  const auto held = std::llround(fraction * static_cast<double>(test_begin));
  loaded.split.train.resize(static_cast<std::size_t>(test_begin - held));
  loaded.split.validation.resize(static_cast<std::size_t>(held));
  loaded.split.test.resize(static_cast<std::size_t>(test_samples));
  std::iota(loaded.split.train.begin(), loaded.split.train.end(), 0);
  std::iota(loaded.split.validation.begin(), loaded.split.validation.end(), test_begin - held);
  std::iota(loaded.split.test.begin(), loaded.split.test.end(), test_begin);
  return loaded;
}

}  // namespace snn
