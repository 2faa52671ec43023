#pragma once
#include <string>
#include <string_view>
#include <vector>
namespace assay::topology {
[[nodiscard]] std::vector<std::string> expand_hostlist(std::string_view text);
}
