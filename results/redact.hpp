#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "results/record.hpp"
#include "results/run_info.hpp"
#include "results/verdict.hpp"

namespace assay::results {

/// Replaces host names and addresses by pseudonyms, the same ones as long as it lives: `host-1`,
/// `host-2`, ... in the order of the first rank on each, and `address-1`, ... in order of
/// appearance. Addresses are IPv4, IPv6, and hardware addresses of six bytes.
/// A name is found where a letter or digit neither precedes nor follows it, in any case, with or
/// without its domain. Other names (users, folders, InfiniBand GUIDs) are left alone.
class Redactor {
 public:
  explicit Redactor(std::span<const RankIdentity> ranks);

  /// Lets `name` stand for a pseudonym given elsewhere: a run.json read back has the ranks' in
  /// place of their hosts.
  void know_host(const std::string& name, const std::string& pseudonym);

  /// The pseudonym of a host, a new one if it was not met before.
  [[nodiscard]] std::string host(const std::string& name);
  /// Any text, with all that is known or looks like an address replaced.
  [[nodiscard]] std::string text(std::string_view text);

  /// The same for what a run is made of. Fields that hold no free text stay as they are, even if
  /// a host has the name of a word used there.
  [[nodiscard]] Record record(Record record);
  [[nodiscard]] RunInfo info(RunInfo info);
  [[nodiscard]] Verdict verdict(Verdict verdict);

 private:
  [[nodiscard]] std::string without_hosts(std::string_view text) const;
  [[nodiscard]] std::string without_addresses(std::string_view text);

  std::map<std::string, std::string> hosts_;      ///< in lower case, full and short -> pseudonym
  std::map<std::string, std::string> addresses_;  ///< in binary -> pseudonym
  int host_count_ = 0;
};

}  // namespace assay::results
