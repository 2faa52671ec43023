// Executing a collective allocates nothing and takes no system call once it is set up: both are
// counted, on ranks that are threads and meet in shared memory.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <new>
#include <thread>
#include <vector>

#include "collectives/collective.hpp"
#include "collectives/direct/registered.hpp"
#include "collectives/transport/shared_memory.hpp"
#ifdef ASSAY_UCX
#include "collectives/transport/ucx.hpp"
#endif
#include "tests/collectives/ranks_as_threads.hpp"

// From linux/prctl.h; older headers lack them.
#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_OFF 0
#define PR_SYS_DISPATCH_ON 1
#endif

namespace {

thread_local std::uint64_t allocations = 0;

/// What the kernel looks at before each system call of a thread: whether it is to be trapped.
constexpr char let_pass = 0;
constexpr char trap = 1;
thread_local volatile char system_calls = let_pass;
thread_local std::uint64_t yields = 0;
thread_local std::uint64_t others = 0;  ///< than yields

/// The call is not made: a yield can do without.
[[maybe_unused]] void count_system_call(int, siginfo_t* info, void*) {
  ++(info->si_syscall == SYS_sched_yield ? yields : others);
  // Leaving the handler is a system call too: this thread's next ones pass uncounted until the
  // selector is set again.
  system_calls = let_pass;
}

}  // namespace

// Not inlined: g++ 12 then takes them for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* memory = std::malloc(bytes == 0 ? 1 : bytes)) return memory;
  throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace assay::collectives {
namespace {

constexpr Seconds patience{60.0};
constexpr std::size_t longest = 8 << 10;  // elements; some chunks of the blocks below
constexpr int runs_a_window = 4;
/// Windows in a row are counted until so many had no yield, or for so long.
constexpr int windows_wanted = 50;
constexpr Seconds longest_count{10.0};

ExecutorOptions small_blocks() {
  ExecutorOptions options;
  options.block_bytes = 4 << 10;
  return options;
}

/// Has this thread's system calls trapped while it lives.
class SystemCallCounter {
 public:
  SystemCallCounter() {
#ifndef __SANITIZE_THREAD__  // whose signal handlers make system calls themselves
    struct sigaction action = {};
    action.sa_sigaction = count_system_call;
    action.sa_flags = SA_SIGINFO;
    ::sigaction(SIGSYS, &action, nullptr);
    works_ = ::prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0L, 0L,
                     const_cast<char*>(&system_calls)) == 0;
#endif
  }
  ~SystemCallCounter() {
    system_calls = let_pass;
    if (works_) ::prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0L, 0L, nullptr);
  }
  SystemCallCounter(const SystemCallCounter&) = delete;
  SystemCallCounter& operator=(const SystemCallCounter&) = delete;
  [[nodiscard]] bool works() const { return works_; }

 private:
  bool works_ = false;
};

struct Counts {
  std::uint64_t allocations = 0;
  std::uint64_t system_calls = 0;  ///< other than yields
  bool works = false;
  int windows_without_yield = 0;
};

/// Runs it again and again, and counts.
Counts count_in(Bootstrap& bootstrap, Collective& collective, const float* input, float* output) {
  Counts counts;
  const SystemCallCounter counter;
  counts.works = counter.works();
  if (!counts.works) return counts;
  const auto run = [&](std::size_t count) {
    if (collective.run(input, output, count, Deadline::after(patience))) std::abort();
  };
  for (const std::size_t count : {std::size_t{1}, longest}) run(count);
  std::uint64_t before = allocations;
  others = 0;
  const auto end = Deadline::after(longest_count);
  bool enough = false;
  while (!enough) {
    yields = 0;
    system_calls = trap;
    for (int i = 0; i < runs_a_window; ++i) run(i % 2 == 0 ? longest : 1 + longest / 64);
    system_calls = let_pass;
    if (yields == 0) ++counts.windows_without_yield;
    counts.allocations += allocations - before;
    counts.system_calls = others;
    // Whatever the others have seen, all stop together.
    enough =
        from_rank_zero(bootstrap, counts.windows_without_yield >= windows_wanted || end.passed());
    before = allocations;
  }
  return counts;
}

/// A rank yields when a peer keeps it waiting for long, as it does where the machine has other
/// work, but never as a matter of course.
void expect_nothing(const Counts& counts, const char* of) {
  if (!counts.works)
    GTEST_SKIP() << "no system call user dispatch: an older kernel, or ThreadSanitizer";
  EXPECT_EQ(counts.allocations, 0U) << of;
  EXPECT_EQ(counts.system_calls, 0U) << of;
  EXPECT_GT(counts.windows_without_yield, 0) << of;
}

TEST(SteadyState, TheCountersCount) {
  const SystemCallCounter counter;
  if (!counter.works())
    GTEST_SKIP() << "no system call user dispatch: an older kernel, or ThreadSanitizer";
  yields = others = 0;
  system_calls = trap;
  sched_yield();
  EXPECT_EQ(yields, 1U);
  system_calls = trap;
  static_cast<void>(::getppid());
  EXPECT_EQ(others, 1U);
  const std::uint64_t before = allocations;
  const auto memory = std::make_unique<int>(1);
  EXPECT_EQ(allocations, before + 1);
}

TEST(SteadyState, OfAPlanAllocatesNothingAndTakesNoSystemCall) {
  if (std::thread::hardware_concurrency() < 2) GTEST_SKIP() << "ranks outnumber processors";
  for (const Algorithm& algorithm : algorithms())
    run_ranks(2, [&](Bootstrap& bootstrap) {
      const auto transport = make_shared_memory_transport(bootstrap);
      const auto collective =
          make_collective(algorithm, {}, bootstrap, *transport, {}, small_blocks());
      const std::vector<float> input(2 * longest);
      std::vector<float> output(2 * longest);
      const Counts counts = count_in(bootstrap, *collective, input.data(), output.data());
      expect_nothing(counts, algorithm.name.data());
      bootstrap.barrier();
    });
}

TEST(SteadyState, OfLoadingAndStoringAllocatesNothingAndTakesNoSystemCall) {
  if (std::thread::hardware_concurrency() < 2) GTEST_SKIP() << "ranks outnumber processors";
  for (const OperationInfo& operation : operations) {
    if (operation.operation == Operation::transfer) continue;
    run_ranks(2, [&](Bootstrap& bootstrap) {
      const auto transport = make_shared_memory_transport(bootstrap);
      const auto memory = transport->allocate_registered(4 * longest * sizeof(float));
      const auto collective = make_registered_collective(operation.operation, 0, bootstrap,
                                                         *transport, *memory, {}, small_blocks());
      auto* input = reinterpret_cast<float*>(memory->mine());
      const Counts counts = count_in(bootstrap, *collective, input, input + 2 * longest);
      expect_nothing(counts, operation.name.data());
      bootstrap.barrier();
    });
  }
}

#ifdef ASSAY_UCX
// What UCX does itself, with malloc and the system, is its own business.
TEST(SteadyState, OverUcxAllocatesNothing) {
  for (const bool is_wide : {false, true})
    run_ranks(2, [&](Bootstrap& bootstrap) {
      TransportOptions options;
      if (is_wide) options.host = "host" + std::to_string(bootstrap.rank());
      const auto transport = make_ucx_transport(bootstrap, options);
      for (const Algorithm& algorithm : algorithms(Operation::all_reduce)) {
        ExecutorOptions waiting;
        waiting.wait = WaitPolicy::oversubscribed();
        const auto collective = make_collective(algorithm, {}, bootstrap, *transport, {}, waiting);
        std::vector<float> data(16 * longest);
        const auto run = [&](std::size_t count) {
          if (collective->run(data.data(), data.data(), count, Deadline::after(patience)))
            std::abort();
        };
        for (const std::size_t count : {std::size_t{1}, data.size()}) run(count);
        const std::uint64_t before = allocations;
        for (int i = 0; i < runs_a_window; ++i) run(i % 2 == 0 ? data.size() : 1);
        EXPECT_EQ(allocations, before) << algorithm.name;
        bootstrap.barrier();
      }
    });
}
#endif

}  // namespace
}  // namespace assay::collectives
