#include "impl/shm_switch/ctl_tables.hh"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

#include "impl/shm_switch/console_text.hh"

namespace banco::shm_switch {
namespace {

using nlohmann::json;
using Row = std::vector<std::string>;

constexpr std::size_t kClientWidth = 36;
constexpr std::size_t kVlansWidth = 20;

json parse(const std::string& data) {
  json document = json::parse(data, nullptr, false);
  if (document.is_discarded()) throw std::runtime_error("the switch answers in another language than ours");
  return document;
}

std::string shortened(const std::string& text, std::size_t width) {
  return text.size() <= width ? text : text.substr(0, width - 2) + "..";
}

// Columns as wide as their longest entry. `alignment`: a letter a column, l or r.
std::string aligned(const std::vector<Row>& rows, std::string_view alignment) {
  std::vector<std::size_t> widths(alignment.size(), 0);
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string result;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i != 0) line += "  ";
      line += alignment[i] == 'r' ? fmt::format("{:>{}}", row[i], widths[i])
                                  : fmt::format("{:<{}}", row[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    result += line + "\n";
  }
  return result;
}

std::string number_text(const json& number) {
  return fmt::format("{}", number.get<std::uint64_t>());
}

std::string flags_of(const json& port) {
  std::string result;
  const auto add = [&](const char* key, bool when, const char* word) {
    if (port.value(key, !when) != when) return;
    result += result.empty() ? word : fmt::format(",{}", word);
  };
  add("isolated", true, "isolated");
  add("mirror", true, "mirror");
  add("offload", true, "offload");
  add("allocatable", false, "reserved");
  return result.empty() ? "-" : result;
}

std::uint64_t dropped(const json& counters) {
  std::uint64_t sum = 0;
  for (const auto& [reason, count] : counters.at("dropped").items()) sum += count.get<std::uint64_t>();
  return sum;
}

// What json throws when a member is missing, as one sentence.
template <typename Show>
std::string shown(const std::string& data, Show show) {
  try {
    return show(parse(data));
  } catch (const json::exception&) {
    throw std::runtime_error("the switch is of another version: its answer lacks something");
  }
}

}  // namespace

std::string ports_table(const std::string& ports) {
  return shown(ports, [](const json& document) {
    std::vector<Row> rows{{"PORT", "VLANS", "FLAGS", "USER", "PID", "CLIENT"}};
    for (const json& port : document) {
      Row row{number_text(port.at("number")), shortened(port.at("vlans").get<std::string>(), kVlansWidth),
              flags_of(port)};
      if (port.at("connected").get<bool>())
        row.insert(row.end(),
                   {port.at("user").get<std::string>(), fmt::format("{}", port.at("pid").get<int>()),
                    shortened(printable(port.at("description").get<std::string>()), kClientWidth)});
      else
        row.insert(row.end(), {"-", "-", "nobody"});
      rows.push_back(std::move(row));
    }
    return aligned(rows, "rlllrl");
  });
}

std::string macs_table(const std::string& addresses) {
  return shown(addresses, [](const json& document) {
    std::vector<Row> rows{{"ADDRESS", "VLAN", "PORT", "AGE"}};
    for (const json& entry : document)
      rows.push_back({entry.at("address").get<std::string>(), number_text(entry.at("vlan")),
                      number_text(entry.at("port")), number_text(entry.at("age_s")) + " s"});
    return aligned(rows, "lrrr");
  });
}

std::string stats_table(const std::string& ports) {
  return shown(ports, [](const json& document) {
    std::vector<Row> rows{{"PORT", "SENT", "BYTES", "FLOODED", "DROPPED", "RECEIVED", "BYTES", "DROPPED"}};
    for (const json& port : document) {
      if (!port.at("connected").get<bool>()) continue;
      const json& sent = port.at("sent");
      const json& received = port.at("received");
      rows.push_back({number_text(port.at("number")), number_text(sent.at("frames")),
                      number_text(sent.at("bytes")), number_text(sent.at("flooded")),
                      fmt::format("{}", dropped(sent)), number_text(received.at("frames")),
                      number_text(received.at("bytes")), fmt::format("{}", dropped(received))});
    }
    return aligned(rows, "rrrrrrrr");
  });
}

std::string stats_of_port(const std::string& ports, const std::string& number) {
  return shown(ports, [&](const json& document) -> std::string {
    for (const json& port : document) {
      if (number_text(port.at("number")) != number || !port.at("connected").get<bool>()) continue;
      const json& sent = port.at("sent");
      const json& received = port.at("received");
      std::vector<Row> rows{{"port " + number, "SENT", "RECEIVED"}};
      for (const char* const key : {"frames", "bytes", "flooded"})
        rows.push_back({key, number_text(sent.at(key)), number_text(received.at(key))});
      for (const auto& [reason, count] : sent.at("dropped").items())
        rows.push_back(
            {"dropped: " + reason, number_text(count), number_text(received.at("dropped").at(reason))});
      return aligned(rows, "lrr");
    }
    throw std::runtime_error(fmt::format("nobody is at port {}", number));
  });
}

std::string vlans_line(const std::string& vlans) {
  return shown(vlans, [](const json& document) { return document.at("vlans").get<std::string>() + "\n"; });
}

std::string info_lines(const std::string& info) {
  return shown(info, [](const json& document) {
    std::vector<Row> rows;
    rows.push_back({"path", document.at("path").get<std::string>()});
    rows.push_back({"version", document.at("version").get<std::string>()});
    rows.push_back({"pid", number_text(document.at("pid"))});
    rows.push_back({"uptime", number_text(document.at("uptime_s")) + " s"});
    rows.push_back({"ports", fmt::format("{} of {}", number_text(document.at("ports_used")),
                                         number_text(document.at("port_count")))});
    rows.push_back({"mode", document.at("hub").get<bool>() ? "hub" : "switch"});
    rows.push_back({"ageing", number_text(document.at("ageing_s")) + " s"});
    rows.push_back({"VLANs", document.at("clients_choose_vlans").get<bool>()
                                 ? "a client may choose its own"
                                 : "only the administrator sets them"});
    return aligned(rows, "ll");
  });
}

}  // namespace banco::shm_switch
