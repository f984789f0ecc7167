#include "harness/run/events.hh"

#include <fmt/format.h>

#include "harness/network/switch.hh"
#include "harness/network/wire.hh"
#include "harness/run/interruption.hh"
#include "harness/scenario/impairments.hh"
#include "impl/base/child_process.hh"
#include "impl/base/units.hh"

namespace banco::run {
namespace {

using Clock = std::chrono::steady_clock;

// What went wrong, in one sentence; empty when the link is as the event wants it.
std::string change(const scenario::Event& event) {
  std::vector<std::string> command{"wire", "ctl", network::wire_control(event.link), "set"};
  for (std::string& setting : scenario::wire_settings(event.impairments, event.left))
    command.push_back(std::move(setting));
  const auto result = base::run_command({.command = command});
  if (result.status.success()) return "";
  return fmt::format("the event at {} on {}: {}", base::duration_text(event.at), event.link,
                     result.errors.substr(0, result.errors.find('\n')));
}

}  // namespace

Events::Events(const std::vector<scenario::Event>& events) : events_(events) {
  if (!events_.empty()) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Events::~Events() = default;

void Events::run(const std::stop_token& stop) {
  const auto start = Clock::now();
  try {
    for (const scenario::Event& event : events_) {
      pause_for(stop, std::chrono::ceil<std::chrono::milliseconds>(start + event.at - Clock::now()));
      if (failure_ = change(event); !failure_.empty()) return;
    }
  } catch (const Interrupted&) {
  } catch (const std::exception& error) {
    failure_ = fmt::format("the events of links ended: {}", error.what());
  }
}

void Events::end() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  if (!failure_.empty()) throw network::NetworkError(failure_);
}

}  // namespace banco::run
