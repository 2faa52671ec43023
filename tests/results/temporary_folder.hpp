#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace assay::results {

/// A folder of its own for one test, gone with it.
class TemporaryFolder : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "assay-test-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  [[nodiscard]] static std::string content(const std::filesystem::path& file) {
    std::ifstream stream{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
  }
  static void put(const std::filesystem::path& file, const std::string& text,
                  std::ios::openmode mode = std::ios::trunc) {
    std::ofstream{file, std::ios::binary | mode} << text;
  }
  [[nodiscard]] static int entries(const std::filesystem::path& directory) {
    return static_cast<int>(std::distance(std::filesystem::directory_iterator{directory}, {}));
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace assay::results
