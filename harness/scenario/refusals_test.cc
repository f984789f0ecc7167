// What a scenario must not say: one row per rule, with place and sentence. Where the schema can know as well,
// it must refuse the same file, so that an editor marks it while it is typed.
#include <gmock/gmock.h>

#include "harness/scenario/parse.hh"
#include "harness/scenario/schema_check.hh"

namespace banco::scenario {
namespace {

enum class Editor { kKnows, kCannotKnow };

struct Refusal {
  std::string yaml;
  std::string message;  // begins with line:column
  Editor editor = Editor::kKnows;
};

constexpr Editor kCannotKnow = Editor::kCannotKnow;

void expect_refused(const std::vector<Refusal>& refusals) {
  const auto json_schema = schema();
  for (const auto& [yaml, message, editor] : refusals) {
    try {
      parse_scenario(yaml, "f");
      ADD_FAILURE() << "accepted:\n" << yaml;
    } catch (const ScenarioError& error) {
      EXPECT_EQ(std::string(error.what()), "f:" + message) << yaml;
    }
    const bool known = !schema_complaint(json_schema, yaml_to_json(yaml)).empty();
    EXPECT_EQ(known, editor == Editor::kKnows) << "by the schema:\n" << yaml;
  }
}

const std::string kTwo =
    "topology: {nodes: {a: {kind: namespace}, b: {kind: namespace}, sw: {kind: switch, type: vde}}, "
    "links: [a-sw, b-sw]}\n";

// A file with the head `head` (one line), two machines on a switch and the measures `measures`.
std::string measuring(const std::string& measures) {
  return "name: x\n" + kTwo + "measure:\n" + measures;
}

// A file whose third line is `node`, which is linked to a switch.
std::string with_node(const std::string& node) {
  return "name: x\ntopology: {nodes: {sw: {kind: switch, type: vde}, b: {kind: namespace},\n" + node +
         "}, links: [b-sw, a-sw]}\n";
}

// A file whose third line holds the links of a, b and sw.
std::string with_links(const std::string& links) {
  return "name: x\ntopology: {nodes: {a: {kind: namespace}, b: {kind: namespace}, sw: {kind: switch, type: "
         "vde}}, links:\n[" +
         links + "]}\n";
}

TEST(Refusal, OfTheWholeFile) {
  expect_refused({
      {"title: x\n" + kTwo, "1:1: a scenario needs the key \"name\""},
      {"name: x\n", "1:1: a scenario needs the key \"topology\""},
      {"name: x\n" + kTwo + "measures: []\n",
       "3:1: a scenario has no key \"measures\"; did you mean \"measure\"?"},
      {"name: My Test\n" + kTwo,
       "1:7: \"My Test\" is not a name of at most 64 lower-case letters, digits and -"},
      {"name: [x]\n" + kTwo,
       "1:7: this wants a name of at most 64 lower-case letters, digits and -, but has a list"},
      {"schema: 2\nname: x\n" + kTwo, "1:9: \"2\" is not 1, which is all there is"},
      {"name: x\ntitle: \"two\\nlines\"\n" + kTwo,
       "2:8: \"two\\x0alines\" is not one line of at most 200 bytes"},
      {"name: x\n" + kTwo + "sampling: {blocks: 0}\n", "3:20: \"0\" is not a whole number from 1 to 1000"},
      {"name: x\n" + kTwo + "sampling: {blocks: 10.5}\n",
       "3:20: \"10.5\" is not a whole number from 1 to 1000"},
      {"name: x\n" + kTwo + "sampling: {seed: -1}\n",
       "3:18: \"-1\" is not a whole number from 0 to 18446744073709551615"},
      {"name: x\n" + kTwo + "sampling: {order: random}\n", "3:19: \"random\" is not \"blocks\""},
  });
}

TEST(Refusal, OfAMatrix) {
  expect_refused({
      {"name: x\nmatrix: {Vms: [1]}\n" + kTwo,
       "2:10: \"Vms\" is not a name: a letter, then letters, digits, _ and -, all lower case, at most 32"},
      {"name: x\nmatrix: {vms: 2}\n" + kTwo,
       "2:15: this wants a list of values such as [2, 4], but has a single value"},
      {"name: x\nmatrix: {vms: []}\n" + kTwo, "2:15: an axis needs at least one value"},
      {"name: x\nmatrix: {vms: [2, 2]}\n" + kTwo, "2:19: the value \"2\" stands twice in the axis vms"},
      {"name: x\nmatrix: {vms: [2, '']}\n" + kTwo,
       "2:19: \"\" is not a value of an axis, which is one line of 1 to 64 bytes", kCannotKnow},
      {"name: x\nmatrix:\n" + kTwo, "2:1: this wants a map of axes such as {vms: [2, 4]}, but has nothing"},
      {"name: x\nmatrix: {vms: [2, \"${x}\"]}\n" + kTwo,
       "2:19: the variable \"x\" has no value here; only topology and measure know the cell", kCannotKnow},
      {"name: x\nmatrix: {vms: [2]}\nquick: {matrix: {vm: [2]}}\n" + kTwo,
       "3:22: the matrix has no axis \"vm\"; did you mean \"vms\"?", kCannotKnow},
      {"name: x\nmatrix: {vms: [2]}\nquick: {matrix: {vms: [4]}}\n" + kTwo,
       "3:23: the axis vms of the matrix has no value \"4\"; known: \"2\"", kCannotKnow},
      {"name: x\nquick: {block: 3}\n" + kTwo, "2:9: quick has no key \"block\"; did you mean \"blocks\"?"},
  });
}

TEST(Refusal, OfAVariable) {
  expect_refused({
      {"name: x\nmatrix: {vms: [2]}\n" + with_node("\"a[1-${wms}]\": {}").substr(8),
       "4:1: there is no variable \"wms\"; did you mean \"vms\"?", kCannotKnow},
      {with_node("\"a[1-${vms}]\": {}"),
       "3:1: there is no variable \"vms\"; there is no matrix to define one", kCannotKnow},
      {with_node("a: {kind: vm, image: \"${x\"}"),
       "3:22: \"${x\" does not hold a variable such as ${name} or ${name:-4}", kCannotKnow},
      {with_node("a: {kind: vm, image: \"${}\"}"),
       "3:22: \"${}\" does not hold a variable such as ${name} or ${name:-4}", kCannotKnow},
      {"name: \"${x}\"\n" + kTwo,
       "1:7: the variable \"x\" has no value here; only topology and measure know the cell"},
      {"name: x\nmatrix: {m: [512M, 512]}\n" + with_node("a: {kind: vm, memory: \"${m}\"}").substr(8),
       "4:23: \"512\" is not a size: it has no unit; write 512M, 2G or 1400B (written \"${m}\") (cell m=512)",
       kCannotKnow},
  });
}

TEST(Refusal, OfANode) {
  expect_refused({
      {with_node("a: {kind: computer}"),
       "3:11: \"computer\" is not \"vm\", \"container\", \"namespace\", \"router\" or \"switch\""},
      {with_node("a: {kind: container, append: quiet}"),
       "3:22: a container has no key \"append\"; known: \"kind\", \"image\", \"cpus\", \"memory\", "
       "\"address\" or "
       "\"routes\""},
      {with_node("a: {kind: vm, image: Disk}"),
       "3:22: \"Disk\" is not the name of a recipe, or the path, with a slash, of a disk: qcow2, or raw as "
       "NAME.img"},
      {with_node("a: {kind: vm, image: ./disk.img, append: quiet}"),
       "3:1: the kernel of ./disk.img has its command line from a boot loader of its own, and takes no "
       "`append`",
       kCannotKnow},
      {with_node("a: {kind: vm, password: secret}"),
       "3:1: nobody logs in to the image base; `user` and `password` are for disks of yours", kCannotKnow},
      {with_node("a: {kind: container, image: Base}"),
       "3:29: \"Base\" is not the name of a recipe, or the path, with a slash, of a folder or an OCI "
       "archive"},
      {with_node("a: {kind: vm, cpu: 2}"),
       "3:15: a virtual machine has no key \"cpu\"; did you mean \"cpus\"?"},
      {with_node("a: {kind: vm, type: vde}"),
       "3:15: a virtual machine has no key \"type\"; known: \"kind\", \"image\", \"cpus\", \"memory\", "
       "\"append\", \"user\", \"password\", \"address\" or \"routes\""},
      {with_node("a: {kind: namespace, memory: 512M}"),
       "3:22: a namespace has no key \"memory\"; known: \"kind\", \"address\" or \"routes\""},
      {with_node("a: {kind: vm, memory: 512}"),
       "3:23: \"512\" is not a size: it has no unit; write 512M, 2G or 1400B"},
      {with_node("a: {kind: vm, memory: 1M}"), "3:23: \"1M\" is not a size from 32M to 1024G", kCannotKnow},
      {with_node("a: {kind: vm, cpus: 0}"), "3:21: \"0\" is not a whole number from 1 to 256"},
      {with_node("a: {kind: container, cpus: 0}"), "3:28: \"0\" is not a number from 0.01 to 256"},
      {with_node("a: {kind: container, cpus: nan}"), "3:28: \"nan\" is not a number from 0.01 to 256"},
      {with_node("a: {kind: container, cpus: 1e1}"), "3:28: \"1e1\" is not a number from 0.01 to 256",
       kCannotKnow},
      {with_node("a: {kind: container, memory: 8M}"), "3:30: \"8M\" is not a size from 32M to 1024G",
       kCannotKnow},
      {with_node("a: {kind: vm, cpus: two}"), "3:21: \"two\" is not a whole number from 1 to 256"},
      {with_node("a: {kind: vm, append: \"a\\nb\"}"),
       "3:23: \"a\\x0ab\" is not one line of at most 1024 bytes"},
      {with_node("a: namespace"),
       "3:4: this wants a node as a map such as {kind: namespace}, but has a single value"},
      {with_node("a:"), "3:1: this wants a node as a map such as {kind: namespace}, but has nothing"},
      {with_node("a: {kind: switch}"), "3:4: a switch needs the key \"type\""},
      {with_node("a: {kind: switch, type: ovs}"),
       "3:25: \"ovs\" is not \"vde\", \"vde-hub\", \"bridge\", \"vxvde\", \"macvlan\", \"socket\", \"shm\" "
       "or "
       "\"shm-hub\""},
      {with_node("a: {kind: switch, type: vde, offload: yes}"), "3:39: \"yes\" is neither true nor false"},
      {with_node("A: {}"),
       "3:1: \"A\" is no name for a node: a letter, then letters, digits and -, all lower case, at most 32",
       kCannotKnow},
      {with_node("\"a[3-1]\": {}"), "3:1: the range \"a[3-1]\" is empty: 3 comes after 1", kCannotKnow},
      {with_node("\"a[1-2]\": {}, a2: {}"), "3:15: the node \"a2\" exists already", kCannotKnow},
      {with_node("a: {}, c: {}"), "3:8: the node \"c\" has no link", kCannotKnow},
      {with_node("a: {kind: vm, address: 10.0.0.1}"),
       "3:24: \"10.0.0.1\" is not the address of a host with its prefix length, such as 10.0.0.1/24 or "
       "fd00::1/64"},
      {with_node("a: {kind: vm, address: [10.0.0.1/24, 10.0.0.2/24]}"),
       "3:38: an interface has one address of each family", kCannotKnow},
      {with_node("a: {kind: router, address: 10.0.0.1/24}"),
       "3:19: a router has no key \"address\"; known: \"kind\" or \"routes\""},
      {with_node("a: {kind: vm, routes: [{to: default, via: 10.0.0.9/24}]}"),
       "3:43: \"10.0.0.9/24\" is not an address such as 10.0.0.1 or fd00::1"},
      {with_node("a: {kind: vm, routes: [{to: default, via: 10.9.0.9}]}"),
       "3:1: the route of a to default goes via 10.9.0.9, which is in none of its networks", kCannotKnow},
      {with_node("a: {kind: vm, routes: [{to: \"fd00::/64\", via: 10.0.0.9}]}"),
       "3:1: the route of a to fd00::/64 goes via 10.0.0.9, an address of the other family", kCannotKnow},
      {"name: x\ntopology: {defaults: {kind: switch}, nodes: {}}\n",
       "2:29: \"switch\" is not \"vm\", \"container\" or \"namespace\""},
      {"name: x\ntopology: {nodes: [a, b]}\n",
       "2:19: this wants a map of nodes such as {a: {kind: namespace}}, but has a list"},
  });
}

TEST(Refusal, OfALink) {
  expect_refused({
      {with_links("a-sw"), "2:42: the node \"b\" has no link", kCannotKnow},
      {with_links("a-sw, b-sx"), "3:8: there is no node \"sx\"; did you mean \"sw\"?", kCannotKnow},
      {with_links("a-sw, b-a"), "3:8: this joins two machines; put a switch between them", kCannotKnow},
      {with_links("a-sw, bsw"),
       "3:8: \"bsw\" is not a link such as vm1-sw between two nodes; if it is, write {endpoints: [vm1, sw]}"},
      {with_links("{endpoints: [sw, sw]}"), "3:2: this joins sw to itself", kCannotKnow},
      {with_links("{endpoints: [\"*\", sw]}"),
       "3:15: \"*\" matches machines and switches; name one kind of node", kCannotKnow},
      {with_links("{endpoints: [\"vm*\", sw]}"),
       "3:15: \"vm*\" matches no node; known: \"a\", \"b\" or \"sw\"", kCannotKnow},
      {with_links("{endpoints: [a, b, sw]}"),
       "3:14: this wants two endpoints, a machine and a switch or two switches, but the list has 3"},
      {with_links("{endpoints: [a, \"sw:eth0\"]}"), "3:2: only a machine's end names an interface",
       kCannotKnow},
      {with_links("{endpoints: [\"a:en0\", sw]}"),
       "3:15: \"a:en0\" is not a machine, with or without its interface, or a switch: vm1, \"vm*:eth0\", sw"},
      {with_links("{endpoints: [\"a:eth0\", sw]}, b-sw, \"a:eth0-sw\""),
       "3:37: eth0 of a is plugged in twice", kCannotKnow},
      {with_links("{endpoints: [\"a:eth1\", sw]}, b-sw"),
       "3:2: a has eth1 but not all below it; interfaces count from eth0 to eth15", kCannotKnow},
      {with_links("{endpoints: [\"?\", sw], address: 10.0.0.1/24}"),
       "3:2: one address cannot serve the 2 links made here", kCannotKnow},
      {"name: x\ntopology: {nodes: {a: {kind: namespace}, sw: {kind: switch, type: socket}}, links: "
       "[a-sw]}\n",
       "2:85: a is no virtual machine; the switch sw of type socket is inside of QEMU and takes none but "
       "those",
       kCannotKnow},
      {"name: x\ntopology: {nodes: {a: {kind: vm}, sw: {kind: switch, type: macvlan}}, links: [a-sw]}\n",
       "2:79: a is a virtual machine; the switch sw of type macvlan is inside of a driver of the kernel and "
       "takes "
       "none of those",
       kCannotKnow},
      {"name: x\ntopology: {nodes: {a: {kind: namespace}, sw: {kind: switch, type: macvlan}}, links: "
       "[{endpoints: [a, sw], impair: {loss: 1%}}]}\n",
       "2:86: sw of type macvlan is inside of a driver of the kernel, where no wire can impair a link",
       kCannotKnow},
      {with_links("{endpoints: [a, sw], mtu: 1}, b-sw"),
       "3:28: \"1\" is not a whole number from 68 to 65535"},
      {with_links("{endpoints: [a, sw], delay: 5ms}, b-sw"),
       "3:23: a link has no key \"delay\"; known: \"endpoints\", \"address\", \"mtu\", \"vlan\", \"capture\" "
       "or \"impair\""},
      {with_links("{endpoints: [a, sw], address: 10.0.0.1/24}, {endpoints: [b, sw], address: 10.0.0.1/24}"),
       "3:46: a and b have the same address 10.0.0.1/24 on the switch sw", kCannotKnow},
      {with_links("{endpoints: [a, sw], address: 10.9.0.1/24}, {endpoints: [b, sw], address: 10.8.0.1/24}"),
       "3:46: 10.8.0.1/24 of b is in another network than 10.9.0.0/24 on the switch sw", kCannotKnow},
      {with_links("{endpoints: [a, sw], vlan: 4095}, b-sw"),
       "3:29: \"4095\" is not a whole number from 1 to 4094"},
      {with_links("{endpoints: [a, sw], vlan: [10, 20]}, b-sw"),
       "3:2: a machine's link is in one VLAN; only links between switches carry several", kCannotKnow},
      {with_links("{endpoints: [a, sw], vlan: [10, 10]}, b-sw"), "3:34: VLAN 10 stands twice in the list",
       kCannotKnow},
  });
}

TEST(Refusal, OfAMeasure) {
  expect_refused({
      {measuring("- {name: a}"),
       "4:3: a measure needs exactly one of \"iperf3\", \"ping\", \"dd\" or \"cpu\""},
      {measuring("- {ping: {pairs: all}, cpu: {}}"),
       "4:3: a measure needs exactly one of \"iperf3\", \"ping\", \"dd\" or \"cpu\""},
      {measuring("- iperf3: {time: 10s}"), "4:11: an iperf3 measure needs the key \"pairs\""},
      {measuring("- iperf3: {pairs: all, time: 10}"),
       "4:30: \"10\" is not a time: it has no unit; write 10s, 200ms or 5us"},
      {measuring("- iperf3: {pairs: all, time: 1500ms}"), "4:30: \"1500ms\" is not a multiple of 1s",
       kCannotKnow},
      {measuring("- iperf3: {pairs: all, time: 0s}"), "4:30: \"0s\" is not a time from 1s to 86400s",
       kCannotKnow},
      {measuring("- iperf3: {pairs: all, length: 1400}"),
       "4:32: \"1400\" is not a size: it has no unit; write 512M, 2G or 1400B"},
      {measuring("- iperf3: {pairs: all, rate: 500}"),
       "4:30: \"500\" is not a rate: it has no unit; write 500Mbit, 1.5Gbit or 100kbit"},
      {measuring("- iperf3: {pairs: all, rate: 10bit}"), "4:30: \"10bit\" is less than 1kbit", kCannotKnow},
      {measuring("- iperf3: {pairs: all, rate: {share: 50%}}"), "4:30: a share needs the key \"of\""},
      {measuring("- iperf3: {pairs: all, rate: {share: 0%, of: tcp}}"),
       "4:38: \"0%\" is not a percentage above 0% and up to 1000%", kCannotKnow},
      {measuring("- iperf3: {pairs: all, rate: {share: 50%, of: tcp}}"),
       "4:30: no iperf3 measure before this one is called \"tcp\"", kCannotKnow},
      {measuring("- iperf3: {pairs: neighbors}"),
       "4:19: \"neighbors\" is not \"neighbours\", \"ring\", \"star\" or \"all\""},
      {measuring("- iperf3: {pairs: [[a, c]]}"), "4:20: there is no machine \"c\"; known: \"a\" or \"b\"",
       kCannotKnow},
      {measuring("- iperf3: {pairs: [[a, sw]]}"), "4:20: there is no machine \"sw\"; known: \"a\" or \"b\"",
       kCannotKnow},
      {measuring("- iperf3: {pairs: [[a, a]]}"), "4:20: a cannot be paired with itself", kCannotKnow},
      {measuring("- iperf3: {pairs: [[a, b], [a, b]]}"), "4:28: the pair a, b stands twice", kCannotKnow},
      {measuring("- iperf3: {pairs: [[a]]}"),
       "4:20: this wants two machines such as [vm1, vm2], but the list has 1"},
      {measuring("- iperf3: {pairs: []}"), "4:19: a list of pairs has 1 to 4096 of them"},
      {measuring("- iperf3: {pairs: all}\n- iperf3: {pairs: all}"),
       "5:3: there are two measures called \"tcp\"; give one a name of its own", kCannotKnow},
      {measuring("- {name: idle, cpu: {}}"),
       "4:3: a measure cannot be called idle: `during` means rest by it", kCannotKnow},
      {measuring("- {name: a.b, cpu: {}}"),
       "4:10: \"a.b\" is not a name: a letter, then letters, digits, _ and -, all lower case, at most 32"},
      {measuring("- iperf3: {pairs: all}\n- ping: {pairs: all, during: [tpc]}"),
       "5:31: no iperf3 measure before this one is called \"tpc\"; did you mean \"tcp\"?", kCannotKnow},
      {measuring("- ping: {pairs: all, during: [idle, idle]}"), "4:37: \"idle\" stands twice in `during`",
       kCannotKnow},
      {measuring("- ping: {pairs: all, interval: 5us}"), "4:32: \"5us\" is not a time from 1ms to 60s",
       kCannotKnow},
      {measuring("- cpu:"), "4:3: this wants a cpu measure as a map of keys, but has nothing"},
      {measuring("- cpu: {per: thread}"), "4:14: \"thread\" is not \"role\" or \"process\""},
  });
}

TEST(Refusal, NamesTheCellThatCannotBe) {
  expect_refused({
      {"name: x\nmatrix: {s: [vde, vxvde], n: [2, 3]}\ntopology:\n  nodes:\n    \"v[1-${n}]\": {}\n"
       "    sw: {kind: switch, type: \"${s}\"}\n  links: [\"v*-sw\"]\nmeasure:\n- ping: {pairs: "
       "neighbours}\n",
       "9:17: neighbours needs an even number of machines, and there are 3: v3 has none (cell n=3, s=vde)",
       kCannotKnow},
  });
}

TEST(Refusal, OfPairsWithoutACommonSwitch) {
  expect_refused(
      {{"name: x\ntopology: {nodes: {a: {}, b: {}, s1: {kind: switch, type: vde}, s2: {kind: switch, type: "
        "vde}}, links: [a-s1, b-s2]}\nmeasure:\n- ping: {pairs: all}\n",
        "4:17: a and b are not joined: no switch in common, no trunk and no router between their switches",
        kCannotKnow}});
}

TEST(Refusal, OfMoreThanMemoryShouldHold) {
  const std::string nodes =
      "topology: {nodes: {\"a[1-1000]\": {}, sw: {kind: switch, type: vde}}, links: [\"a*-sw\"]}\n";
  std::string hundred = "[0";
  for (int i = 1; i < 100; ++i) hundred += ", " + std::to_string(i);
  hundred += "]";
  expect_refused({
      {"name: x\nmatrix: {i: " + hundred + "}\n" + nodes,
       "3:77: all cells together hold more than 100000 nodes, links and pairs (cell i=49)", kCannotKnow},
      {"name: x\nmatrix: {i: " + hundred + ", j: " + hundred + ", k: [1, 2]}\n" + nodes,
       "2:9: the matrix has more than 10000 cells", kCannotKnow},
      {"name: x\n" + nodes + "measure: [{ping: {pairs: all}}]\n",
       "3:26: all pairs of 1000 machines are more than 4096", kCannotKnow},
      {"name: x\ntopology: {nodes: {\"a[1-1000]\": {}, \"b[1-1000]\": {}}}\n",
       "2:37: a cell has at most 1024 nodes", kCannotKnow},
  });
}

}  // namespace
}  // namespace banco::scenario
