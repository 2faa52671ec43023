#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <list>
#include <new>
#include <optional>
#include <span>
#include <vector>

#include "collectives/device/combine.hpp"
#include "collectives/worker.hpp"
#include "tests/collectives/device/host_machine.hpp"

namespace assay::collectives {

/// A stand-in for a GPU's streams, on the host: what is begun is done only after it was asked for a
/// few times, by the code of the kernels, and in memory that it reaches alone.
class StandInWorker final : public Worker {
 public:
  /// `kind`: what its own memory is said to be, which decides whether transports here move it.
  /// `fails`: nothing is ever done.
  explicit StandInWorker(MemoryKind kind = MemoryKind::cuda, bool fails = false)
      : kind_{kind}, fails_{fails} {}

  MemoryKind memory_kind() const noexcept override { return kind_; }
  void open(std::size_t lanes) override { lanes_.resize(lanes); }
  std::shared_ptr<std::byte> allocate(std::size_t bytes) override {
    auto* begin = static_cast<std::byte*>(::operator new (bytes + 1, std::align_val_t{page}));
    const auto entry = reached_->insert(reached_->end(), {begin, bytes});
    return {begin, [reached = reached_, entry](std::byte* memory) {
              reached->erase(entry);
              ::operator delete (memory, std::align_val_t{page});
            }};
  }
  std::shared_ptr<void> admit(std::byte* begin, std::size_t bytes) override {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(begin) % page, 0U);
    ++admissions_;
    const auto entry = reached_->insert(reached_->end(), {begin, bytes});
    return {begin, [reached = reached_, entry](void*) { reached->erase(entry); }};
  }

  void start(std::size_t lane, const Combination& work) noexcept override {
    EXPECT_FALSE(lanes_[lane].work) << "a lane has two steps at work";
    lanes_[lane] = {work, 1 + static_cast<int>(++started_ % 3)};
  }
  bool is_done(std::size_t lane) noexcept override {
    Lane& mine = lanes_[lane];
    if (fails_ || --mine.polls_left > 0) return false;
    const Combination& work = mine.work.value();
    for (const std::byte* place :
         {work.left, work.right, static_cast<const std::byte*>(work.result),
          static_cast<const std::byte*>(work.second_result)})
      EXPECT_TRUE(place == nullptr || reaches(place, work.bytes()));
    device::HostBlock alone{1};
    device::combine(device::HostMachine{alone, 0}, work);
    mine.work.reset();
    return true;
  }
  const char* failure() const noexcept override { return fails_ ? "it is said to fail" : nullptr; }

  [[nodiscard]] std::size_t started() const { return started_; }
  [[nodiscard]] std::size_t admissions() const { return admissions_; }
  /// Nothing that it was let into or has allocated is left.
  [[nodiscard]] bool reaches_nothing() const { return reached_->empty(); }

 private:
  static constexpr std::size_t page = 4096;
  struct Lane {
    std::optional<Combination> work;
    int polls_left = 0;
  };

  [[nodiscard]] bool reaches(const std::byte* place, std::size_t bytes) const {
    return std::ranges::any_of(*reached_, [&](std::span<const std::byte> memory) {
      return place >= memory.data() && place + bytes <= memory.data() + memory.size();
    });
  }

  MemoryKind kind_;
  bool fails_;
  std::vector<Lane> lanes_;
  using Reached = std::list<std::span<const std::byte>>;
  std::shared_ptr<Reached> reached_ = std::make_shared<Reached>();
  std::size_t started_ = 0;
  std::size_t admissions_ = 0;
};

}  // namespace assay::collectives
