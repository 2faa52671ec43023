#include "collectives/bootstrap/threads.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace assay::collectives {

class ThreadBootstrap final : public Bootstrap {
 public:
  ThreadBootstrap(std::shared_ptr<ThreadGroup> group, int rank)
      : group_{std::move(group)}, rank_{rank} {}

  int rank() const noexcept override { return rank_; }
  int size() const noexcept override { return group_->size_; }
  std::vector<std::vector<std::byte>> all_gather(std::span<const std::byte> mine) override {
    return group_->all_gather(rank_, mine);
  }
  void barrier() override { static_cast<void>(group_->all_gather(rank_, {})); }
  void patient_barrier() override { barrier(); }

  std::unique_ptr<Bootstrap> split(int colour) override {
    const auto colours = all_gather(std::as_bytes(std::span{&colour, 1}));
    ++splits_;
    int new_rank = 0;
    int new_size = 0;
    for (int peer = 0; peer < size(); ++peer) {
      int other = 0;
      std::memcpy(&other, colours[static_cast<std::size_t>(peer)].data(), sizeof other);
      if (other != colour) continue;
      if (peer < rank_) ++new_rank;
      ++new_size;
    }
    if (colour == no_group) return nullptr;
    auto group = group_->subgroup(splits_, colour, new_size);
    auto member = group->bootstrap(new_rank);
    member->barrier();  // keeps the group alive until every member holds it
    return member;
  }

 private:
  std::shared_ptr<ThreadGroup> group_;
  int rank_;
  int splits_ = 0;
};

ThreadGroup::ThreadGroup(int size) : size_{size}, incoming_(static_cast<std::size_t>(size)) {}

std::shared_ptr<ThreadGroup> ThreadGroup::create(int size) {
  return std::shared_ptr<ThreadGroup>{new ThreadGroup{size}};
}

std::unique_ptr<Bootstrap> ThreadGroup::bootstrap(int rank) {
  return std::make_unique<ThreadBootstrap>(shared_from_this(), rank);
}

std::vector<std::vector<std::byte>> ThreadGroup::all_gather(int rank,
                                                            std::span<const std::byte> mine) {
  std::unique_lock lock{mutex_};
  incoming_[static_cast<std::size_t>(rank)].assign(mine.begin(), mine.end());
  if (++arrived_ == size_) {
    arrived_ = 0;
    ++round_;
    gathered_ = incoming_;
    changed_.notify_all();
  } else {
    const auto round = round_;
    changed_.wait(lock, [&] { return round_ != round; });
  }
  // Nobody can start the round after next before every rank has copied this one: the next round
  // ends only when all ranks have entered it.
  return gathered_;
}

std::shared_ptr<ThreadGroup> ThreadGroup::subgroup(int generation, int colour, int size) {
  const std::scoped_lock lock{mutex_};
  auto& known = subgroups_[{generation, colour}];
  if (auto group = known.lock()) return group;
  auto group = create(size);
  known = group;
  return group;
}

}  // namespace assay::collectives
