// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

#include <ucontext.h>

/// For processors that context_x86_64.cpp is not for.
namespace simt {
namespace {

ucontext_t* of(Context& context) {
  if (context.state == nullptr) context.state = new ucontext_t{};
  return static_cast<ucontext_t*>(context.state);
}

}  // namespace

void prepare(Context& context, char* stack, std::size_t bytes, void (*entry)()) {
  ucontext_t* to = of(context);
  getcontext(to);
  to->uc_stack.ss_sp = stack;
  to->uc_stack.ss_size = bytes;
  makecontext(to, entry, 0);
}

void switch_context(Context& from, Context& to) {
  swapcontext(of(from), of(to));
}

void destroy(Context& context) {
  delete static_cast<ucontext_t*>(context.state);
  context.state = nullptr;
}

}  // namespace simt
