#include "collectives/worker.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "collectives/algorithm.hpp"
#include "collectives/collective.hpp"
#include "collectives/operation.hpp"
#include "collectives/transport/shared_memory.hpp"
#include "collectives/transport/threads.hpp"
#include "core/heartbeat.hpp"
#include "tests/collectives/ranks_as_threads.hpp"
#include "tests/collectives/stand_in_worker.hpp"
#ifdef ASSAY_UCX
#include "collectives/transport/ucx.hpp"
#endif

namespace assay::collectives {
namespace {

constexpr Seconds patience{60.0};
constexpr int ranks = 3;

ExecutorOptions small_blocks(Worker* worker) {
  ExecutorOptions options;
  options.block_bytes = 4096;
  options.slots = 2;
  options.wait = WaitPolicy::oversubscribed();
  options.worker = worker;
  return options;
}

/// The bytes that a collective leaves on this rank, its buffers in the worker's memory or, without
/// one, in the host's.
std::vector<std::byte> result_of(const Algorithm& algorithm, Bootstrap& bootstrap,
                                 Transport& transport, Elements elements, std::size_t count,
                                 StandInWorker* worker) {
  const std::size_t bytes =
      count * static_cast<std::size_t>(bootstrap.size()) * info(elements.type).bytes + 1;
  StandInWorker host;
  const auto input = (worker == nullptr ? host : *worker).allocate(bytes);
  const auto output = (worker == nullptr ? host : *worker).allocate(bytes);
  for (std::size_t i = 0; i < bytes; ++i)
    input.get()[i] =
        static_cast<std::byte>((i * 7 + static_cast<std::size_t>(bootstrap.rank())) % 61);
  std::memset(output.get(), 0x5A, bytes);
  const auto collective =
      make_collective(algorithm, {}, bootstrap, transport, elements, small_blocks(worker));
  EXPECT_FALSE(collective->run(input.get(), output.get(), count, Deadline::after(patience)));
  bootstrap.barrier();
  return {output.get(), output.get() + bytes};
}

using Make = std::unique_ptr<Transport> (*)(Bootstrap&);
std::vector<Make> makers() {
  std::vector<Make> all{make_thread_transport, make_shared_memory_transport};
#ifdef ASSAY_UCX
  all.push_back([](Bootstrap& bootstrap) { return make_ucx_transport(bootstrap, {}); });
#endif
  return all;
}
class Workers : public testing::TestWithParam<Make> {};
INSTANTIATE_TEST_SUITE_P(Transports, Workers, testing::ValuesIn(makers()));

TEST_P(Workers, LeaveWhatTheProcessorLeavesForEveryAlgorithm) {
  run_ranks(ranks, [&](Bootstrap& bootstrap) {
    const auto transport = GetParam()(bootstrap);
    for (const auto& operation : operations)
      for (const auto& algorithm : algorithms(operation.operation)) {
        if (algorithm.why_not != nullptr) continue;
        constexpr std::size_t count = 3001;
        const auto expected =
            result_of(algorithm, bootstrap, *transport, {DataType::int32}, count, nullptr);
        for (const MemoryKind kind : {MemoryKind::cuda, MemoryKind::host}) {
          StandInWorker worker{kind};
          const auto found =
              result_of(algorithm, bootstrap, *transport, {DataType::int32}, count, &worker);
          EXPECT_EQ(found, expected) << operation.name << " by " << algorithm.name;
          EXPECT_GT(worker.started(), 0U);
          // Memory that UCX moves itself has the messages; those of the others are the host's.
          const bool has_messages = kind == MemoryKind::host && transport->name() == "ucx";
          EXPECT_EQ(worker.admissions() > 0, !has_messages);
        }
      }
  });
}

TEST(Worker, SumsEveryTypeAsTheProcessorDoes) {
  run_ranks(ranks, [&](Bootstrap& bootstrap) {
    const auto transport = make_thread_transport(bootstrap);
    for (const auto& type : data_types)
      for (const auto& op : reduce_ops) {
        const auto& ring = find_algorithm(Operation::all_reduce, "ring");
        StandInWorker worker;
        EXPECT_EQ(result_of(ring, bootstrap, *transport, {type.type, op.op}, 501, &worker),
                  result_of(ring, bootstrap, *transport, {type.type, op.op}, 501, nullptr))
            << type.name << " " << op.name;
      }
  });
}

TEST(Worker, IsOutOfWhatItWasLetIntoWhenTheLinksAreGone) {
  run_ranks(2, [](Bootstrap& bootstrap) {
    const auto transport = make_shared_memory_transport(bootstrap);
    StandInWorker worker;
    static_cast<void>(result_of(find_algorithm(Operation::all_reduce, "tree"), bootstrap,
                                *transport, {DataType::float32}, 100, &worker));
    EXPECT_TRUE(worker.reaches_nothing());
  });
}

TEST(Worker, ThatFailsEndsTheExecutionWithItsReason) {
  run_ranks(1, [](Bootstrap& bootstrap) {
    const auto transport = make_thread_transport(bootstrap);
    StandInWorker worker{MemoryKind::cuda, true};
    const auto collective = make_collective(find_algorithm(Operation::all_reduce, "ring"), {},
                                            bootstrap, *transport, {}, small_blocks(&worker));
    const auto buffer = worker.allocate(64);
    const auto status = collective->run(buffer.get(), buffer.get(), 4, Deadline::after(patience));
    ASSERT_TRUE(status);
    EXPECT_EQ(status->waiting_for, Heartbeat::nobody);
    EXPECT_STREQ(status->failure, "it is said to fail");
  });
}

}  // namespace
}  // namespace assay::collectives
