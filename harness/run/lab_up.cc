// Theory of operation
//
//     up ──fork──> host ──clone──> init (PID 1 of the lab) ──fork──> supervisor
//
// The host is a session of its own, outside of the lab: it holds the lab's directory, runs the lab
// (machine::run_in_lab) and removes the directory when the lab has ended. The supervisor builds the stage,
// says over a pipe that it is ready, and serves the lab's socket until it is told to end. Until then `up`
// stays, relays what is said on standard error, and hands Ctrl-C on; a supervisor that finds nobody at the
// pipe ends. Whoever of the three is killed, the kernel takes all of the lab; at most the directory stays,
// and the next `ps` or `up` removes it.
#include "harness/run/lab_up.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>

#include "harness/lab/client.hh"
#include "harness/lab/lab_directory.hh"
#include "harness/lab/requests.hh"
#include "harness/machine/lab.hh"
#include "harness/run/events.hh"
#include "harness/run/installation.hh"
#include "harness/run/interruption.hh"
#include "harness/run/limits.hh"
#include "harness/run/recorder.hh"
#include "harness/run/requirements.hh"
#include "harness/run/run_scenario.hh"
#include "harness/run/stage.hh"
#include "harness/run/wires.hh"
#include "impl/base/event_loop.hh"
#include "impl/base/signals.hh"
#include "impl/base/system_error.hh"

namespace banco::run {
namespace {

// All that a lab is made of, found before anything is started.
struct LabPlan {
  std::string name;
  std::string scenario_file;
  scenario::CellPlan cell;
  std::set<scenario::MachineKind> kinds;
  GuestOptions guests;
  GuestResources resources;
};

const PlannedCell& only_cell(const Plan& plan) {
  if (plan.cells.size() == 1) return plan.cells.front();
  std::map<std::string, std::set<std::string>> values;
  for (const PlannedCell& cell : plan.cells)
    for (const auto& [axis, value] : cell.plan.cell) values[axis].insert(value);
  std::vector<std::string> choices;
  for (const auto& [axis, several] : values)
    if (several.size() > 1) choices.push_back(fmt::format("--set {}={}", axis, fmt::join(several, "|")));
  throw std::invalid_argument(fmt::format("{} has {} cells, and a lab is one of them: choose it with {}",
                                          plan.scenario.file, plan.cells.size(), fmt::join(choices, " ")));
}

void put_in_place(const base::FileDescriptor& descriptor, int number) {
  base::check_system_call("dup2", ::dup2(descriptor.number(), number));
}

void print_consoles(const Stage& stage) {
  for (const auto& [name, console] : stage.consoles())
    fmt::print(stderr, "the console of {} ended with:\n{}\n", name, console);
}

// The supervisor, inside the lab.
int serve(LabPlan& plan, const lab::LabDirectory& directory, base::FileDescriptor ready) {
  const InterruptionSignals signals;
  std::optional<Stage> stage;
  try {
    provide_runtimes(plan.resources, plan.kinds, plan.guests, machine::kLabDirectory, signals.token());
    const auto consoles = machine::kLabDirectory / "consoles";
    std::filesystem::create_directory(consoles);
    stage.emplace(plan.cell.topology, plan.resources, consoles, "lab");
    stage->wait_until_booted(signals.token());
  } catch (const Interrupted&) {
    return kExitInterrupted;
  } catch (const machine::MachineError& error) {
    fmt::print(stderr, "banco: {}\n", error.what());
    if (stage) print_consoles(*stage);
    return kExitFailed;
  }
  const lab::Lab lab{.name = plan.name,
                     .scenario_file = plan.scenario_file,
                     .cell = plan.cell.cell,
                     .started = now(),
                     .topology = plan.cell.topology,
                     .machines = stage->machines()};
  lab::tell_names(lab);
  lab::RequestServer server(directory.socket());
  lab::add_requests(server, lab);
  const std::stop_callback end(signals.token(), [] { ::_exit(kExitInterrupted); });
  ready.write_all("r");  // SIGPIPE when nobody waits for the lab any more
  put_in_place(base::open_file("/dev/null", O_WRONLY), STDERR_FILENO);
  const Events events(plan.cell.events);
  server.serve();
  return kExitGood;
}

// The process that outlives `up`, outside of the lab.
[[noreturn]] void host(LabPlan& plan, const base::FileDescriptor& words, base::FileDescriptor ready) {
  int exit_code = kExitFailed;
  try {
    ::setsid();
    const auto null_device = base::open_file("/dev/null", O_RDWR);
    put_in_place(null_device, STDIN_FILENO);
    put_in_place(null_device, STDOUT_FILENO);
    put_in_place(words, STDERR_FILENO);
    // Whoever started us may wait for the end of what we have inherited.
    const auto kept = static_cast<unsigned>(ready.number());
    ::close_range(STDERR_FILENO + 1, kept - 1, 0);
    ::close_range(kept + 1, ~0U, 0);
    base::check_system_call("chdir", ::chdir("/"));
    const lab::LabDirectory directory(plan.name);
    const auto limits = provide_limits(plan.cell.topology);
    plan.resources.limits = limits.get();
    exit_code = machine::run_in_lab([&] { return serve(plan, directory, std::move(ready)); });
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "banco: {}\n", error.what());
    exit_code = kExitUsage;
  } catch (const std::exception& error) {
    fmt::print(stderr, "banco: {}\n", error.what());
  }
  std::fflush(nullptr);
  ::_exit(exit_code);
}

// Nothing once the lab is ready; the exit code of the host when it has ended instead.
std::optional<int> wait_until_ready(const base::FileDescriptor& host_process,
                                    const base::FileDescriptor& words, const base::FileDescriptor& ready) {
  const base::FileDescriptor signals = base::block_signals({SIGINT, SIGTERM, SIGHUP});
  bool is_ready = false;
  bool has_ended = false;
  const auto relay = [&] {
    std::array<char, 4096> text;
    const std::size_t count = words.read(std::as_writable_bytes(std::span(text)));
    fmt::print(stderr, "{}", std::string_view(text.data(), count));
    return count > 0;
  };
  base::EventLoop loop;
  loop.watch(words, EPOLLIN, [&](std::uint32_t) { relay(); });
  loop.watch(ready, EPOLLIN, [&](std::uint32_t events) {
    is_ready = (events & EPOLLIN) != 0;
    loop.forget(ready);
  });
  loop.watch(host_process, EPOLLIN, [&](std::uint32_t) { has_ended = true; });
  loop.watch(signals, EPOLLIN, [&](std::uint32_t) {
    loop.forget(signals);
    base::send_signal(host_process, SIGTERM);
  });
  while (!is_ready && !has_ended) loop.run_once();
  while (words.wait_for(POLLIN, {}) && relay()) {
  }
  if (is_ready) return std::nullopt;
  siginfo_t info{};
  base::check_system_call("waitid",
                          ::waitid(P_PIDFD, static_cast<id_t>(host_process.number()), &info, WEXITED));
  const int exit_code = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
  if (exit_code > 128 && exit_code != kExitInterrupted)
    fmt::print(stderr, "banco: the lab was killed (signal {}) before it was ready\n", exit_code - 128);
  return exit_code;
}

void print_lab(const std::string& name) {
  const lab::LabState state = lab::state_of(name);
  fmt::print("{}", lab::describe(state, now()));
  if (state.machines.empty()) return;
  const std::string& first = state.machines.front().name;
  const std::pair<std::string, const char*> hints[] = {
      {fmt::format("shell {} {}", name, first), "a shell"},
      {fmt::format("exec {} {} -- ping -c3 {}", name, first, state.machines.back().name),
       "a command; names resolve"},
      {fmt::format("capture {} {}:eth0", name, first), "what passes there"},
      {fmt::format("down {}", name), "the end of it"},
  };
  fmt::print("\n");
  for (const auto& [command, words] : hints) fmt::print("  banco {:<44} {}\n", command, words);
}

}  // namespace

int bring_up(const Plan& plan, const UpOptions& options) {
  const PlannedCell& cell = only_cell(plan);
  if (cell.obstacle) throw std::runtime_error(*cell.obstacle);
  if (auto obstacle = obstacle_to_libvirt(options.guests.libvirt_uri)) throw std::runtime_error(*obstacle);
  if (auto obstacle = obstacle_to_everything({cache_directory()})) throw std::runtime_error(*obstacle);
  LabPlan lab{.name = options.name.empty() ? plan.scenario.name : options.name,
              .scenario_file = std::filesystem::absolute(plan.scenario.file),
              .cell = cell.plan,
              .kinds = kinds_of(plan),
              .guests = options.guests,
              .resources = {.hypervisor = nullptr,
                            .accelerator = {},
                            .container_runtime = nullptr,
                            .images = provide_images(plan),
                            .limits = nullptr,
                            .cache_directory = cache_directory(),
                            .terminals = true}};
  add_wires(lab.cell.topology, WireNeed::kAll);
  if (!plan.unenforced_limits.empty()) fmt::print(stderr, "{}\n", plan.unenforced_limits);
  base::Pipe words = base::make_pipe();
  base::Pipe ready = base::make_pipe();
  std::fflush(nullptr);
  const pid_t child = base::check_system_call("fork", ::fork());
  if (child == 0) host(lab, words.write_end, std::move(ready.write_end));
  const base::FileDescriptor process = base::open_pidfd(child);
  words.write_end.close();
  ready.write_end.close();
  if (const auto exit_code = wait_until_ready(process, words.read_end, ready.read_end)) return *exit_code;
  print_lab(lab.name);
  return kExitGood;
}

}  // namespace banco::run
