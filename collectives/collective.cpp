#include "collectives/collective.hpp"

#include <fmt/format.h>

#include <utility>

#include "collectives/verifier.hpp"
#include "core/error.hpp"

namespace assay::collectives {

namespace {

class PlannedCollective final : public Collective {
 public:
  explicit PlannedCollective(HostExecutor executor) : executor_{std::move(executor)} {}
  ExecutionStatus run(const void* input, void* output, std::size_t count,
                      Deadline deadline) noexcept override {
    return executor_.execute(input, output, count, deadline);
  }

 private:
  HostExecutor executor_;
};

void require_proof(const Plan& plan, int slots) {
  if (const Proof proof = verify(plan, slots); !proof.holds())
    throw Error{"assay", 0, fmt::format("plan '{}' is wrong: {}", plan.algorithm, *proof.defect)};
}

}  // namespace

std::unique_ptr<Collective> make_collective(const Algorithm& algorithm,
                                            const PlanOptions& plan_options, Bootstrap& bootstrap,
                                            Transport& transport, Elements elements,
                                            const ExecutorOptions& options) {
  const int ranks = bootstrap.size();
  const int rank = bootstrap.rank();
  check_plan_options(ranks, plan_options);
  if (ranks <= proved_ranks)
    require_proof(make_plan(algorithm, ranks, plan_options), options.slots);
  return std::make_unique<PlannedCollective>(HostExecutor{
      algorithm.rank_plan(rank, ranks, plan_options),
      algorithm.shape(ranks, plan_options),
      {algorithm.operation, rank, ranks, elements.type, elements.op, plan_options.weights},
      transport,
      options});
}

std::unique_ptr<Collective> make_transfer(int from, int to, Bootstrap& bootstrap,
                                          Transport& transport, DataType type,
                                          const ExecutorOptions& options) {
  const int ranks = bootstrap.size();
  const int rank = bootstrap.rank();
  const Plan plan = make_pair_plan(ranks, from, to);
  require_proof(plan, options.slots);
  return std::make_unique<PlannedCollective>(
      HostExecutor{plan.ranks[static_cast<std::size_t>(rank)],
                   plan.shape,
                   {plan.operation, rank, ranks, type, ReduceOp::sum, {}},
                   transport,
                   options});
}

}  // namespace assay::collectives
