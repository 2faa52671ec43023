#include "collectives/plan.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "benchmarks/collective.hpp"
#include "cli/verbs.hpp"
#include "collectives/algorithm.hpp"
#include "collectives/cost_model.hpp"
#include "collectives/verifier.hpp"

namespace assay::cli {

using collectives::Plan;
using collectives::Step;

namespace {

/// A schedule longer than this is not printed for people; --json has it all.
constexpr int ranks_printed = 8;

std::string name_of(collectives::Action action) {
  switch (action) {
    case collectives::Action::send:
      return "send";
    case collectives::Action::receive:
      return "receive";
    case collectives::Action::receive_reduce:
      return "receive_reduce";
    case collectives::Action::receive_reduce_send:
      return "receive_reduce_send";
    case collectives::Action::receive_send:
      return "receive_send";
    case collectives::Action::copy:
      return "copy";
    case collectives::Action::reduce:
      return "reduce";
  }
  return "";
}

std::string name_of(collectives::Place place) {
  switch (place) {
    case collectives::Place::input:
      return "input";
    case collectives::Place::output:
      return "output";
    case collectives::Place::scratch:
      return "scratch";
    case collectives::Place::nowhere:
      return "nowhere";
  }
  return "";
}

std::string describe(const Step& step) {
  std::string text = fmt::format("{:<20} block {:<4}", name_of(step.action), step.block);
  if (receives(step.action)) text += fmt::format(" from {}", step.receive_from);
  if (sends(step.action)) text += fmt::format(" to {}", step.send_to);
  if (has_operand(step.action)) text += fmt::format(", reads {}", name_of(step.operand));
  if (step.action != collectives::Action::send && step.target != collectives::Place::nowhere)
    text += fmt::format(", writes {}", name_of(step.target));
  if (step.completes) text += ", completes the sum";
  return text;
}

nlohmann::ordered_json to_json(const Plan& plan) {
  nlohmann::ordered_json ranks = nlohmann::ordered_json::array();
  for (const auto& rank : plan.ranks) {
    nlohmann::ordered_json lanes = nlohmann::ordered_json::array();
    for (const auto& lane : rank) {
      nlohmann::ordered_json steps = nlohmann::ordered_json::array();
      for (const Step& step : lane.steps) {
        nlohmann::ordered_json entry{{"action", name_of(step.action)}, {"block", step.block}};
        if (receives(step.action)) entry["from"] = step.receive_from;
        if (sends(step.action)) entry["to"] = step.send_to;
        if (has_operand(step.action)) entry["operand"] = name_of(step.operand);
        if (step.action != collectives::Action::send) entry["target"] = name_of(step.target);
        entry["completes"] = step.completes;
        steps.push_back(std::move(entry));
      }
      lanes.push_back({{"segment", lane.segment}, {"after", lane.after}, {"steps", steps}});
    }
    ranks.push_back(std::move(lanes));
  }
  return {{"schema", 1},
          {"algorithm", plan.algorithm},
          {"segments", plan.shape.segments},
          {"blocks", plan.shape.blocks},
          {"ranks", ranks}};
}

void print_steps(const Plan& plan) {
  if (plan.rank_count() > ranks_printed) {
    fmt::print("steps: not shown for more than {} ranks; --json has them\n", ranks_printed);
    return;
  }
  for (std::size_t rank = 0; rank < plan.ranks.size(); ++rank) {
    for (std::size_t number = 0; number < plan.ranks[rank].size(); ++number) {
      const auto& lane = plan.ranks[rank][number];
      fmt::print("rank {} lane {} (segment {}{})\n", rank, number, lane.segment,
                 lane.after >= 0 ? fmt::format(", after lane {}", lane.after) : "");
      for (const Step& step : lane.steps) fmt::print("    {}\n", describe(step));
    }
  }
}

std::vector<int> nodes_of(const PlanOptions& options) {
  std::vector<int> nodes;
  for (int rank = 0; options.ranks_per_node && rank < options.ranks; ++rank)
    nodes.push_back(rank / *options.ranks_per_node);
  return nodes;
}

}  // namespace

ExitCode run_plan(const PlanOptions& options) {
  const auto& algorithm = collectives::find_algorithm(options.operation, options.algorithm);
  const Plan plan =
      collectives::make_plan(algorithm, options.ranks,
                             {options.lanes,
                              {},
                              options.root,
                              benchmarks::block_weights(options.operation, options.ranks),
                              nodes_of(options)});
  const auto proof = collectives::verify(plan, options.slots);
  const collectives::LinkCosts costs{options.latency,
                                     {options.bandwidth_gigabytes * 1e9},
                                     1.0 / (options.reduction_gigabytes * 1e9)};
  const auto cost =
      collectives::price(plan, options.size, options.block.value, options.slots, costs);
  if (options.json) {
    auto json = to_json(plan);
    json["proof"] = {{"holds", proof.holds()},
                     {"defect", proof.defect.value_or("")},
                     {"steps", proof.steps},
                     {"depth", proof.depth},
                     {"orders", proof.order_count}};
    json["cost"] = {{"size_bytes", options.size.value},
                    {"time_s", cost.time.value},
                    {"bytes_sent", cost.bytes_sent},
                    {"messages", cost.messages}};
    fmt::print("{}\n", json.dump(1));
  } else {
    fmt::print("{}: {}\n{} ranks, {} segments, {} blocks a chunk\n", algorithm.name,
               algorithm.description, options.ranks, plan.shape.segments, plan.shape.blocks);
    print_steps(plan);
    fmt::print(
        "cost of {} bytes at {:g} us and {:g} GB/s a message: {:.2f} us, {} bytes and {} messages "
        "sent by the busiest rank\n",
        options.size.value, options.latency.microseconds(), options.bandwidth_gigabytes,
        cost.time.microseconds(), cost.bytes_sent, cost.messages);
    fmt::print(
        "proof with {} slots: {} ({} steps a chunk, {} messages deep, {} order{} of "
        "summation)\n",
        options.slots, proof.holds() ? "holds" : "FAILS: " + *proof.defect, proof.steps,
        proof.depth, proof.order_count, proof.order_count == 1 ? "" : "s");
  }
  return proof.holds() ? ExitCode::success : ExitCode::internal;
}

}  // namespace assay::cli
