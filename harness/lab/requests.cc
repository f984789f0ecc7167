#include "harness/lab/requests.hh"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <climits>

#include "harness/lab/capture_point.hh"
#include "harness/lab/guest_shell.hh"
#include "harness/lab/links.hh"
#include "harness/lab/state.hh"
#include "harness/lab/wire_capture.hh"
#include "harness/machine/container_machine.hh"
#include "harness/machine/lab.hh"
#include "harness/machine/namespace_machine.hh"
#include "harness/machine/virtual_machine.hh"
#include "harness/measure/json.hh"
#include "impl/base/child_process.hh"
#include "impl/base/file_descriptor.hh"
#include "impl/base/signals.hh"
#include "impl/base/system_error.hh"

namespace banco::lab {
namespace {

using machine::ContainerMachine;
using machine::NamespaceMachine;
using machine::VirtualMachine;

constexpr std::chrono::milliseconds kGuestPoll(300);

machine::Machine& machine_of(const Lab& lab, const Request& request) {
  return *lab.machines.at(find_machine(lab.topology, request.text("machine")).name);
}

VirtualMachine& guest_of(const Lab& lab, const Request& request) {
  auto* const guest = dynamic_cast<VirtualMachine*>(&machine_of(lab, request));
  if (guest == nullptr) throw RequestError(request.text("machine") + " is no virtual machine");
  return *guest;
}

LabState state_of(const Lab& lab) {
  LabState state{.name = lab.name,
                 .scenario_file = lab.scenario_file,
                 .cell = lab.cell,
                 .started = lab.started,
                 .machines = {},
                 .switches = {}};
  for (const scenario::Machine& node : lab.topology.machines) {
    const auto* const guest = dynamic_cast<const VirtualMachine*>(lab.machines.at(node.name).get());
    const auto* const container = dynamic_cast<const ContainerMachine*>(lab.machines.at(node.name).get());
    MachineState machine{.name = node.name,
                         .kind = guest != nullptr       ? "vm"
                                 : container != nullptr ? "container"
                                                        : "namespace",
                         .state = guest == nullptr || guest->is_running() ? "running" : "ended",
                         .interfaces = {}};
    for (const scenario::Link& link : lab.topology.links)
      if (link.machine == node.name)
        machine.interfaces.push_back({link.interface, link.switch_name, addresses_of(link)});
    state.machines.push_back(std::move(machine));
  }
  for (const scenario::Switch& node : lab.topology.switches) state.switches.push_back({node.name, node.type});
  return state;
}

void enter(const Lab& lab, const Request& request) {
  const auto* const host = dynamic_cast<const NamespaceMachine*>(&machine_of(lab, request));
  if (host == nullptr) return request.answer({{"kind", "vm"}});
  const auto process = base::open_pidfd(::getpid());
  nlohmann::json answer{{"kind", "namespace"}};
  std::vector<const base::FileDescriptor*> with{&process, &host->network_namespace()};
  if (const auto* const container = dynamic_cast<const ContainerMachine*>(host)) {
    answer = {{"kind", "container"}, {"entrance", container->entrance()}};
    for (const auto* group : container->limit_entrances()) with.push_back(group);
  }
  request.answer(answer, with);
}

int exit_code_of(const base::ExitStatus& status) {
  return status.by_signal ? 128 + status.code : status.code;
}

// A command of a guest until it ends; one that nobody waits for any more is ended, and there is no result.
std::optional<base::CommandResult> follow(machine::Command& command, const Request& request) {
  for (;;) {
    if (auto result = command.wait_for(kGuestPoll)) return result;
    if (request.abandoned({})) {
      command.end();
      return std::nullopt;
    }
  }
}

void run(const Lab& lab, const Request& request) {
  const auto& output = request.descriptors(2);
  std::vector<std::string> command;
  const auto& words = measure::json_member(request.content(), "command");
  if (words.is_array())
    for (const auto& word : words)
      if (word.is_string()) command.push_back(word.get<std::string>());
  if (command.empty() || command.size() != words.size())
    throw RequestError("\"command\" must be a list of texts");
  const auto running = guest_of(lab, request).start(command);
  const auto result = follow(*running, request);
  if (!result) return;
  output[0].write_all(result->output);
  output[1].write_all(result->errors);
  request.answer({{"exit_code", exit_code_of(result->status)}});
}

void shell(const Lab& lab, const Request& request) {
  VirtualMachine& guest = guest_of(lab, request);
  const auto count = [&](const char* member) {
    return static_cast<int>(
        std::min<std::int64_t>(measure::json_integer(request.content(), member, 1), 9999));
  };
  const GuestShell session(guest, {.prompt = request.text("prompt"),
                                   .terminal = request.text("terminal"),
                                   .row_count = count("rows"),
                                   .column_count = count("columns")});
  request.answer(nlohmann::json::object(), {&session.stream()});
  if (const auto result = follow(session.command(), request))
    request.answer({{"exit_code", exit_code_of(result->status)}});
}

// Changes a link's wire, or only asks what is set.
void impair(const Lab& lab, const Request& request) {
  const std::string control = find_wire(lab.topology, request.text("link"));
  std::vector<std::string> words{"wire", "ctl", control, "set"};
  for (const auto& setting : measure::json_member(request.content(), "settings"))
    if (setting.is_string()) words.push_back(setting.get<std::string>());
  const auto ask = [](const std::vector<std::string>& command) {
    const auto result = base::run_command({.command = command});
    if (!result.status.success()) throw RequestError(result.errors.substr(0, result.errors.find('\n')));
    return result.output;
  };
  if (words.size() > 4) ask(words);
  request.answer({{"settings", ask({"wire", "ctl", control, "show"})}});
}

void capture(const Lab& lab, const Request& request) {
  const scenario::Link& link = find_link(lab.topology, request.text("link"));
  const CapturePoint point = capture_point(link, *lab.machines.at(link.machine));
  const auto process = base::open_pidfd(::getpid());
  nlohmann::json answer{{"link", name_of(link)}, {"machine", link.machine}, {"switch", link.switch_name}};
  if (!point.wire.empty()) {
    const auto wire = WireCapture::connect(point.wire);
    return request.answer(answer, {&process, &wire});
  }
  const auto own_network = base::open_file("/proc/self/ns/net", O_RDONLY);
  answer.update({{"device", point.device}, {"at_switch", point.at_switch}});
  request.answer(answer, {&process, point.network != nullptr ? point.network : &own_network});
}

}  // namespace

void add_requests(RequestServer& server, const Lab& lab) {
  server.on("state", [&](const Request& request) { request.answer(to_json(state_of(lab))); });
  server.on("enter", [&](const Request& request) { enter(lab, request); });
  server.on("run", [&](const Request& request) { run(lab, request); });
  server.on("shell", [&](const Request& request) { shell(lab, request); });
  server.on("impair", [&](const Request& request) { impair(lab, request); });
  server.on("capture", [&](const Request& request) { capture(lab, request); });
  server.on("down", [](const Request& request) {
    request.answer(nlohmann::json::object());
    ::_exit(0);  // nothing needs to be put in order: all of it goes with the namespaces
  });
}

void tell_names(const Lab& lab) {
  char own_name[HOST_NAME_MAX + 1]{};
  base::check_system_call("gethostname", ::gethostname(own_name, sizeof own_name - 1));
  base::open_file(machine::kHostsFile, O_WRONLY | O_CREAT | O_TRUNC)
      .write_all(hosts_text(lab.topology, own_name));
  for (const auto& [name, machine] : lab.machines)
    if (machine->has_own_files()) machine->write_file("/etc/hosts", hosts_text(lab.topology, name));
}

}  // namespace banco::lab
