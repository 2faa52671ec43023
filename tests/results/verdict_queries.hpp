#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/results/synthetic_run.hpp"

namespace assay::results {

inline const Check* find(const Verdict& verdict, const std::string& name,
                         const std::string& subject) {
  for (const auto& check : verdict.checks)
    if (check.name == name && check.subject == subject) return &check;
  return nullptr;
}

inline Status status_of(const Verdict& verdict, const std::string& name,
                        const std::string& subject) {
  const Check* check = find(verdict, name, subject);
  EXPECT_NE(check, nullptr) << "no check " << name << " of " << subject << "\n" << told(verdict);
  return check == nullptr ? Status::skipped : check->status;
}

inline int count(const Verdict& verdict, const std::string& name, Status status) {
  int found = 0;
  for (const auto& check : verdict.checks)
    if (check.name == name && check.status == status) ++found;
  return found;
}

/// Verdicts of the same cluster with other noise: what holds must hold for all of them.
inline std::vector<Verdict> often(SyntheticCluster cluster) {
  std::vector<Verdict> verdicts;
  for (cluster.seed = 1; cluster.seed <= 20; ++cluster.seed) verdicts.push_back(accepted(cluster));
  return verdicts;
}

}  // namespace assay::results
