// Of records made up for it: no GPU is behind them.
#include "results/peer_matrix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::Not;

Record of_pair(const std::string& device, const std::string& peer) {
  Record record;
  record.benchmark = "peer_copy";
  record.implementation = "cuda";
  record.host = "n0";
  record.device = device;
  record.peer = peer;
  return record;
}

Record copy(const std::string& device, const std::string& peer, double bytes_per_s) {
  Record record = of_pair(device, peer);
  record.algorithm = "one_way";
  record.median_s = 1e-3;
  record.algorithm_bandwidth_bytes_per_s = bytes_per_s;
  return record;
}

TEST(PeerMatrices, HaveWhoWorksInRowsAndWhoseMemoryInColumns) {
  EXPECT_EQ(peer_matrices({copy("gpu0", "gpu1", 376.2e9), copy("gpu1", "gpu0", 99.5e9)}),
            "# GPUs of n0\n"
            "# one_way: copy engine of GPU(row) to GPU(column), GB/s\n"
            "#               gpu0      gpu1\n"
            "      gpu0       N/A    376.20\n"
            "      gpu1     99.50       N/A\n");
}

TEST(PeerMatrices, PutTheTenthGpuLast) {
  const auto text = peer_matrices({copy("gpu10", "gpu2", 1e9), copy("gpu2", "gpu10", 2e9)});
  EXPECT_THAT(text, HasSubstr("      gpu2     gpu10\n"));
}

TEST(PeerMatrices, ShowLatenciesInNanoseconds) {
  Record load = of_pair("gpu0", "gpu1");
  load.algorithm = "latency";
  load.median_s = 1.234e-6;
  EXPECT_THAT(peer_matrices({load}), HasSubstr("      gpu0       N/A      1234\n"));
}

TEST(PeerMatrices, SayWhyAPairWasNotMeasured) {
  Record refused = of_pair("gpu1", "gpu0");
  refused.report.facts["no_access"] = "CUDA says that there is no way";
  const auto text = peer_matrices({copy("gpu0", "gpu1", 1e9), refused});
  EXPECT_THAT(text, HasSubstr("      gpu1       N/A       N/A\n"));
  EXPECT_THAT(text, HasSubstr("\n# no access gpu1 -> gpu0: CUDA says that there is no way\n"));
}

TEST(PeerMatrices, KeepHostsApart) {
  Record other = copy("gpu0", "gpu1", 1e9);
  other.host = "n1";
  const auto text = peer_matrices({copy("gpu0", "gpu2", 2e9), other});
  EXPECT_THAT(text, HasSubstr("# GPUs of n0\n"));
  EXPECT_THAT(text.substr(text.find("# GPUs of n1")), Not(HasSubstr("gpu2")));
}

TEST(PeerMatrices, LeaveOtherRecordsOut) {
  Record matmul = copy("gpu0", "gpu1", 1e9);
  matmul.benchmark = "matmul";
  EXPECT_EQ(peer_matrices({matmul}), "");
}

}  // namespace
}  // namespace assay::results
