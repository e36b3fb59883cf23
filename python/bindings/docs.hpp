// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace snn::python {

/// What the C++ header says of "Lif", "Lif::tau_m_ms" or "Simulation::run_ms". The texts are taken
/// from the headers when the module is built (header_docs.py). Empty where there is none; a test
/// reads what every public name says.
std::string doc_of(std::string_view name);

/// All lines but the first moved to the right.
std::string indented(std::string_view text, int spaces);

}  // namespace snn::python
