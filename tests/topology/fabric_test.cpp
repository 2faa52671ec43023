#include "topology/fabric.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "core/error.hpp"

namespace assay::topology {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* two_leaves = R"(# a comment
SwitchName=leaf1 Nodes=n[01-02]   LinkSpeed=100  # another
switchname=leaf2 \
    nodes=n03,n04

SwitchName=spine Switches=leaf[1-2]
)";

template <class Call>
std::string refusal(const Call& call) {
  try {
    call();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "not refused";
}

TEST(SlurmTopology, IsATreeOfSwitches) {
  const Fabric fabric = parse_slurm_topology(two_leaves);
  ASSERT_EQ(fabric.switches.size(), 3U);
  EXPECT_EQ(fabric.source, Fabric::Source::file);
  EXPECT_EQ(fabric.switches[0].name, "leaf1");
  EXPECT_EQ(fabric.switches[0].parent, 2);
  EXPECT_EQ(fabric.switches[1].parent, 2);
  EXPECT_EQ(fabric.switches[2].parent, Switch::top);
  EXPECT_THAT(fabric.hosts, ElementsAre("n01", "n02", "n03", "n04"));
  EXPECT_THAT(fabric.switch_of, ElementsAre(0, 0, 1, 1));
}

struct Bad {
  const char* text;
  const char* what;
};
class BadSlurmTopology : public testing::TestWithParam<Bad> {};

TEST_P(BadSlurmTopology, IsRefusedWithTheLine) {
  EXPECT_THAT(refusal([] { (void)parse_slurm_topology(GetParam().text); }),
              HasSubstr(GetParam().what));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadSlurmTopology,
    testing::Values(
        Bad{"", "no switch has hosts"}, Bad{"SwitchName=a\n", "line 1: switch 'a' must have"},
        Bad{"\nSwitchName=a Nodes=x Switches=b", "line 2: switch 'a' must have"},
        Bad{"SwitchName=a Nodes=x\nSwitchName=b Nodes=y,x", "line 2: host 'x' stands in line 1"},
        Bad{"SwitchName=a Nodes=x,x", "line 1: host 'x' stands in line 1"},
        Bad{"SwitchName=a Nodes=x\nSwitchName=a Nodes=y", "line 2: switch 'a' stands in line 1"},
        Bad{"SwitchName=a Nodes=x\nSwitchName=b Switches=a\nSwitchName=c Switches=a",
            "line 3: switch 'a' is below switch 'b' already"},
        Bad{"SwitchName=a Nodes=x\nSwitchName=b Switches=c\nSwitchName=c Switches=b",
            "line 2: switch 'b' is above itself"},
        Bad{"SwitchName=a Nodes=x\nSwitchName=b Switches=nowhere",
            "line 2: switch 'nowhere' is described nowhere"},
        Bad{"SwitchName=a Nodes=x Colour=red", "line 1: unknown key 'Colour'"},
        Bad{"SwitchName=a Nodes=x Nodes=y", "line 1: key 'Nodes' stands there twice"},
        Bad{"SwitchName=a Nodes=", "line 1: 'Nodes=' is not KEY=VALUE"},
        Bad{"SwitchName=a x", "line 1: 'x' is not KEY=VALUE"},
        Bad{"Nodes=x", "line 1: SwitchName= is missing"},
        Bad{"# first\nSwitchName=a \\\n Nodes=n[1", "line 2: 'n[1' is no list of hosts"}));

constexpr const char* two_leaves_toml = R"(
[[switch]]
name = "leaf1"
hosts = ["n[01-02]"]

[[switch]]
name = "leaf2"
hosts = ["n03", "n04"]

[[switch]]
name = "spine"
switches = ["leaf1", "leaf2"]
)";

TEST(FabricToml, SaysTheSame) {
  const Fabric fabric = parse_fabric_toml(two_leaves_toml);
  EXPECT_THAT(fabric.hosts, ElementsAre("n01", "n02", "n03", "n04"));
  EXPECT_THAT(fabric.switch_of, ElementsAre(0, 0, 1, 1));
  EXPECT_EQ(fabric.switches[1].parent, 2);
}

class BadFabricToml : public testing::TestWithParam<Bad> {};

TEST_P(BadFabricToml, IsRefusedWithTheLine) {
  EXPECT_THAT(refusal([] { (void)parse_fabric_toml(GetParam().text); }),
              HasSubstr(GetParam().what));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadFabricToml,
    testing::Values(
        Bad{"", "no switch has hosts"}, Bad{"\n[[switch", "line 2: "},
        Bad{"colour = 1", "line 1: unknown key 'colour'"}, Bad{"switch = 1", "line 1: write each"},
        Bad{"switch = [1]", "line 1: each switch must be"},
        Bad{"[[switch]]\nname = \"a\"\nports = 4", "line 3: unknown key 'ports'"},
        Bad{"\n[[switch]]\nhosts = [\"x\"]", "line 2: 'name' must be"},
        Bad{"[[switch]]\nname = 3\nhosts = [\"x\"]", "line 2: 'name' must be"},
        Bad{"[[switch]]\nname = \"a\"\nhosts = \"x\"", "line 3: 'hosts' must be a list"},
        Bad{"[[switch]]\nname = \"a\"\nhosts = [1]", "line 3: 'hosts' must hold names"},
        Bad{"[[switch]]\nname = \"a\"\nhosts = []", "line 3: 'hosts' must be a list"},
        Bad{"[[switch]]\nname = \"a\"\nhosts = [\"x\"]\n[[switch]]\nname = \"b\"\nhosts = "
            "[\"x\"]",
            "line 4: host 'x' stands in line 1"}));

class FabricFile : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& text) {
    const auto file = std::filesystem::path{testing::TempDir()} / name;
    std::ofstream{file} << text;
    return file;
  }
};

TEST_F(FabricFile, IsReadByItsEnding) {
  EXPECT_EQ(read_fabric(write("network.toml", two_leaves_toml)).hosts.size(), 4U);
  const auto file = write("topology.conf", two_leaves);
  EXPECT_EQ(read_fabric(file).origin, file.string());
}

TEST_F(FabricFile, IsNamedWhereItIsWrong) {
  const auto file = write("wrong.conf", "SwitchName=a");
  EXPECT_THAT(refusal([&] { (void)read_fabric(file); }), HasSubstr("wrong.conf: line 1"));
  EXPECT_THAT(refusal([] { (void)read_fabric("no/such.conf"); }),
              HasSubstr("no/such.conf: cannot be read"));
  EXPECT_THAT(refusal([] { (void)read_fabric(testing::TempDir()); }), HasSubstr("cannot be read"));
}

TEST(LeavesOf, AreThoseOfTheJobAlone) {
  const Fabric fabric = parse_slurm_topology(two_leaves);
  const Leaves leaves = leaves_of(fabric, std::vector<std::string>{"n04", "n03"});
  EXPECT_THAT(leaves.names, ElementsAre("leaf2"));
  EXPECT_THAT(leaves.leaf_of, ElementsAre(0, 0));
  const Leaves both = leaves_of(fabric, std::vector<std::string>{"n04", "n01", "n03"});
  EXPECT_THAT(both.names, ElementsAre("leaf1", "leaf2"));
  EXPECT_THAT(both.leaf_of, ElementsAre(1, 0, 1));
}

TEST(LeavesOf, TakeShortAndQualifiedNamesForTheSame) {
  const Fabric fabric = parse_slurm_topology(
      "SwitchName=a Nodes=x.one.org,y\n"
      "SwitchName=b Nodes=z.one.org,z.two.org");
  EXPECT_EQ(leaves_of(fabric, std::vector<std::string>{"x", "y.one.org"}).count(), 1);
  EXPECT_THAT(refusal([&] { (void)leaves_of(fabric, std::vector<std::string>{"x.two.org"}); }),
              HasSubstr("x.two.org"));
  // Two hosts have this short name.
  EXPECT_THAT(refusal([&] { (void)leaves_of(fabric, std::vector<std::string>{"z"}); }),
              HasSubstr("z"));
  EXPECT_EQ(leaves_of(fabric, std::vector<std::string>{"z.two.org"}).count(), 1);
}

TEST(LeavesOf, NameAllHostsThatAreUnknown) {
  const Fabric fabric = parse_slurm_topology(two_leaves);
  EXPECT_THAT(refusal([&] {
                (void)leaves_of(fabric, std::vector<std::string>{"n01", "p1", "p2"});
              }),
              HasSubstr("does not contain p1, p2"));
}

TEST(FlatLeaves, AreOne) {
  const Leaves leaves = flat_leaves(3);
  EXPECT_EQ(leaves.count(), 1);
  EXPECT_EQ(leaves.source, Fabric::Source::flat);
  EXPECT_THAT(leaves.leaf_of, ElementsAre(0, 0, 0));
}

}  // namespace
}  // namespace assay::topology
