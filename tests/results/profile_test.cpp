#include "results/profile.hpp"

#include <gmock/gmock.h>

#include "core/error.hpp"
#include "tests/results/temporary_folder.hpp"

namespace assay::results {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::ThrowsMessage;

const std::filesystem::path data = std::filesystem::path{__FILE__}.parent_path() / "data";

class ProfileFile : public TemporaryFolder {
 protected:
  [[nodiscard]] std::filesystem::path file() const { return folder() / "a.toml"; }

  /// Writes the sound profile with one piece of its text replaced, and reads it.
  Profile read_with(const std::string& old_text, const std::string& new_text) {
    std::string text = content(data / "sound_profile.toml");
    const auto found = text.find(old_text);
    EXPECT_NE(found, std::string::npos) << old_text;
    put(file(), text.replace(found, old_text.size(), new_text));
    return read_profile(file());
  }
};

TEST_F(ProfileFile, IsRead) {
  const auto profile = read_profile(data / "sound_profile.toml");
  EXPECT_EQ(profile.name, "test-machine");
  ASSERT_EQ(profile.figures.size(), 2U);
  const auto& matmul = profile.figures.at("matmul/openblas/float32");
  EXPECT_EQ(matmul.unit, "flop_per_s");
  EXPECT_EQ(matmul.reference, 1e11);
  EXPECT_EQ(matmul.floor, 9e10);
  EXPECT_EQ(matmul.ceiling, 1.2e11);
  EXPECT_EQ(matmul.source, "measured on a sound machine");
  EXPECT_EQ(profile.figures.at("memory/copy").reference, 1e10);
  EXPECT_FALSE(profile.figures.at("memory/copy").ceiling);
}

TEST_F(ProfileFile, ThatIsNoTomlIsRefusedByLineAndColumn) {
  EXPECT_THAT([&] { (void)read_with("floor = 9.0e10", "floor = = 9"); },
              ThrowsMessage<UsageError>(HasSubstr(file().string() + ":9:9: ")));
}

TEST_F(ProfileFile, WithAFloorAboveItsCeilingIsRefused) {
  EXPECT_THAT([&] { (void)read_with("ceiling = 1.2e11", "ceiling = 8.0e10"); },
              ThrowsMessage<UsageError>(AllOf(HasSubstr(":9:"), HasSubstr("above the ceiling"))));
}

TEST_F(ProfileFile, WithAFloorAboveItsReferenceIsRefused) {
  EXPECT_THAT([&] { (void)read_with("floor = 9.0e10", "floor = 1.1e11"); },
              ThrowsMessage<UsageError>(HasSubstr("above the reference")));
}

TEST_F(ProfileFile, WithAFloorFarBelowItsReferenceIsRefused) {
  EXPECT_THAT([&] { (void)read_with("floor = 9.0e10", "floor = 6.9e10"); },
              ThrowsMessage<UsageError>(HasSubstr("below 70 % of the reference")));
  EXPECT_NO_THROW((void)read_with("floor = 9.0e10", "floor = 7.1e10"));
}

TEST_F(ProfileFile, WithAReferenceAboveItsCeilingIsRefused) {
  EXPECT_THAT([&] { (void)read_with("ceiling = 1.2e11", "ceiling = 9.5e10"); },
              ThrowsMessage<UsageError>(AllOf(HasSubstr(":8:"), HasSubstr("above the ceiling"))));
}

TEST_F(ProfileFile, WithoutASourceIsRefused) {
  EXPECT_THAT([&] { (void)read_with("source = \"data sheet\"", ""); },
              ThrowsMessage<UsageError>(HasSubstr("'source' is missing")));
  EXPECT_THAT([&] { (void)read_with("\"data sheet\"", "\" \""); },
              ThrowsMessage<UsageError>(HasSubstr("not empty")));
}

TEST_F(ProfileFile, WithWordsItDoesNotKnowIsRefused) {
  EXPECT_THAT([&] { (void)read_with("\"flop_per_s\"", "\"TFLOP/s\""); },
              ThrowsMessage<UsageError>(EndsWith("known: bytes_per_s, flop_per_s, share")));
  EXPECT_THAT(
      [&] { (void)read_with("ceiling =", "cieling ="); },
      ThrowsMessage<UsageError>(AllOf(HasSubstr(":10:1: "), HasSubstr("unknown key 'cieling'"))));
  EXPECT_THAT([&] { (void)read_with("description =", "text ="); },
              ThrowsMessage<UsageError>(HasSubstr("unknown key 'text'")));
  EXPECT_THAT([&] { (void)read_with("[profile]", "[extra]\na = 1\n[profile]"); },
              ThrowsMessage<UsageError>(HasSubstr("unknown key 'extra'")));
}

TEST_F(ProfileFile, HasSharesOfPortsAlone) {
  const auto read_port = [&](const std::string& unit, double reference, const std::string& name) {
    put(file(), "[profile]\nname = \"a\"\n[figures.\"" + name + "\"]\nunit = \"" + unit +
                    "\"\nreference = " + std::to_string(reference) +
                    "\nfloor = 0.9\nsource = \"made up\"\n");
    return read_profile(file());
  };
  EXPECT_EQ(read_port("share", 0.95, "network/port/ucx").figures.size(), 1U);
  EXPECT_THAT([&] { (void)read_port("bytes_per_s", 0.95, "network/port"); },
              ThrowsMessage<UsageError>(AllOf(HasSubstr(":4:"), HasSubstr("must be 'share'"))));
  EXPECT_THAT([&] { (void)read_port("share", 0.95, "pair"); },
              ThrowsMessage<UsageError>(HasSubstr("'pair' is no share")));
  EXPECT_THAT([&] { (void)read_port("share", 1.1, "network/port"); },
              ThrowsMessage<UsageError>(AllOf(HasSubstr(":5:"), HasSubstr("more than all"))));
}

TEST_F(ProfileFile, WithNumbersThatAreNoneIsRefused) {
  for (const char* number : {"0", "-1", "nan", "inf", "\"1e11\"", "true", "[1]"}) {
    EXPECT_THAT(
        [&] { (void)read_with("reference = 1.0e11", std::string{"reference = "} + number); },
        ThrowsMessage<UsageError>(HasSubstr("must be a number above 0")))
        << number;
  }
  EXPECT_THAT([&] { (void)read_with("floor = 8e9", ""); },
              ThrowsMessage<UsageError>(HasSubstr("'floor' is missing")));
}

TEST_F(ProfileFile, WithoutASectionOrOfAnotherShapeIsRefused) {
  for (const char* text :
       {"", "[profile]\nname = \"a\"\n", "profile = 1\nfigures = 2\n",
        "[profile]\nname = \"a\"\n[figures]\n", "[profile]\nname = \"a\"\n[figures]\n\"a/b\" = 1\n",
        "[figures]\n", "[profile]\nname = 1\n[figures]\n"}) {
    put(file(), text);
    EXPECT_THROW((void)read_profile(file()), UsageError) << text;
  }
}

TEST_F(ProfileFile, WithAPatternThatIsNoneIsRefused) {
  EXPECT_THAT(
      [&] { (void)read_with("[0-9]+", "[0-9"); },
      ThrowsMessage<UsageError>(AllOf(HasSubstr(":4:13: "), HasSubstr("no regular expression"))));
}

TEST_F(ProfileFile, ThatIsNotThereIsRefused) {
  EXPECT_THAT([&] { (void)read_profile(folder() / "none.toml"); },
              ThrowsMessage<UsageError>(HasSubstr("none.toml")));
}

class FindProfile : public ProfileFile {
 protected:
  void add(const std::string& name, const std::string& processor) {
    put(folder() / (name + ".toml"),
        "[profile]\nname = \"" + name + "\"\n" +
            (processor.empty() ? "" : "processor = '" + processor + "'\n") +
            "[figures.\"a/b\"]\nunit = 'bytes_per_s'\nreference = 1\n"
            "floor = 1\nsource = 'test'\n");
  }
};

TEST_F(FindProfile, TakesTheFirstThatFitsByFileName) {
  add("b", "Xeon");
  add("a", "EPYC");
  add("c", "Xeon.*8480");
  EXPECT_EQ(find_profile(folder(), "Some Xeon Platinum 8480+")->name, "b");
  EXPECT_EQ(find_profile(folder(), "some epyc 9654")->name, "a");
  EXPECT_FALSE(find_profile(folder(), "Grace"));
}

TEST_F(FindProfile, TakesTheGpusFirst) {
  add("a", "EPYC");
  put(folder() / "b.toml", R"([profile]
name = "b"
gpu = "\\bH200"
[inventory]
gpus = 8
nvlinks = 18
pcie_generation = 5
ecc = true
source = "its data sheet"
[figures."m"]
unit = "bytes_per_s"
reference = 10
floor = 9
source = "somewhere"
)");
  EXPECT_EQ(find_profile(folder(), "EPYC", {"NVIDIA H200"})->name, "b");
  EXPECT_EQ(find_profile(folder(), "EPYC", {"NVIDIA GH200"})->name, "a");
  EXPECT_EQ(find_profile(folder(), "EPYC")->name, "a");
  EXPECT_FALSE(find_profile(folder(), "Xeon", {"NVIDIA H100"}));
  const Profile profile = *find_profile(folder(), "", {"H200"});
  EXPECT_EQ(inventory_of(&profile, "nvlinks"), 18);
  EXPECT_EQ(inventory_of(&profile, "pcie_generation"), 5);
  EXPECT_EQ(inventory_of(&profile, "ecc"), 1);
  // Found by the name of a GPU, it says nothing of how many there are.
  EXPECT_FALSE(inventory_of(&profile, "gpus"));
  const Profile named = read_profile(folder() / "b.toml");
  EXPECT_EQ(inventory_of(&named, "gpus"), 8);
  EXPECT_FALSE(inventory_of(nullptr, "nvlinks"));
}

TEST_F(FindProfile, RefusesAnInventoryWithoutASourceOrACount) {
  for (const char* inventory : {"nvlinks = 18", "ecc = false\nsource = \"s\"",
                                "ecc = 1\nsource = \"s\"", "nvlinks = 0\nsource = \"s\"",
                                "nvlinks = 1.5\nsource = \"s\"", "links = 1\nsource = \"s\""}) {
    put(file(), std::string{"[profile]\nname = \"a\"\n[inventory]\n"} + inventory +
                    "\n[figures.m]\nunit = \"bytes_per_s\"\nreference = 1\nfloor = 1\nsource = "
                    "\"s\"\n");
    EXPECT_THROW((void)read_profile(file()), UsageError) << inventory;
  }
}

TEST_F(FindProfile, NeverTakesOneWithoutAPattern) {
  add("a", "");
  EXPECT_FALSE(find_profile(folder(), "anything"));
}

TEST_F(FindProfile, LooksAtProfilesOnly) {
  put(folder() / "notes.txt", "no profile");
  EXPECT_FALSE(find_profile(folder(), "anything"));
  EXPECT_FALSE(find_profile(folder() / "none", "anything"));
}

TEST_F(FindProfile, RefusesABrokenOne) {
  put(file(), "[profile");
  EXPECT_THROW((void)find_profile(folder(), "anything"), UsageError);
}

}  // namespace
}  // namespace assay::results
