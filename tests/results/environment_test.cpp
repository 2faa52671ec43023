#include "results/environment.hpp"

#include <gmock/gmock.h>

#include <array>

namespace assay::results {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(AllowedEnvironment, KeepsLibrarySettings) {
  const std::array entries{"NCCL_ALGO=Ring",    "UCX_TLS=all",
                           "OMPI_MCA_pml=ucx",  "SLURM_JOB_ID=7",
                           "OMP_NUM_THREADS=2", static_cast<const char*>(nullptr)};
  EXPECT_THAT(
      allowed_environment(entries.data()),
      ElementsAre(Pair("NCCL_ALGO", "Ring"), Pair("OMPI_MCA_pml", "ucx"),
                  Pair("OMP_NUM_THREADS", "2"), Pair("SLURM_JOB_ID", "7"), Pair("UCX_TLS", "all")));
}

TEST(AllowedEnvironment, LeavesOutEverythingElse) {
  const std::array entries{"HOME=/home/someone",        "PATH=/bin",
                           "AWS_SECRET_ACCESS_KEY=x",   "MY_NCCL_THING=1",
                           "OMP_NUM_THREADS_OF_MINE=1", static_cast<const char*>(nullptr)};
  EXPECT_THAT(allowed_environment(entries.data()), IsEmpty());
}

TEST(AllowedEnvironment, LeavesOutSecretsUnderAllowedPrefixes) {
  const std::array entries{"SLURM_JWT=eyJ",  "NCCL_SOME_TOKEN=x",
                           "UCX_api_key=x",  "OMPI_PASSWORD=x",
                           "MPICH_SECRET=x", static_cast<const char*>(nullptr)};
  EXPECT_THAT(allowed_environment(entries.data()), IsEmpty());
}

TEST(AllowedEnvironment, LeavesOutAddressesOfLaunchDaemons) {
  const std::array entries{"OMPI_MCA_orte_hnp_uri=1.0;tcp://192.0.2.2:60289",
                           "OMPI_MCA_orte_precondition_transports=c29d-1eb6",
                           "PMIX_SERVER_URI4=1.0;tcp4://127.0.0.1:43011",
                           "NCCL_ANYTHING=tcp://192.0.2.2:60289",
                           "SLURM_SOME_URI=192.0.2.2",
                           static_cast<const char*>(nullptr)};
  EXPECT_THAT(allowed_environment(entries.data()), IsEmpty());
}

TEST(AllowedEnvironment, KeepsThePartitionKey) {
  const std::array entries{"NCCL_IB_PKEY=0x8001", "UCX_IB_PKEY_KEY=x",
                           static_cast<const char*>(nullptr)};
  EXPECT_THAT(allowed_environment(entries.data()), ElementsAre(Pair("NCCL_IB_PKEY", "0x8001")));
}

TEST(AllowedEnvironment, KeepsEqualSignsOfValuesAndSkipsWhatIsNoSetting) {
  const std::array entries{"NCCL_DEBUG_SUBSYS=a=b", "NCCL_BROKEN",
                           static_cast<const char*>(nullptr)};
  EXPECT_THAT(allowed_environment(entries.data()), ElementsAre(Pair("NCCL_DEBUG_SUBSYS", "a=b")));
}

TEST(AllowedEnvironment, OfNothingIsEmpty) { EXPECT_THAT(allowed_environment(nullptr), IsEmpty()); }

}  // namespace
}  // namespace assay::results
