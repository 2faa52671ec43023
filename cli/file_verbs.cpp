#include "cli/file_verbs.hpp"

#include <array>

namespace assay::cli {

namespace {

constexpr std::array table{
    FileVerb{"compare", "Tell whether a build became slower than another", add_compare},
    FileVerb{"report", "Figures, one page, a PDF and tables of runs", add_report},
    FileVerb{"topology", "What this host has, or what a file says of one or of a network",
             add_topology},
    FileVerb{"import", "Make a run of what other tools have measured", add_import},
    FileVerb{"export", "Write a stored run for another tool", add_export},
};

}  // namespace

std::span<const FileVerb> file_verbs() { return table; }

}  // namespace assay::cli
