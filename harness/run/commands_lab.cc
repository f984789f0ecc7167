// up, ps, exec, shell, impair, capture, down: labs that stay.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "harness/lab/capture_client.hh"
#include "harness/lab/client.hh"
#include "harness/lab/lab_directory.hh"
#include "harness/run/commands.hh"
#include "harness/run/environment.hh"
#include "harness/run/lab_up.hh"
#include "harness/run/recorder.hh"
#include "harness/run/run_scenario.hh"
#include "harness/run/selection_options.hh"

namespace banco::run {
namespace {

// Nothing when the lab does not answer: it is starting, or has ended meanwhile.
std::optional<lab::LabState> state_if_it_answers(const std::string& name) {
  try {
    return lab::state_of(name);
  } catch (const lab::RequestError&) {
  } catch (const std::invalid_argument&) {
  }
  return std::nullopt;
}

int list_labs(bool as_json) {
  nlohmann::json labs = nlohmann::json::array();
  for (const std::string& name : lab::lab_names()) {
    const auto state = state_if_it_answers(name);
    if (as_json) {
      labs.push_back(state ? lab::to_json(*state) : nlohmann::json{{"name", name}});
    } else {
      fmt::print("{}", state ? lab::describe(*state, now())
                             : fmt::format("{:<16} does not answer: starting, or ending\n", name));
    }
  }
  if (as_json) fmt::print("{}\n", labs.dump(2));
  return kExitGood;
}

int take_down(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    lab::take_down(name);
    fmt::print("{} is down\n", name);
  }
  return kExitGood;
}

// LAB and MACHINE.
struct Place {
  std::string lab;
  std::string machine;

  void add_to(CLI::App& command) {
    command.add_option("LAB", lab, "Name of the lab, as `banco ps` shows it")->required();
    command.add_option("MACHINE", machine, "Name of a machine in it")->required();
  }
};

}  // namespace

void add_up(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("up", "Build one cell of a scenario as a lab that stays");
  auto selection = std::make_shared<SelectionOptions>();
  auto options = std::make_shared<UpOptions>();
  selection->add_cells_to(*command);
  command->add_option("--name", options->name, "Name of the lab; default: the scenario's");
  add_guest_options(*command, options->guests);
  command->callback([selection, options, &action] {
    action = [selection, options] {
      return bring_up(make_plan(scenario::load_scenario(selection->file()), selection->selection()),
                      *options);
    };
  });
}

void add_ps(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("ps", "Print this user's labs and what is in them");
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "As JSON");
  command->callback([as_json, &action] { action = [as_json] { return list_labs(*as_json); }; });
}

void add_exec(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("exec", "Run a command in a machine of a lab");
  command->footer(
      "In a namespace the command runs as if it had been started here: same terminal, pipes, environment\n"
      "and directory. In a virtual machine it gets no input, and its output comes when it has ended.\n"
      "The exit code is the command's, 128 + N when signal N killed it. Machines know each other by name:\n"
      "b is the first address of b, b.eth1 that of its second interface.");
  auto place = std::make_shared<Place>();
  auto words = std::make_shared<std::vector<std::string>>();
  place->add_to(*command);
  command->add_option("COMMAND", *words, "The command, after `--`")->required();
  command->callback([place, words, &action] {
    action = [place, words] { return lab::run_in_machine(place->lab, place->machine, *words); };
  });
}

void add_shell(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("shell", "Open a shell in a machine of a lab");
  command->footer(
      "In a namespace it is $SHELL, with job control; in a virtual machine the guest's own, on a serial\n"
      "port, for one user at a time: Ctrl-] leaves it.");
  auto place = std::make_shared<Place>();
  place->add_to(*command);
  command->callback(
      [place, &action] { action = [place] { return lab::shell_in_machine(place->lab, place->machine); }; });
}

void add_impair(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("impair", "Change delay, loss, rate … of a link of a lab, or show them");
  command->footer(
      "For links that have `impair:` in the scenario, `impair: {}` at least. Settings are those of wire(1), "
      "at once and\n"
      "all or none: delay=20ms loss=1% lr.rate=10Mbit; lr. is from the machine, or the first of two "
      "switches.");
  auto lab = std::make_shared<std::string>();
  auto link = std::make_shared<std::string>();
  auto settings = std::make_shared<std::vector<std::string>>();
  command->add_option("LAB", *lab, "Name of the lab, as `banco ps` shows it")->required();
  command->add_option("LINK", *link, "a:eth0, a-sw (machine and switch), or sw1-sw2")->required();
  command->add_option("SETTING", *settings, "None: show what is set");
  command->callback([lab, link, settings, &action] {
    action = [lab, link, settings] {
      fmt::print("{}", lab::impair(*lab, *link, *settings));
      return kExitGood;
    };
  });
}

void add_capture(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("capture", "Capture what passes on a link of a lab");
  command->footer(
      "Prints a line for each frame, or writes a pcapng file with nanoseconds and directions, until Ctrl-C\n"
      "or the end of the lab. Every analyser reads it: banco capture LAB a-sw -w - | tshark -r -");
  auto order = std::make_shared<lab::CaptureOrder>();
  auto filter = std::make_shared<std::vector<std::string>>();
  order->application = fmt::format("banco {}", kBancoVersion);
  command->add_option("LAB", order->lab, "Name of the lab, as `banco ps` shows it")->required();
  command->add_option("LINK", order->link, "a:eth0, or a-sw: machine and switch")->required();
  command->add_option("FILTER", *filter, "What to capture, as tcpdump takes it: icmp, tcp port 80 …");
  CLI::Option* file = command->add_option("-w,--write", order->file, "A pcapng file; - is standard output");
  command->add_flag("--wireshark", order->wireshark, "Start Wireshark and show it there")->excludes(file);
  command->callback([order, filter, &action] {
    action = [order, filter] {
      order->filter = fmt::format("{}", fmt::join(*filter, " "));
      lab::capture(*order);
      return kExitGood;
    };
  });
}

void add_down(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("down", "End a lab and everything in it");
  auto name = std::make_shared<std::string>();
  auto all = std::make_shared<bool>(false);
  CLI::Option* lab = command->add_option("LAB", *name, "Name of the lab, as `banco ps` shows it");
  command->add_flag("--all", *all, "Every lab of this user")->excludes(lab);
  command->callback([name, all, &action] {
    if (name->empty() && !*all) throw CLI::RequiredError("LAB or --all");
    action = [name, all] { return take_down(*all ? lab::lab_names() : std::vector{*name}); };
  });
}

}  // namespace banco::run
