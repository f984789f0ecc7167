#include "harness/run/copying.hh"

#include <fmt/format.h>

#include "harness/run/interruption.hh"
#include "harness/run/listening.hh"
#include "harness/tools/dd.hh"

namespace banco::run {
namespace {

using std::chrono::milliseconds;

constexpr int kFirstPort = 5301;
// Nothing moves for so long only when something is wrong, but how fast things move nobody knows.
constexpr std::chrono::minutes kPatience(30);

struct Copy {
  scenario::Pair pair;
  std::unique_ptr<machine::Command> server;
  std::unique_ptr<machine::Command> client;
};

base::CommandResult result_of(const CellContext& context, machine::Command& command,
                              const std::string& what) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    check(context.stop);
    if (auto result = command.wait_for(milliseconds(100))) return *std::move(result);
  }
  throw machine::MachineError(what + " did not end");
}

double rate_of(const CellContext& context, const Copy& copy, const std::string& name) {
  const std::string what = fmt::format("{}: dd | nc from {} to {}", name, copy.pair.client, copy.pair.server);
  const auto sent = result_of(context, *copy.client, what);
  const auto received = result_of(context, *copy.server, what);
  try {
    const tools::DdReport report = tools::read_dd(sent.errors);
    if (const auto bytes = tools::read_dd_server(received.errors); bytes != report.bytes)
      throw machine::MachineError(fmt::format("{}: {} of {} bytes came", what, bytes, report.bytes));
    return report.rate_bps();
  } catch (const tools::DdError& error) {
    throw machine::MachineError(fmt::format("{}: {} {}{}", what, error.what(), sent.errors, received.errors));
  }
}

}  // namespace

void run_dd(const CellContext& context, const std::string& name, const scenario::Dd& what) {
  context.progress.phase(name);
  std::vector<Copy> copies;
  for (const scenario::Pair& pair : what.pairs) {
    const int port = kFirstPort + static_cast<int>(copies.size());
    machine::Machine& server = context.stage.machine(pair.server);
    copies.push_back({pair, server.start(tools::dd_server_command(port)), nullptr});
    wait_until_listening(server, port, context.stop);
  }
  for (std::size_t i = 0; i < copies.size(); ++i) {
    const scenario::Pair& pair = copies[i].pair;
    copies[i].client =
        context.stage.machine(pair.client)
            .start(tools::dd_client_command(
                {.server_address = context.stage.address_of(pair.server, pair.client, what.family),
                 .port = kFirstPort + static_cast<int>(i),
                 .source = what.source == scenario::DdSource::kZero ? "/dev/zero" : "/dev/urandom",
                 .block_bytes = what.block_bytes,
                 .count = what.count}));
  }
  double sum_bps = 0;
  for (const Copy& copy : copies) {
    const double rate_bps = rate_of(context, copy, name);
    context.recorder.record(name + ".throughput." + copy.pair.client + "-" + copy.pair.server, rate_bps,
                            "bit/s");
    sum_bps += rate_bps;
  }
  context.recorder.record(name + ".throughput.sum", sum_bps, "bit/s");
  context.progress.note(name + " " + describe_rate(sum_bps));
}

}  // namespace banco::run
