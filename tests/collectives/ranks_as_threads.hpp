#pragma once

#include <exception>
#include <functional>
#include <thread>
#include <vector>

#include "collectives/bootstrap/threads.hpp"

namespace assay::collectives {

/// Runs `body` once for each of `ranks` ranks, each a thread of its own; throws what one of them
/// threw.
inline void run_ranks(int ranks, const std::function<void(Bootstrap&)>& body) {
  const auto group = ThreadGroup::create(ranks);
  std::vector<std::exception_ptr> problems(static_cast<std::size_t>(ranks));
  std::vector<std::thread> threads;
  for (int rank = 0; rank < ranks; ++rank) {
    threads.emplace_back([&, rank] {
      try {
        const auto bootstrap = group->bootstrap(rank);
        body(*bootstrap);
      } catch (...) {
        problems[static_cast<std::size_t>(rank)] = std::current_exception();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& problem : problems)
    if (problem) std::rethrow_exception(problem);
}

}  // namespace assay::collectives
