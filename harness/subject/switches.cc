#include "harness/subject/switches.hh"

#include <stdexcept>

#include "harness/subject/shm_network.hh"

namespace banco::subject {

const std::vector<network::SwitchType>& switch_types() {
  static const std::vector<network::SwitchType> types = [] {
    auto all = network::switch_types();
    all.push_back({"shm", false, {"shm_switch"}, {"shm_tap"}});
    all.push_back({"shm-hub", false, {"shm_switch"}, {"shm_tap"}});
    return all;
  }();
  return types;
}

const network::SwitchType& switch_type(const std::string& name) {
  for (const network::SwitchType& type : switch_types())
    if (type.name == name) return type;
  throw std::out_of_range("no switch type '" + name + "'");
}

std::unique_ptr<network::Switch> make_switch(const network::SwitchSpec& spec) {
  if (spec.type == "shm" || spec.type == "shm-hub") return std::make_unique<ShmNetwork>(spec);
  return network::make_switch(spec);
}

}  // namespace banco::subject
