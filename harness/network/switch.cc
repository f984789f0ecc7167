#include "harness/network/switch.hh"

#include "harness/network/bridge_switch.hh"
#include "harness/network/macvlan_switch.hh"
#include "harness/network/socket_switch.hh"
#include "harness/network/vde_switch.hh"

namespace banco::network {
namespace {

struct Kind {
  SwitchType type;
  std::unique_ptr<Switch> (*make)(const SwitchSpec&);
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {{"vde", false, {"vde_switch"}, {"vde_plug"}},
       [](const SwitchSpec& spec) { return start_vde_switch(spec, false); }},
      {{"vde-hub", false, {"vde_switch"}, {"vde_plug"}},
       [](const SwitchSpec& spec) { return start_vde_switch(spec, true); }},
      {{"vxvde", false, {}, {"vde_plug"}}, [](const SwitchSpec&) { return make_vxvde(); }},
      {{"bridge", true, {}, {}},
       [](const SwitchSpec& spec) -> std::unique_ptr<Switch> {
         return std::make_unique<BridgeSwitch>(spec);
       }},
      {{"macvlan", false, {}, {}},
       [](const SwitchSpec& spec) -> std::unique_ptr<Switch> {
         return std::make_unique<MacvlanSwitch>(spec);
       }},
      {{"socket", false, {}, {}},
       [](const SwitchSpec&) -> std::unique_ptr<Switch> { return std::make_unique<SocketSwitch>(); }},
  };
  return all;
}

[[noreturn]] void refuse(const TrunkPort& port) {
  throw NetworkError(port.name + ": one of these switches cannot be joined to another in this way");
}

}  // namespace

std::string Switch::trunk_url(const TrunkPort& port) {
  refuse(port);
}

void Switch::make_trunk_device(const TrunkPort& port, int, const std::string&) {
  refuse(port);
}

void Switch::take_trunk_device(const TrunkPort& port, int, const std::string&) {
  refuse(port);
}

const std::vector<SwitchType>& switch_types() {
  static const std::vector<SwitchType> types = [] {
    std::vector<SwitchType> all;
    for (const Kind& kind : kinds()) all.push_back(kind.type);
    return all;
  }();
  return types;
}

const SwitchType& switch_type(const std::string& name) {
  for (const SwitchType& type : switch_types())
    if (type.name == name) return type;
  throw std::out_of_range("no switch type '" + name + "'");
}

std::unique_ptr<Switch> make_switch(const SwitchSpec& spec) {
  for (const Kind& kind : kinds())
    if (kind.type.name == spec.type) return kind.make(spec);
  throw NetworkError(spec.name + ": there is no switch type '" + spec.type + "'");
}

}  // namespace banco::network
