// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

/// What a test program takes by operator new, once allocations.cpp is linked to it.
namespace support {

/// Bytes held now, and most that were held since the last call of forget_peak().
std::int64_t held_bytes();
std::int64_t peak_bytes();
void forget_peak();

}  // namespace support
