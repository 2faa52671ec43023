#include "collectives/device/shared_descriptor.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <set>
#include <string>

#include "core/error.hpp"
#include "tests/collectives/ranks_as_threads.hpp"

namespace assay::collectives::device {
namespace {

std::string text_at_begin(const native::FileDescriptor& file) {
  std::string text(6, ' ');
  EXPECT_EQ(::pread(file.get(), text.data(), text.size(), 0), 6);
  return text;
}

TEST(ShareDescriptor, GivesEveryRankTheSameFileByADescriptorOfItsOwn) {
  for (const int ranks : {1, 2, 5})
    run_ranks(ranks, [](Bootstrap& bootstrap) {
      native::FileDescriptor mine;
      if (bootstrap.rank() == 0) {
        mine = native::FileDescriptor{::memfd_create("shared", MFD_CLOEXEC)};
        ASSERT_EQ(::write(mine.get(), "switch", 6), 6);
      }
      const auto file = share_descriptor(bootstrap, std::move(mine), 10_s);
      ASSERT_TRUE(file);
      EXPECT_EQ(text_at_begin(file), "switch");
      const auto numbers = gather_values(bootstrap, file.get());
      // Ranks are threads of one process here, so their numbers differ.
      EXPECT_EQ(std::set<int>(numbers.begin(), numbers.end()).size(), numbers.size());
      bootstrap.barrier();
    });
}

TEST(ShareDescriptor, FailsOnAllRanksWhereOneHasNothingToShare) {
  run_ranks(3, [](Bootstrap& bootstrap) {
    EXPECT_THROW(static_cast<void>(share_descriptor(bootstrap, {}, 100_ms)), Error);
  });
}

}  // namespace
}  // namespace assay::collectives::device
