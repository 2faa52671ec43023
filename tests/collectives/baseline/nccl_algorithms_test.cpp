#include "collectives/baseline/nccl_algorithms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"

namespace assay::collectives {
namespace {

TEST(NcclAlgorithms, EveryOneOfThemIsFoundByItsName) {
  for (const auto& operation : operations)
    for (const auto& name : nccl_algorithms(operation.operation)) {
      const NcclForcing forcing = find_nccl_forcing(operation.operation, name);
      EXPECT_EQ(forcing.algorithm.empty(), name == nccl_default) << name;
      EXPECT_EQ(forcing.protocol.empty(), name == nccl_default) << name;
    }
}

TEST(NcclAlgorithms, AreEachAlgorithmWithEachProtocol) {
  EXPECT_THAT(nccl_algorithms(Operation::reduce),
              testing::ElementsAre("default", "ring/ll", "ring/ll128", "ring/simple"));
  EXPECT_THAT(nccl_algorithms(Operation::all_to_all), testing::ElementsAre("default"));
  const NcclForcing forcing = find_nccl_forcing(Operation::all_reduce, "tree/ll128");
  EXPECT_EQ(forcing.algorithm, "Tree");
  EXPECT_EQ(forcing.protocol, "LL128");
}

TEST(NcclAlgorithms, OfAnotherOperationAreUnknown) {
  EXPECT_THROW(static_cast<void>(find_nccl_forcing(Operation::broadcast, "tree/ll")), UsageError);
}

}  // namespace
}  // namespace assay::collectives
