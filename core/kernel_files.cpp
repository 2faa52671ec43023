#include "core/kernel_files.hpp"

#include <algorithm>
#include <system_error>

namespace assay {

namespace fs = std::filesystem;

std::string first_line(const fs::path& file) {
  std::ifstream stream{file};
  std::string line;
  std::getline(stream, line);
  return line;
}

std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code failed;
  for (fs::directory_iterator entry{folder, failed}, end; !failed && entry != end;
       entry.increment(failed))
    entries.push_back(entry->path());
  std::ranges::sort(entries);
  return entries;
}

}  // namespace assay
