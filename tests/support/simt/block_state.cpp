// SPDX-License-Identifier: Apache-2.0
#include "block_state.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace simt {
namespace {

template <class Function>
void for_each_lane(unsigned mask, Function function) {
  for (unsigned left = mask; left != 0; left &= left - 1) function(std::countr_zero(left));
}

std::uint64_t identity_of(WarpOperation operation) {
  switch (operation) {
    case WarpOperation::bit_and:
    case WarpOperation::min_unsigned:
      return ~0ull;
    case WarpOperation::min_signed:
      return static_cast<std::uint64_t>(INT64_MAX);
    case WarpOperation::max_signed:
      return static_cast<std::uint64_t>(INT64_MIN);
    default:
      return 0;
  }
}

std::uint64_t combine(WarpOperation operation, std::uint64_t a, std::uint64_t b) {
  const auto signed_a = static_cast<std::int64_t>(a), signed_b = static_cast<std::int64_t>(b);
  switch (operation) {
    case WarpOperation::add:
      return a + b;
    case WarpOperation::min_signed:
      return static_cast<std::uint64_t>(std::min(signed_a, signed_b));
    case WarpOperation::max_signed:
      return static_cast<std::uint64_t>(std::max(signed_a, signed_b));
    case WarpOperation::min_unsigned:
      return std::min(a, b);
    case WarpOperation::max_unsigned:
      return std::max(a, b);
    case WarpOperation::bit_and:
      return a & b;
    case WarpOperation::bit_or:
      return a | b;
    case WarpOperation::bit_xor:
      return a ^ b;
    default:
      return 0;
  }
}

std::uint64_t equal_lanes(unsigned mask, const Thread* lanes, std::uint64_t operand) {
  std::uint64_t equal = 0;
  for_each_lane(mask,
                [&](int lane) { equal |= std::uint64_t{lanes[lane].operand == operand} << lane; });
  return equal;
}

}  // namespace

Memory poisoned_memory(std::size_t bytes) {
  Memory memory(static_cast<unsigned char*>(::operator new(bytes, memory_alignment)));
  std::memset(memory.get(), 0xFF, bytes);
  return memory;
}

void Block::start(std::size_t number, const dim3& grid, const dim3& block) {
  id = {static_cast<unsigned>(number % grid.x), static_cast<unsigned>(number / grid.x % grid.y),
        static_cast<unsigned>(number / grid.x / grid.y)};
  const unsigned count = block.x * block.y * block.z;
  threads.assign(count, Thread{});
  warps.assign((count + 31) / 32, Warp{});
  if (count % 32 != 0) warps.back().ended = ~0u << (count % 32);
  arrived = ended = 0;
  shared.clear();
  dynamic_shared.reset();
  for (unsigned i = 0; i < count; ++i) {
    threads[i].block = this;
    threads[i].index = i;
    threads[i].id = {i % block.x, i / block.x % block.y, i / block.x / block.y};
  }
}

void finish_warp_call(WarpOperation operation, unsigned mask, Thread* lanes) {
  if (operation == WarpOperation::shuffle) {
    // What an inactive lane would give is not defined: all bits set, a NaN.
    for_each_lane(mask, [&](int lane) {
      const int source = lanes[lane].source;
      lanes[lane].result = (mask >> source & 1u) != 0 ? lanes[source].operand : ~0ull;
    });
    return;
  }
  if (operation == WarpOperation::match_any) {
    for_each_lane(mask, [&](int lane) {
      lanes[lane].result = equal_lanes(mask, lanes, lanes[lane].operand);
    });
    return;
  }
  std::uint64_t result = identity_of(operation);
  if (operation == WarpOperation::match_all) {
    const std::uint64_t equal = equal_lanes(mask, lanes, lanes[std::countr_zero(mask)].operand);
    result = equal == mask ? mask : 0;
  } else if (operation == WarpOperation::ballot) {
    result = equal_lanes(mask, lanes, 1);
  } else {
    for_each_lane(mask,
                  [&](int lane) { result = combine(operation, result, lanes[lane].operand); });
  }
  for_each_lane(mask, [&](int lane) { lanes[lane].result = result; });
}

std::uint64_t barrier_result(BlockOperation operation, std::uint64_t holds, std::uint64_t arrived) {
  switch (operation) {
    case BlockOperation::count:
      return holds;
    case BlockOperation::any:
      return holds != 0 ? 1 : 0;
    case BlockOperation::all:
      return holds == arrived ? 1 : 0;
    case BlockOperation::plain:
      return 0;
  }
  return 0;
}

}  // namespace simt
