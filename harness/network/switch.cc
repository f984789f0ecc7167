#include "harness/network/switch.hh"

#include "harness/network/bridge_switch.hh"
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
      {{"vde", true, {"vde_switch"}, {"vde_plug"}},
       [](const SwitchSpec& spec) { return start_vde_switch(spec, false); }},
      {{"vde-hub", true, {"vde_switch"}, {"vde_plug"}},
       [](const SwitchSpec& spec) { return start_vde_switch(spec, true); }},
      {{"vxvde", true, {}, {"vde_plug"}}, [](const SwitchSpec&) { return make_vxvde(); }},
      {{"bridge", true, {}, {}},
       [](const SwitchSpec& spec) -> std::unique_ptr<Switch> {
         return std::make_unique<BridgeSwitch>(spec);
       }},
      {{"socket", false, {}, {}},
       [](const SwitchSpec&) -> std::unique_ptr<Switch> { return std::make_unique<SocketSwitch>(); }},
  };
  return all;
}

}  // namespace

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
