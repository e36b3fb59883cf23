// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "snn/cli/report/html.hpp"
#include "snn/cli/report/results_file.hpp"

/// What the parts of the page share: figures in words, and a few elements.
namespace snn::cli::page {

/// "12.3 nJ", "4.10 \u00b5J": three significant digits with a prefix.
std::string quantity(double value, const std::string& unit);
/// "96.67 %" of a share.
std::string percent(double share);
/// "21.5 times": a ratio with three significant digits; "infinitely many times" where nothing was
/// spent by the other.
std::string times(double ratio);
std::string with_digits(double value);  ///< three significant digits, without prefix

/// A model's name for readers; the name itself if it is not one of snn's.
std::string title_of(const std::string& model);
/// "spiking", "dense": for narrow places; the label of a user's.
std::string short_name(const Contender& contender);
/// Class that gives a contender its colour.
std::string class_of(Role role);

Html section(Literal id, const std::string& title, const Html& content);
Html paragraph(const Html& content);
/// "no counter. To fix it: another machine."
std::string reason_and_fix(const Unavailable& why);
/// Words in place of a figure: reason and fix.
Html unavailable_box(const std::string& what, const Unavailable& why);
/// "unavailable", in a table.
Html unavailable_word();
/// Chip that says of which kind a figure is.
Html kind_chip(bool measured);
Html list_of(const std::vector<Html>& items);

}  // namespace snn::cli::page
