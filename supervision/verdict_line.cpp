#include "supervision/verdict_line.hpp"

#include <cstdio>

namespace assay::supervision {

void print_line(const ProcessFailure& failure) noexcept {
  std::fprintf(stderr, "assay: %s\n", failure.text.c_str());
  std::fflush(stderr);
}

}  // namespace assay::supervision
