#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "collectives/combination.hpp"

namespace assay::collectives {

/// Whose memory it is: what a transport can move is a question of that.
enum class MemoryKind { host, cuda };

/// Does the work of a plan's steps in place of the host's processor, and at its own time: a GPU's
/// streams. What it works on is memory of its own or memory of the host that it was let into.
class Worker {
 public:
  virtual ~Worker() = default;
  /// Set-up: there will be so many lanes, each of which has one step at work at a time.
  /// Throws  Error if they are not to be had.
  virtual void open(std::size_t lanes) = 0;
  [[nodiscard]] virtual MemoryKind memory_kind() const noexcept = 0;
  /// Memory of its own, of that kind.
  /// Throws  Error if it is not to be had.
  [[nodiscard]] virtual std::shared_ptr<std::byte> allocate(std::size_t bytes) = 0;
  /// Lets it into memory of the host, which begins with a page and shares none with other memory,
  /// for as long as the result lives. The memory must live longer; the worker need not.
  /// Throws  Error if it cannot be.
  [[nodiscard]] virtual std::shared_ptr<void> admit(std::byte* begin, std::size_t bytes) = 0;

  /// Begins a step's work. Of one lane there is never a second one before the first is done.
  virtual void start(std::size_t lane, const Combination& work) noexcept = 0;
  /// Whether that is done, and its results are seen by whoever asks. Never, once it has failed.
  [[nodiscard]] virtual bool is_done(std::size_t lane) noexcept = 0;
  /// Why nothing is done any more; null: it has not failed. Lasts as long as the worker.
  [[nodiscard]] virtual const char* failure() const noexcept { return nullptr; }
};

/// Keeps `memory` of the host and, where there is a worker, lets it in as long.
[[nodiscard]] inline std::shared_ptr<void> keep_for(Worker* worker, std::shared_ptr<void> memory,
                                                    std::byte* begin, std::size_t bytes) {
  struct Kept {
    std::shared_ptr<void> memory;
    std::shared_ptr<void> admission;  // goes first
  };
  if (worker == nullptr || bytes == 0) return memory;
  auto admission = worker->admit(begin, bytes);
  return std::make_shared<Kept>(Kept{std::move(memory), std::move(admission)});
}

}  // namespace assay::collectives
