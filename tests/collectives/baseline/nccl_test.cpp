#include "collectives/baseline/nccl.hpp"

#include <gtest/gtest.h>

#include <set>

#include "collectives/baseline/nccl_settling.hpp"
#include "collectives/baseline/nccl_type.hpp"
#include "tests/collectives/reference_element.hpp"

namespace assay::collectives {
namespace {

TEST(NcclType, IsAnotherOneForEachType) {
  std::set<int> types;
  for (const auto& type : data_types) types.insert(nccl_type(type.type));
  EXPECT_EQ(types.size(), data_types.size());
}

TEST(NcclType, FactorsAreElementsOfIt) {
  for (const auto& type : data_types)
    for (const int factor : {1, 2}) {
      const std::uint64_t bits = factor_bits(type.type, factor);
      if (is_floating(type.type))
        EXPECT_EQ(floating_value(type.type, bits), factor) << type.name;
      else
        EXPECT_EQ(bits, static_cast<std::uint64_t>(factor)) << type.name;
    }
}

TEST(Settle, WaitsForWorkInTheBackground) {
  int asked = 0;
  EXPECT_EQ(settle([&] { return ++asked < 100 ? ncclInProgress : ncclSuccess; },
                   Deadline::after(Seconds{60})),
            ncclSuccess);
  EXPECT_EQ(asked, 100);
}

TEST(Settle, EndsWithTheErrorThatCame) {
  int asked = 0;
  EXPECT_EQ(settle([&] { return ++asked < 3 ? ncclInProgress : ncclRemoteError; },
                   Deadline::after(Seconds{60})),
            ncclRemoteError);
}

TEST(Settle, GivesUpAtTheDeadline) {
  EXPECT_EQ(settle([] { return ncclInProgress; }, Deadline::after(20_ms)), ncclInProgress);
}

TEST(NcclLibrary, IsLoadedOrSaysWhyNot) {
  const std::string text = native::Nccl::description();
  try {
    static_cast<void>(native::Nccl::get());
    EXPECT_EQ(text.find("not loaded"), std::string::npos);
  } catch (const UnavailableError& unavailable) {
    EXPECT_EQ(text.find("not loaded: "), 0U);
    EXPECT_NE(std::string{unavailable.what()}.find(native::Nccl::file), std::string::npos);
  }
}

}  // namespace
}  // namespace assay::collectives
