// wire: a link with character between two networks of VDE. See README.md.
//
// `wire ctl PATH …` is the other end of its control socket: see ctl.hh. `wire check SETTING…` only reads
// settings.

#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>

#include "impl/base/daemon.hh"
#include "impl/base/signals.hh"
#include "impl/base/system_error.hh"
#include "impl/wire/command_line.hh"
#include "impl/wire/control.hh"
#include "impl/wire/ctl.hh"
#include "impl/wire/forwarder.hh"
#include "impl/wire/seed.hh"
#include "impl/wire/vde_end.hh"

namespace {

using namespace banco;
using namespace banco::wire;

int serve(WireArguments arguments) {
  for (const std::string& remark : arguments.remarks) std::fprintf(stderr, "wire: %s\n", remark.c_str());
  std::optional<base::Daemon> daemon;
  if (arguments.daemon) daemon.emplace();
  if (daemon && daemon->parent_result()) return *daemon->parent_result();

  const base::FileDescriptor signals = base::block_signals({SIGTERM, SIGINT, SIGHUP});
  ::signal(SIGPIPE, SIG_IGN);
  const std::unique_ptr<End> left = open_end(arguments.left, "wire");
  const std::unique_ptr<End> right = open_end(arguments.right, "wire");
  Wire wire(with_seed(std::move(arguments.settings)), monotonic_now());
  base::EventLoop loop;
  bool is_ended = false;
  const End* gone = nullptr;
  loop.watch(signals, EPOLLIN, [&](std::uint32_t) { is_ended = true; });
  for (const End* end : {left.get(), right.get()})
    if (end->hang_up_descriptor() >= 0)
      loop.watch_number(end->hang_up_descriptor(), EPOLLIN, [&gone, end](std::uint32_t) { gone = end; });
  Captures captures(loop);
  std::optional<Control> control;
  if (!wire.settings().control_path.empty())
    control.emplace(loop, wire.settings().control_path, wire, captures);
  Forwarder forwarder(loop, wire, *left, *right, captures);
  std::optional<base::PidFile> pid_file;
  if (!arguments.pid_file.empty()) pid_file.emplace(arguments.pid_file);
  if (daemon) daemon->ready();

  while (!is_ended && gone == nullptr && !forwarder.is_over()) forwarder.run_once();
  if (is_ended) return 0;
  const bool is_left = gone == left.get() || left->is_closed();
  throw std::runtime_error("the network " + (is_left ? arguments.left : arguments.right) + " has gone");
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (!words.empty() && words.front() == "ctl") return run_ctl({words.begin() + 1, words.end()});
  try {
    if (!words.empty() && words.front() == "check") {
      parse_settings({words.begin() + 1, words.end()});
      return 0;
    }
    WireArguments arguments = parse_command_line(words);
    if (arguments.answer.empty()) return serve(std::move(arguments));
    std::fputs(arguments.answer.c_str(), stdout);
    return 0;
  } catch (const base::UsageError& error) {
    std::fprintf(stderr, "wire: %s; see wire --help\n", error.what());
    return 2;
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "wire: %s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "wire: %s\n", error.what());
    return 1;
  }
}
