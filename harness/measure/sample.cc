#include "harness/measure/sample.hh"

namespace banco::measure {

std::string contradiction(const Key& one, const Key& other) {
  for (const auto& [name, value] : one)
    if (const auto found = other.find(name); found != other.end() && found->second != value)
      return name + " " + value + " against " + found->second;
  return {};
}

}  // namespace banco::measure
