#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "topology/fabric.hpp"

namespace assay::topology {

/// Puts a fabric together from what a file says, line by line, and refuses what no network can be.
/// Throws  UsageError that names the line.
class FabricBuilder {
 public:
  /// Both lists are hostlist expressions; empty: none.
  void add(const std::string& name, std::string_view hosts, std::string_view switches, int line);

  [[nodiscard]] Fabric build() &&;

 private:
  void add_hosts(int above, std::string_view hosts, int line);
  void set_parents();
  void refuse_circles() const;

  struct Below {
    int above;
    std::string name;
    int line;
  };
  Fabric fabric_;
  std::map<std::string, int> index_of_;  ///< of switches, by name
  std::vector<int> line_of_;             ///< by switch
  std::map<std::string, int> line_of_host_;
  std::vector<Below> below_;
};

/// Throws  UsageError "line 3: ...".
[[noreturn]] void refuse_line(int line, const std::string& what);

}  // namespace assay::topology
