// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "snn/cli/report/html.hpp"
#include "snn/cli/report/results_file.hpp"

/// The parts of the page, in the order in which they stand there.
namespace snn::cli::page {

/// The answer in one sentence: the page's heading.
std::string headline(const Results& results);

Html verdict_part(const Results& results);    ///< who wins, by which figure, by how much
Html picture_part(const Results& results);    ///< accuracy against energy
Html tables_part(const Results& results);     ///< counts, measured and modelled energy
Html layers_part(const Results& results);     ///< where the energy goes, and which layers lose
Html raster_part(const Results& results);     ///< spikes of one sample
Html training_part(const Results& results);   ///< joules and grams of training
Html method_part(const Results& results);     ///< formulas and constants with their sources
Html reproduce_part(const Results& results);  ///< command, commit, seed, machine

/// The whole page, which needs no other file and no network.
std::string page_of(const Results& results);

}  // namespace snn::cli::page
