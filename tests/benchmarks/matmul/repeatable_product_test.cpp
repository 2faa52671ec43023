#include "benchmarks/matmul/repeatable_product.hpp"

#include <gtest/gtest.h>

namespace assay::benchmarks {
namespace {

TEST(DigestOf, IsFnv1a) {
  EXPECT_EQ(digest_of({}), 14695981039346656037ULL);
  // The bytes of "foobarba".
  EXPECT_EQ(digest_of({0x626f6f66, 0x61627261}), 0x738914eb4e1451adULL);
}

TEST(RepeatableProduct, HasTheSameBitsByBothWaysAndEveryTime) {
  const MatmulShape shape{37, 53, 300};
  const RepeatableProduct product{shape};
  const ProductBits once = product.multiply(false);
  EXPECT_EQ(once.elements.size(), 37u * 53u);
  EXPECT_EQ(product.multiply(false).digest, once.digest);
  EXPECT_EQ(product.multiply_plainly().digest, once.digest);
  EXPECT_EQ(RepeatableProduct{shape}.multiply(false).elements, once.elements);
}

TEST(RepeatableProduct, ShowsAFlippedBitInOneElement) {
  const RepeatableProduct product{{10, 9, 8}};
  const ProductBits right = product.multiply(false);
  const ProductBits flipped = product.multiply(true);
  EXPECT_NE(flipped.digest, right.digest);
  constexpr std::size_t where = 5 * 9 + 3;
  for (std::size_t i = 0; i < right.elements.size(); ++i)
    EXPECT_EQ(right.elements[i] ^ flipped.elements[i], i == where ? 1u : 0u) << i;
}

TEST(ShownBits, TellsBitsAndValue) { EXPECT_EQ(shown_bits(0x3fc00000), "0x3fc00000 (1.5)"); }

}  // namespace
}  // namespace assay::benchmarks
