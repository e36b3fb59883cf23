// SPDX-License-Identifier: Apache-2.0
// Scheduler of the emulation (see simt.hpp). Build this file WITHOUT -fsanitize: it finds out
// through weak symbols whether the program runs under ASan or TSan and tells them about fibers.
#include <sys/mman.h>

#include <cstdio>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "simt.hpp"

#if !defined(__x86_64__) && !defined(SIMT_UCONTEXT)
#define SIMT_UCONTEXT 1
#endif
#ifdef SIMT_UCONTEXT
#include <ucontext.h>
#endif

extern "C" {
[[gnu::weak]] void __sanitizer_start_switch_fiber(void** fake, const void* bottom,
                                                  std::size_t size);
[[gnu::weak]] void __sanitizer_finish_switch_fiber(void* fake, const void** bottom,
                                                   std::size_t* size);
[[gnu::weak]] void __asan_init();
[[gnu::weak]] void* __tsan_get_current_fiber();
[[gnu::weak]] void* __tsan_create_fiber(unsigned flags);
[[gnu::weak]] void __tsan_destroy_fiber(void* fiber);
[[gnu::weak]] void __tsan_switch_to_fiber(void* fiber, unsigned flags);
[[gnu::weak]] void __tsan_acquire(void* p);
[[gnu::weak]] void __tsan_release(void* p);
[[gnu::weak]] void AnnotateIgnoreWritesBegin(const char* file, int line);
[[gnu::weak]] void AnnotateIgnoreWritesEnd(const char* file, int line);
[[gnu::weak]] void AnnotateIgnoreReadsBegin(const char* file, int line);
[[gnu::weak]] void AnnotateIgnoreReadsEnd(const char* file, int line);
}

namespace simt {
namespace {
bool asan() {
  return __asan_init != nullptr;
}
bool tsan() {
  return __tsan_create_fiber != nullptr;
}
void tsan_release(void* p) {
  if (tsan()) __tsan_release(p);
}
void tsan_acquire(void* p) {
  if (tsan()) __tsan_acquire(p);
}
void quiet_begin() {
  if (tsan()) {
    AnnotateIgnoreWritesBegin("", 0);
    AnnotateIgnoreReadsBegin("", 0);
  }
}
void quiet_end() {
  if (tsan()) {
    AnnotateIgnoreReadsEnd("", 0);
    AnnotateIgnoreWritesEnd("", 0);
  }
}
struct Quiet {  // the scheduler's own allocations and memset are not accesses of the kernel
  Quiet() { quiet_begin(); }
  ~Quiet() { quiet_end(); }
};

// ---- context switch ------------------------------------------------------------------------
#ifndef SIMT_UCONTEXT
extern "C" void simt_switch(void** save_sp, void* load_sp);
asm(R"(
.pushsection .text
.weak simt_switch
.type simt_switch,@function
simt_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size simt_switch, .-simt_switch
.popsection
)");
#endif
struct Context {
#ifdef SIMT_UCONTEXT
  ucontext_t uc{};
#else
  void* sp = nullptr;
#endif
  char* stack = nullptr;
  std::size_t stack_size = 0;
  void* fake = nullptr;
  void* tsan = nullptr;
};

struct Block;
enum class State : unsigned char { fresh, ready, at_block, at_warp, at_grid, done };
struct Thread {
  Block* block = nullptr;
  uint3 tid{};
  unsigned index = 0;  // linear within the block
  State state = State::fresh;
  struct Fiber* fiber = nullptr;  // holds this thread while it is blocked
  Loc where{};
  std::uint64_t in = 0, out = 0;  // operand and result of a collective
  int aux = 0;
};
struct Fiber : Context {
  Thread* thread = nullptr;
};
struct WarpCall {
  unsigned mask, arrived;
  Call op;
  Loc where;
};
struct Warp {
  std::vector<WarpCall> open;
  unsigned exited = 0;
};
struct Block {
  uint3 idx{};
  std::vector<Thread> threads;
  std::vector<Warp> warps;
  unsigned arrived = 0, exited = 0;
  Join sync_op{};
  Loc sync_where{};
  std::vector<std::pair<const void*, std::unique_ptr<unsigned char[]>>> shared;
  std::unique_ptr<unsigned char[]> dyn;
};

class Machine;
inline constinit thread_local Machine* machine = nullptr;
inline constinit thread_local Thread* self = nullptr;

// One OS thread's scheduler; runs blocks first, first+stride, ... of a grid.
class Machine {
 public:
  Machine() {
    if (tsan()) main_.tsan = __tsan_get_current_fiber();
  }
  ~Machine() {
    for (auto& f : fibers_) {
      if (f->tsan) __tsan_destroy_fiber(f->tsan);
      munmap(f->stack, f->stack_size);
    }
  }
  void run(dim3 grid, dim3 block, std::size_t smem, const std::function<void()>& body,
           std::size_t first, std::size_t stride, std::size_t resident) {
    const Quiet q;
    Machine* outer = std::exchange(machine, this);
    body_ = &body;
    gridDim = grid;
    blockDim = block;
    smem_ = smem;
    rng_ = options().seed * 0x9E3779B97F4A7C15ull + first + 1;
    grid_arrived_ = grid_live_ = 0;
    tsan_release(&body_);  // launch start -> every thread
    std::vector<std::size_t> order;
    for (std::size_t b = first; b < grid.count(); b += stride) order.push_back(b);
    permute(order);
    std::size_t next = 0;
    while (next < order.size() && error_.empty()) {
      const std::size_t take = std::min(resident, order.size() - next);
      while (blocks_.size() < take) blocks_.push_back(std::make_unique<Block>());
      fresh_.clear();
      ready_.clear();
      fresh_at_ = 0;
      for (std::size_t k = 0; k < take; ++k) start_block(*blocks_[k], order[next + k]);
      permute(fresh_);
      live_ = fresh_.size();
      grid_live_ = live_;
      next += take;
      schedule();
    }
    tsan_acquire(&live_);  // every thread's end -> after the launch
    machine = outer;
    if (!error_.empty()) throw std::runtime_error(error_);
  }

  // ---- called on a fiber ----
  std::uint64_t block_sync(Join op, int pred, Loc where) {
    Thread& t = *self;
    Block& b = *t.block;
    if (b.arrived == 0) {
      b.sync_op = op;
      b.sync_where = where;
    } else if (b.sync_op != op)
      fail("different __syncthreads variants meet", where);
    else if (options().strict && b.sync_where.line != where.line)
      fail("__syncthreads calls from different lines meet", where, b.sync_where.line);
    if (options().strict && b.exited)
      fail("__syncthreads after some threads of the block exited", where);
    t.in = std::uint64_t(pred != 0);
    t.where = where;
    ++b.arrived;
    tsan_release(&b);
    if (b.arrived == b.threads.size() - b.exited)
      release_block(b, &t);
    else
      block(State::at_block);
    tsan_acquire(&b);
    return t.out;
  }
  std::uint64_t warp_call(Call op, unsigned mask, std::uint64_t in, int aux, Loc where) {
    Thread& t = *self;
    Block& b = *t.block;
    Warp& w = b.warps[t.index / 32];
    const unsigned lane = t.index % 32, bit = 1u << lane;
    if (!(mask & bit)) fail("warp call: caller not in its own mask", where);
    if (mask & w.exited) fail("warp call: mask names an exited or absent lane", where);
    t.in = in;
    t.aux = aux;
    t.where = where;
    std::size_t k = 0;
    while (k < w.open.size() && w.open[k].mask != mask) {
      if (w.open[k].mask & bit)
        fail("warp call: a waiting lane expects this lane in another mask", where,
             w.open[k].where.line);
      ++k;
    }
    if (k == w.open.size())
      w.open.push_back({mask, 0, op, where});
    else if (w.open[k].op != op || w.open[k].where.line != where.line)
      fail("warp call: lanes of one mask are in different calls", where, w.open[k].where.line);
    w.open[k].arrived |= bit;
    tsan_release(&w);
    if (w.open[k].arrived == mask) {
      w.open.erase(w.open.begin() + long(k));
      Thread* base = &b.threads[t.index - lane];
      finish_warp(op, mask, base);
      for (unsigned m = mask & ~bit; m; m &= m - 1) wake(base[std::countr_zero(m)]);
    } else
      block(State::at_warp);
    tsan_acquire(&w);
    return t.out;
  }
  void grid_sync(Loc where) {
    Thread& t = *self;
    t.where = where;
    tsan_release(&grid_arrived_);
    if (++grid_arrived_ == grid_live_) {
      grid_arrived_ = 0;
      for (auto& b : blocks_)
        for (auto& o : b->threads)
          if (o.state == State::at_grid) wake(o);
    } else
      block(State::at_grid);
    tsan_acquire(&grid_arrived_);
  }
  void yield() {
    ready_.push_back(self);
    block(State::ready);
  }
  void maybe_preempt() {
    const unsigned n = options().preempt_one_in;
    if (n && next_random() % n == 0) yield();
  }
  unsigned char* shared(const void* tag, std::size_t bytes) {
    Block& b = *self->block;
    for (auto& [t, p] : b.shared)
      if (t == tag) return p.get();
    b.shared.emplace_back(tag, alloc(bytes));
    return b.shared.back().second.get();
  }
  unsigned char* dyn_shared() {
    Block& b = *self->block;
    if (!b.dyn) b.dyn = alloc(smem_);
    return b.dyn.get();
  }
  [[noreturn]] void fail(const char* what, Loc where, unsigned other_line = 0) {
    char buf[512];
    std::snprintf(buf, sizeof buf, "%s at %s:%u%s%s (block %u,%u,%u thread %u)", what, where.file,
                  where.line, other_line ? " and line " : "",
                  other_line ? std::to_string(other_line).c_str() : "", blockIdx.x, blockIdx.y,
                  blockIdx.z, self ? self->index : 0u);
    error_ = buf;
    tsan_release(&live_);
    quiet_end();
    for (;;) switch_to_main();
  }

 private:
  static std::unique_ptr<unsigned char[]> alloc(std::size_t n) {
    auto p = std::make_unique<unsigned char[]>(n ? n : 1);
    std::memset(p.get(), 0xFF, n);
    return p;
  }
  std::uint64_t next_random() {
    rng_ ^= rng_ << 13;
    rng_ ^= rng_ >> 7;
    rng_ ^= rng_ << 17;
    return rng_;
  }
  template <class T>
  void permute(std::vector<T>& v) {
    using O = Options::Order;
    if (options().order == O::reverse) std::reverse(v.begin(), v.end());
    if (options().order == O::random)
      for (std::size_t i = v.size(); i > 1; --i) std::swap(v[i - 1], v[next_random() % i]);
  }
  void start_block(Block& b, std::size_t linear) {
    const dim3 g = gridDim, d = blockDim;
    b.idx = {unsigned(linear % g.x), unsigned(linear / g.x % g.y), unsigned(linear / g.x / g.y)};
    const unsigned n = unsigned(d.count());
    b.threads.resize(n);
    b.warps.assign((n + 31) / 32, Warp{});
    if (n % 32) b.warps.back().exited = ~0u << (n % 32);
    b.arrived = b.exited = 0;
    b.shared.clear();
    b.dyn.reset();
    for (unsigned i = 0; i < n; ++i) {
      Thread& t = b.threads[i];
      t.block = &b;
      t.index = i;
      t.state = State::fresh;
      t.fiber = nullptr;
      t.tid = {i % d.x, i / d.x % d.y, i / d.x / d.y};
      fresh_.push_back(&t);
    }
  }
  void schedule() {
    while (live_ && error_.empty()) {
      Thread* t = nullptr;
      const bool fresh_left = fresh_at_ < fresh_.size();
      if (!ready_.empty() &&
          !(fresh_left && options().order == Options::Order::random && (next_random() & 1))) {
        std::size_t pick = options().order == Options::Order::random ? next_random() % ready_.size()
                                                                     : ready_.size() - 1;
        std::swap(ready_[pick], ready_.back());
        t = ready_.back();
        ready_.pop_back();
        Fiber* f = t->fiber;
        enter(*t, f);
        switch_to(f);
      } else if (fresh_left) {
        switch_to(free_fiber());
      } else {
        deadlock();
        break;
      }
    }
  }
  void enter(Thread& t, Fiber* f) {
    self = &t;
    f->thread = &t;
    threadIdx = t.tid;
    blockIdx = t.block->idx;
  }
  void block(State s) {
    self->state = s;
    self->fiber = current_;
    tsan_release(&live_);  // after an error this fiber is dropped here
    quiet_end();           // TSan keeps this per fiber, and an abandoned fiber must not hold it
    switch_to_main();
    quiet_begin();
  }
  void wake(Thread& t) {
    t.state = State::ready;
    ready_.push_back(&t);
  }
  void release_block(Block& b, Thread* caller) {
    std::uint64_t n = 0;
    for (auto& t : b.threads)
      if (t.state == State::at_block || &t == caller) n += t.in;
    const std::uint64_t all = n == b.arrived;
    const std::uint64_t r = b.sync_op == Join::count ? n
                            : b.sync_op == Join::any ? std::uint64_t(n != 0)
                                                     : all;
    b.arrived = 0;
    // LIFO ready list: push in reverse so that a forward schedule resumes in index order
    for (std::size_t i = b.threads.size(); i-- > 0;) {
      Thread& t = b.threads[i];
      if (&t == caller)
        t.out = r;
      else if (t.state == State::at_block) {
        t.out = r;
        wake(t);
      }
    }
    if (options().order == Options::Order::reverse) std::reverse(ready_.begin(), ready_.end());
  }
  static void finish_warp(Call op, unsigned mask, Thread* w) {
    std::uint64_t acc = op == Call::reduce_and ? ~0ull : 0;
    for (unsigned m = mask; m; m &= m - 1) {
      const int l = std::countr_zero(m);
      if (op == Call::ballot) acc |= std::uint64_t(w[l].in != 0) << l;          // ballot
      if (op == Call::reduce_and) acc &= w[l].in;                               // reduce and
      if (op == Call::reduce_or) acc |= w[l].in;                                // reduce or
      if (op == Call::reduce_add) acc += w[l].in;                               // reduce add
      if (op == Call::reduce_max) acc = std::max<std::uint64_t>(acc, w[l].in);  // reduce max
    }
    for (unsigned m = mask; m; m &= m - 1) {
      const int l = std::countr_zero(m);
      if (op == Call::shuffle)
        w[l].out = (mask >> w[l].aux & 1) ? w[w[l].aux].in  // shuffle
                                          : 0xFFFFFFFFFFFFFFFFull;
      else if (op == Call::match_any) {  // match any
        acc = 0;
        for (unsigned k = mask; k; k &= k - 1)
          acc |= std::uint64_t(w[std::countr_zero(k)].in == w[l].in) << std::countr_zero(k);
        w[l].out = acc;
      } else
        w[l].out = acc;
    }
  }
  void deadlock() {
    std::unordered_map<std::string, unsigned> at;
    for (auto& b : blocks_)
      for (auto& t : b->threads) {
        if (t.state == State::done || t.state == State::fresh) continue;
        ++at[std::string(t.state == State::at_block  ? "block barrier "
                         : t.state == State::at_warp ? "warp call "
                                                     : "grid sync ") +
             t.where.file + ":" + std::to_string(t.where.line)];
      }
    error_ = "deadlock:";
    for (auto& [k, n] : at) error_ += " " + std::to_string(n) + " threads at " + k + ";";
  }

  // ---- fibers ----
  static void entry() {
    machine->loop();
    std::abort();
  }
  void loop() {
    finish_switch();
    for (;;) {
      while (fresh_at_ < fresh_.size() && error_.empty()) {
        Fiber* f = current_;  // a fiber keeps starting threads until one blocks
        Thread& t = *fresh_[fresh_at_++];
        enter(t, f);
        tsan_acquire(&body_);
        (*body_)();
        {
          const Quiet q;
          finish_thread(*self);
        }
        if (tsan() || !ready_.empty()) break;  // under TSan: another fiber for each CUDA thread
      }
      {
        const Quiet q;
        free_.push_back(current_);
      }
      switch_to_main();
    }
  }
  void finish_thread(Thread& t) {
    Block& b = *t.block;
    t.state = State::done;
    --live_;
    ++b.exited;
    --grid_live_;
    tsan_release(&live_);
    Warp& w = b.warps[t.index / 32];
    w.exited |= 1u << (t.index % 32);
    for (auto& c : w.open)
      if (c.mask & w.exited) fail("a lane exited while others wait for it in a warp call", c.where);
    if (b.arrived) {
      if (options().strict)
        fail("a thread exited while others wait at __syncthreads", b.sync_where);
      else if (b.arrived == b.threads.size() - b.exited)
        release_block(b, nullptr);
    }
  }
  Fiber* free_fiber() {
    if (!free_.empty() &&
        !(tsan() && fibers_.size() < std::min<std::size_t>(2 * fresh_.size(), 1024))) {
      Fiber* f = free_.front();
      free_.pop_front();  // FIFO: under TSan rotates threads over the fibers
      return f;
    }
    fibers_.push_back(std::make_unique<Fiber>());
    Fiber* f = fibers_.back().get();
    f->stack_size = options().stack_bytes;
    void* p = mmap(nullptr, f->stack_size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) throw std::bad_alloc();
    mprotect(p, 4096, PROT_NONE);
    f->stack = static_cast<char*>(p);
    if (tsan()) f->tsan = __tsan_create_fiber(0);
#ifdef SIMT_UCONTEXT
    getcontext(&f->uc);
    f->uc.uc_stack.ss_sp = f->stack;
    f->uc.uc_stack.ss_size = f->stack_size;
    makecontext(&f->uc, &Machine::entry, 0);
#else
    // stagger the tops: stacks of equal alignment would share a handful of cache sets
    auto* top =
        reinterpret_cast<void**>(f->stack + f->stack_size - fibers_.size() * 448 % 8192) - 2;
    *top = reinterpret_cast<void*>(&Machine::entry);  // popped by ret; keeps rsp % 16 == 8 at entry
    f->sp = top - 6;
    std::memset(f->sp, 0, 6 * sizeof(void*));
#endif
    return f;
  }
  void raw_switch(Context& from, Context& to) {
    if (asan()) __sanitizer_start_switch_fiber(&from.fake, to.stack, to.stack_size);
    if (tsan()) __tsan_switch_to_fiber(to.tsan, 1 /* no synchronisation */);
#ifdef SIMT_UCONTEXT
    swapcontext(&from.uc, &to.uc);
#else
    simt_switch(&from.sp, to.sp);
#endif
  }
  void finish_switch() {
    if (!asan()) return;
    const void* bottom = nullptr;
    std::size_t size = 0;
    __sanitizer_finish_switch_fiber(current_->fake, &bottom, &size);
    if (!main_.stack) {
      main_.stack = static_cast<char*>(const_cast<void*>(bottom));
      main_.stack_size = size;
    }
  }
  void switch_to(Fiber* f) {
    current_ = f;
    raw_switch(main_, *f);
    if (asan()) __sanitizer_finish_switch_fiber(main_.fake, nullptr, nullptr);
    self = nullptr;
  }
  void switch_to_main() {
    Fiber* f = current_;
    raw_switch(*f, main_);
    finish_switch();
  }

  const std::function<void()>* body_ = nullptr;
  std::size_t smem_ = 0, live_ = 0, fresh_at_ = 0, grid_live_ = 0, grid_arrived_ = 0;
  std::uint64_t rng_ = 1;
  std::vector<std::unique_ptr<Block>> blocks_;
  std::vector<Thread*> fresh_, ready_;
  std::vector<std::unique_ptr<Fiber>> fibers_;
  std::deque<Fiber*> free_;
  Context main_;
  Fiber* current_ = nullptr;
  std::string error_;
};
}  // namespace

int lane() {
  return int(self->index % 32);
}
std::uint64_t block_sync(Join op, int pred, Loc where) {
  const Quiet q;
  return machine->block_sync(op, pred, where);
}
std::uint64_t warp_call(Call op, unsigned mask, std::uint64_t in, int aux, Loc where) {
  const Quiet q;
  return machine->warp_call(op, mask, in, aux, where);
}
void grid_sync(Loc where) {
  const Quiet q;
  machine->grid_sync(where);
}
void yield() {
  const Quiet q;
  machine->yield();
}
void maybe_preempt() {
  const Quiet q;
  machine->maybe_preempt();
}
unsigned char* shared(const void* tag, std::size_t bytes) {
  const Quiet q;
  return machine->shared(tag, bytes);
}
unsigned char* dyn_shared() {
  const Quiet q;
  return machine->dyn_shared();
}

void run_grid(dim3 grid, dim3 block, std::size_t smem, bool cooperative,
              const std::function<void()>& body) {
  const auto& o = options();
  const std::size_t blocks = grid.count();
  const std::size_t resident = cooperative ? blocks : std::max(1u, o.resident);
  const unsigned workers =
      cooperative ? 1u : unsigned(std::min<std::size_t>(std::max(1u, o.os_threads), blocks));
  static thread_local std::unique_ptr<Machine> mine;
  auto work = [&](std::unique_ptr<Machine>& m, unsigned w) {
    if (!m) m = std::make_unique<Machine>();
    try {
      m->run(grid, block, smem, body, w, workers, resident);
    } catch (...) {
      m.reset();
      throw;
    }
  };
  if (workers == 1) return work(mine, 0);
  std::vector<std::thread> pool;
  std::exception_ptr err;
  std::mutex mu;
  auto guarded = [&](std::unique_ptr<Machine>& m, unsigned w) {
    try {
      work(m, w);
    } catch (...) {
      std::lock_guard l(mu);
      err = std::current_exception();
    }
  };
  for (unsigned w = 1; w < workers; ++w)
    pool.emplace_back([&, w] {
      std::unique_ptr<Machine> m;
      guarded(m, w);
    });
  guarded(mine, 0);
  for (auto& t : pool) t.join();
  if (err) std::rethrow_exception(err);
}
}  // namespace simt
