#include "collectives/device/lane_table.hpp"

#include <algorithm>

#include "collectives/link_list.hpp"

namespace assay::collectives::device {

LaneTable make_lane_table(const RankPlan& plan, int rank) {
  LaneTable table;
  LinkList outgoing;
  LinkList incoming;
  for (std::size_t number = 0; number < plan.size(); ++number) {
    const Lane& lane = plan[number];
    table.lanes.push_back({lane.segment, lane.after, static_cast<std::uint32_t>(table.steps.size()),
                           static_cast<std::uint32_t>(lane.steps.size())});
    table.has_scratch.push_back(std::ranges::any_of(lane.steps, [](const Step& step) {
      return reads(step, Place::scratch) || writes(step, Place::scratch);
    }));
    const int of_lane = static_cast<int>(number);
    for (const Step& step : lane.steps) {
      TableStep& entry = table.steps.emplace_back(TableStep{.step = step});
      if (sends(step.action))
        entry.outgoing = static_cast<std::int32_t>(outgoing.add({rank, step.send_to, of_lane}));
      if (receives(step.action))
        entry.incoming =
            static_cast<std::int32_t>(incoming.add({step.receive_from, rank, of_lane}));
    }
  }
  table.outgoing = outgoing.links();
  table.incoming = incoming.links();
  return table;
}

}  // namespace assay::collectives::device
