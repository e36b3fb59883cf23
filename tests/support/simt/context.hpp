// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace simt {

/// Where a stack of calls goes on. `state` belongs to context_x86_64.cpp or context_ucontext.cpp,
/// one of which is linked.
struct Context {
  void* state = nullptr;
};

/// Will call `entry`, which must not return, on a stack that ends at stack + bytes.
void prepare(Context& context, char* stack, std::size_t bytes, void (*entry)());
/// Goes on at `to`, and comes back when something switches to `from`.
void switch_context(Context& from, Context& to);
void destroy(Context& context);

}  // namespace simt
