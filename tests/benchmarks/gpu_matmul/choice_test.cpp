#include "benchmarks/gpu_matmul/choice.hpp"

#include <gmock/gmock.h>

#include "benchmarks/gpu_matmul/benchmark.hpp"
#include "core/error.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Capability a100{8, 0};
constexpr Capability h100{9, 0};
constexpr Capability b200{10, 0};
constexpr MatmulLayout nn{};
constexpr MatmulLayout nt{false, true};

std::string best(OperandType type, Capability capability) {
  const Rung* rung = best_rung(type, capability);
  return rung == nullptr ? "" : std::string{rung->name};
}

TEST(Ladder, GoesAsHighAsTheGpuAndTheOperandsAllow) {
  EXPECT_EQ(best(OperandType::bfloat16, h100), "persistent");
  EXPECT_EQ(best(OperandType::bfloat16, a100), "tensor_cores");
  EXPECT_EQ(best(OperandType::bfloat16, b200), "tensor_cores");  // wgmma is Hopper's alone
  EXPECT_EQ(best(OperandType::float32, h100), "register_blocked");
  EXPECT_EQ(best(OperandType::float8_e4m3, h100), "persistent");
  EXPECT_EQ(best(OperandType::float8_e4m3, a100), "");
}

TEST(Ladder, SaysWhyNot) {
  EXPECT_THAT(why_not(find_rung("tma_wgmma"), OperandType::float32), HasSubstr("not of float32"));
  EXPECT_THAT(why_not(find_rung("persistent"), a100), HasSubstr("capability 9.0"));
  EXPECT_THAT(why_not(find_rung("persistent"), b200), HasSubstr("this one has 10.0"));
  EXPECT_THAT(why_not(find_rung("naive"), Capability{7, 5}), HasSubstr("8.0 or later"));
  EXPECT_THROW(static_cast<void>(find_rung("fast")), UsageError);
}

TEST(Choice, OfAllHasEveryKernelThatTakesTheOperands) {
  const Wanted all{"all", "all"};
  const Choice choice = choose_kernels(all, OperandType::bfloat16, nt, h100, "");
  EXPECT_THAT(choice.kernels, ElementsAre("naive", "tiled", "tensor_cores", "tma_wgmma",
                                          "warp_specialised", "persistent", "cublaslt"));
  EXPECT_THAT(choice.left_out, IsEmpty());
  EXPECT_THAT(choose_kernels(all, OperandType::float32, nn, a100, "").kernels,
              ElementsAre("naive", "tiled", "register_blocked", "cublaslt"));
}

TEST(Choice, SaysWhatIsLeftOutAndWhy) {
  const Choice old = choose_kernels({"all", "persistent"}, OperandType::float8_e4m3, nt, a100, "");
  EXPECT_THAT(old.kernels, IsEmpty());
  EXPECT_THAT(old.left_out, ElementsAre(HasSubstr("persistent is for GPUs"), HasSubstr("8.9")));
  const Choice none =
      choose_kernels({"cublaslt", "auto"}, OperandType::bfloat16, nt, h100, "not loaded");
  EXPECT_THAT(none.kernels, IsEmpty());
  EXPECT_THAT(none.left_out, ElementsAre("not loaded"));
  EXPECT_THAT(choose_kernels({}, OperandType::float8_e4m3, nn, a100, "").left_out,
              ElementsAre(HasSubstr("no kernel of ours is for float8_e4m3")));
  EXPECT_THAT(choose_kernels({"cublaslt", "auto"}, OperandType::float8_e4m3, nn, h100, "").left_out,
              ElementsAre(HasSubstr("--layout nt")));
}

TEST(Choice, SaysWhatItsKernelsNeedBesideOperands) {
  const auto of = [](const Wanted& wanted) {
    return choose_kernels(wanted, OperandType::bfloat16, nn, h100, "");
  };
  EXPECT_TRUE(of({"all", "all"}).has_cublaslt());
  EXPECT_TRUE(of({"assay", "auto"}).has_fixed_layout());
  EXPECT_FALSE(of({"assay", "tiled"}).has_fixed_layout());
  EXPECT_FALSE(of({"assay", "auto"}).has_cublaslt());
  EXPECT_FALSE(of({"cublaslt", "auto"}).has_fixed_layout());

  const MatmulShape shape{1024, 2048, 512};
  const auto bytes = [&](const Wanted& wanted, MatmulLayout layout) {
    return gpu_matmul_device_bytes(OperandType::bfloat16, shape, layout, of(wanted)).value;
  };
  const std::uint64_t plain = bytes({"assay", "auto"}, nt);
  EXPECT_EQ(bytes({"assay", "auto"}, nn), plain + 2048U * 512 * 2) << "b once more";
  EXPECT_EQ(bytes({"assay", "auto"}, MatmulLayout{true, true}), plain + 1024U * 512 * 2);
  EXPECT_EQ(bytes({"assay", "tiled"}, nn), plain);
  EXPECT_EQ(bytes({"all", "all"}, nt), plain + cublaslt_workspace_bytes);
}

TEST(OperandTypes, AreReadByEitherName) {
  EXPECT_EQ(parse_operand_type("float"), OperandType::float32);
  EXPECT_EQ(parse_operand_type("tf32"), OperandType::tf32);
  EXPECT_EQ(parse_operand_type("f8e4m3"), OperandType::float8_e4m3);
  EXPECT_THROW(static_cast<void>(parse_operand_type("int8")), UsageError);
}

}  // namespace

}  // namespace assay::benchmarks::gpu_matmul
