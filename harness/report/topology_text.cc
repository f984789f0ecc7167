#include "harness/report/topology_text.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace banco::report {
namespace {

// What a line between two nodes says: the interface and what is not as usual.
std::string words_of(const std::string& interface, const std::string& address, int mtu_bytes,
                     const std::vector<int>& vlans) {
  std::vector<std::string> words;
  if (!interface.empty()) words.push_back(interface);
  if (!address.empty()) words.push_back(address);
  if (!vlans.empty()) words.push_back(fmt::format("VLAN {}", fmt::join(vlans, " ")));
  if (mtu_bytes != scenario::Link{}.mtu_bytes) words.push_back(fmt::format("MTU {}", mtu_bytes));
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string words_of(const scenario::Link& link) {
  std::string address = link.address.ipv4;
  if (!link.address.ipv6.empty()) address += (address.empty() ? "" : ", ") + link.address.ipv6;
  return words_of(link.interface, address, link.mtu_bytes,
                  link.vlan != 0 ? std::vector<int>{link.vlan} : std::vector<int>{});
}

std::string kind_of(const scenario::Machine& machine) {
  switch (machine.kind) {
    case scenario::MachineKind::kVm:
      return "virtual machine";
    case scenario::MachineKind::kContainer:
      return "container";
    case scenario::MachineKind::kNamespace:
      return "namespace";
    case scenario::MachineKind::kRouter:
      break;
  }
  return "router";
}

std::string type_of(const scenario::Switch& node) {
  return node.type + (node.stp ? ", stp" : "");
}

}  // namespace

std::string topology_mermaid(const scenario::Topology& topology) {
  std::string text = "graph TD\n";
  // Some names are words of Mermaid's, and dashes are lines; names have no `_` of their own.
  const auto id = [](std::string name) {
    std::ranges::replace(name, '-', '_');
    return "node_" + name;
  };
  for (const auto& node : topology.switches)
    text += fmt::format("  {}([\"{}<br/>{}\"])\n", id(node.name), node.name, type_of(node));
  for (const auto& machine : topology.machines)
    text += fmt::format("  {}[\"{}<br/>{}\"]\n", id(machine.name), machine.name, kind_of(machine));
  for (const auto& trunk : topology.trunks) {
    const auto words = words_of("", "", trunk.mtu_bytes, trunk.vlans);
    text += fmt::format("  {} ==={} {}\n", id(trunk.first), words.empty() ? "" : "|\"" + words + "\"|",
                        id(trunk.second));
  }
  for (const auto& link : topology.links)
    text += fmt::format("  {} ---|\"{}\"| {}\n", id(link.switch_name), words_of(link), id(link.machine));
  return text;
}

std::string topology_dot(const scenario::Topology& topology) {
  std::string text = "graph {\n  node [fontname=sans, shape=box];\n  edge [fontname=sans, fontsize=9];\n";
  for (const auto& node : topology.switches)
    text += fmt::format("  \"{}\" [label=\"{}\\n{}\", style=\"rounded,bold\"];\n", node.name, node.name,
                        type_of(node));
  for (const auto& machine : topology.machines)
    text += fmt::format("  \"{}\" [label=\"{}\\n{}\"];\n", machine.name, machine.name, kind_of(machine));
  for (const auto& trunk : topology.trunks)
    text += fmt::format("  \"{}\" -- \"{}\" [penwidth=2, label=\"{}\"];\n", trunk.first, trunk.second,
                        words_of("", "", trunk.mtu_bytes, trunk.vlans));
  for (const auto& link : topology.links)
    text +=
        fmt::format("  \"{}\" -- \"{}\" [label=\"{}\"];\n", link.switch_name, link.machine, words_of(link));
  return text + "}\n";
}

}  // namespace banco::report
