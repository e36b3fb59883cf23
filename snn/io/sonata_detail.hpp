// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "snn/io/hdf5_file.hpp"

/// What the sources of SONATA files share; not for other includes. The format: "SONATA Developer
/// Guide" of AllenInstitute/sonata, version 0.1, and what libsonata 0.2.2 demands beyond it.
namespace snn::sonata {

/// The attributes that mark a SONATA file.
void write_marks(Hdf5File& file);

/// The attribute `sorting` = by_time: an enumeration, as the guide says and libsonata demands.
void mark_sorted_by_time(const Hdf5File& file, const std::string& group);

/// Throws ConfigError unless the names can be those of populations in a file: not empty, no '/',
/// not "." nor "..", each once. `file` names it in the error.
void check_names(const std::string& file, const std::vector<std::string>& names);

/// What times of the dataset are multiplied with to be ms, after its attribute `units` (missing:
/// 1).
double ms_per_unit(const Hdf5File& file, const std::string& dataset);

}  // namespace snn::sonata
