// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "snn/energy/counts/counts.hpp"
#include "snn/energy/models/ledger.hpp"

/// The formulas, one function each: they write what every layer costs into a ledger.
namespace snn {

/// add_F and multiply_F of the format.
void pay_compute(const RawCounts& raw, const std::string& format, Ledger& ledger);
void pay_memory(const RawCounts& raw, Ledger& ledger);
void pay_synapses(const RawCounts& raw, Ledger& ledger);
void pay_movement(const RawCounts& raw, int weight_bits, int activation_bits, Ledger& ledger);
void pay_chip(const RawCounts& raw, const Hardware& chip, Ledger& ledger);
void pay_floor(const RawCounts& raw, const Hardware& processor, const std::string& format,
               Ledger& ledger);

}  // namespace snn
