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
                                            Transport& transport, DataType type, ReduceOp op,
                                            const ExecutorOptions& options) {
  const int ranks = bootstrap.size();
  if (ranks <= proved_ranks)
    require_proof(make_plan(algorithm, ranks, plan_options), options.slots);
  return std::make_unique<PlannedCollective>(HostExecutor{
      algorithm.rank_plan(bootstrap.rank(), ranks, plan_options),
      algorithm.shape(ranks, plan_options), bootstrap.rank(), transport, type, op, options});
}

std::unique_ptr<Collective> make_transfer(int from, int to, Bootstrap& bootstrap,
                                          Transport& transport, DataType type,
                                          const ExecutorOptions& options) {
  const Plan plan = make_pair_plan(bootstrap.size(), from, to);
  require_proof(plan, options.slots);
  const auto rank = static_cast<std::size_t>(bootstrap.rank());
  return std::make_unique<PlannedCollective>(HostExecutor{
      plan.ranks[rank], plan.shape, bootstrap.rank(), transport, type, ReduceOp::sum, options});
}

}  // namespace assay::collectives
