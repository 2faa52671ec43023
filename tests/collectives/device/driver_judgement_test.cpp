#include <gtest/gtest.h>

#include "collectives/device/inventory.hpp"
#include "core/error.hpp"

namespace assay::collectives::device {
namespace {

TEST(JudgeDriver, ThatIsNotThereIsNotLoaded) {
  const Inventory inventory = judge_driver(0, 13000);
  EXPECT_EQ(inventory.problem, NoGpu::no_driver);
  EXPECT_EQ(inventory.why_none, "no GPU: CUDA driver not loaded");
}

TEST(JudgeDriver, OfAnEarlierMajorVersionIsTooOld) {
  const Inventory inventory = judge_driver(12080, 13000);
  EXPECT_EQ(inventory.problem, NoGpu::driver_too_old);
  EXPECT_EQ(inventory.why_none,
            "no GPU: the driver serves CUDA up to 12.8, and this build needs 13.0 or later; update "
            "the driver, or build with CUDA 12");
}

TEST(JudgeDriver, OfTheSameOrALaterMajorVersionWillDo) {
  for (const int driver : {13000, 13010, 14020})
    EXPECT_EQ(judge_driver(driver, 13010).problem, NoGpu::none);
}

int code_of(NoGpu problem) {
  try {
    require_gpus({{}, problem, "why"});
  } catch (const Error& error) {
    return static_cast<int>(error.exit_code());
  } catch (const UnavailableError& unavailable) {
    EXPECT_STREQ(unavailable.what(), "why");
    return static_cast<int>(ExitCode::unavailable);
  }
  return static_cast<int>(ExitCode::success);
}

TEST(RequireGpus, TellsWhatIsMissingFromWhatIsBroken) {
  EXPECT_EQ(code_of(NoGpu::none), 0);
  EXPECT_EQ(code_of(NoGpu::not_built), 5);
  EXPECT_EQ(code_of(NoGpu::no_driver), 5);
  EXPECT_EQ(code_of(NoGpu::none_visible), 5);
  EXPECT_EQ(code_of(NoGpu::driver_too_old), 2);
  EXPECT_EQ(code_of(NoGpu::failed), 2);
}

TEST(FindGpus, SaysWhyThereAreNone) {
  const Inventory inventory = find_gpus();
  EXPECT_EQ(inventory.gpus.empty(), inventory.problem != NoGpu::none);
  EXPECT_EQ(inventory.gpus.empty(), !inventory.why_none.empty());
}

}  // namespace
}  // namespace assay::collectives::device
