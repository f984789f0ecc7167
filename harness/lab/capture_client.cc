#include "harness/lab/capture_client.hh"

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <optional>
#include <stdexcept>

#include "harness/lab/capture_output.hh"
#include "harness/lab/client.hh"
#include "harness/lab/device_capture.hh"
#include "harness/lab/frame_filter.hh"
#include "harness/lab/wire_capture.hh"
#include "harness/measure/json.hh"
#include "impl/base/child_process.hh"
#include "impl/base/namespaces.hh"
#include "impl/base/signals.hh"
#include "impl/base/system_error.hh"

namespace banco::lab {
namespace {

base::FileDescriptor standard_output() {
  return base::FileDescriptor(base::check_system_call("dup", ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)));
}

// Wireshark, and what it reads from.
struct Viewer {
  base::Pipe pipe = base::make_pipe();
  base::ChildProcess process;

  Viewer()
      : process([&] {
          if (!base::find_program("wireshark"))
            throw std::runtime_error(
                "wireshark is not installed: apt-get install wireshark, or write a file with -w");
          return base::ChildProcess(
              {.command = {"wireshark", "-k", "-i", "-"}, .standard_input = &pipe.read_end});
        }()) {
    pipe.read_end.close();
  }
};

// Made before this process goes into the lab, where other files and no screen are.
std::unique_ptr<CaptureOutput> make_output(const CaptureOrder& order, const CapturedLink& link,
                                           std::optional<Viewer>& viewer) {
  if (order.wireshark)
    return std::make_unique<PcapngOutput>(std::move(viewer.emplace().pipe.write_end), link,
                                          order.application);
  if (order.file.empty()) return std::make_unique<TextOutput>(standard_output(), link);
  return std::make_unique<PcapngOutput>(
      order.file == "-" ? standard_output() : base::open_file(order.file, O_WRONLY | O_CREAT | O_TRUNC), link,
      order.application);
}

void say_how_many(const CaptureOrder& order, const FrameSource& source) {
  const CaptureCounts from = source.counts(Way::kFromMachine);
  const CaptureCounts to = source.counts(Way::kToMachine);
  fmt::print(stderr, "{}: {} frames from the machine, {} to it, {} dropped\n", order.link,
             from.received_count, to.received_count, from.dropped_count + to.dropped_count);
}

// A wire hands its frames to whoever is connected; to see a device, this process goes where it is.
std::unique_ptr<FrameSource> open_source(Message& answer, const std::string& filter) {
  base::FileDescriptor& place = answer.descriptors[1];
  if (!answer.content.contains("device")) return std::make_unique<WireCapture>(std::move(place), filter);
  base::join_namespaces(answer.descriptors[0]);
  base::check_system_call("setns CLONE_NEWNET", ::setns(place.number(), CLONE_NEWNET));
  return std::make_unique<DeviceCapture>(measure::json_text(answer.content, "device"),
                                         answer.content.value("at_switch", false), filter);
}

}  // namespace

void capture(const CaptureOrder& order) {
  const FrameFilter checked(order.filter);  // before the lab is asked
  Client client(order.lab, {{"request", "capture"}, {"link", order.link}});
  Message answer = client.answer();
  if (answer.descriptors.size() != 2) throw RequestError("the lab gave nothing to capture");
  const CapturedLink link{.owner = order.lab,
                          .name = measure::json_text(answer.content, "link"),
                          .machine = measure::json_text(answer.content, "machine"),
                          .switch_ = measure::json_text(answer.content, "switch")};
  const base::FileDescriptor signals = base::block_signals({SIGINT, SIGTERM, SIGHUP});
  ::signal(SIGPIPE, SIG_IGN);  // an error of write(2) instead
  std::optional<Viewer> viewer;
  auto output = make_output(order, link, viewer);
  const auto source = open_source(answer, order.filter);
  fmt::print(stderr, "capturing {}; Ctrl-C ends it\n", link.name);
  std::vector<const base::FileDescriptor*> until{&signals, &answer.descriptors[0]};
  if (viewer) until.push_back(&viewer->process.pidfd());
  try {
    record(*source, *output, until);
  } catch (const base::SystemError& error) {
    if (error.code().value() != EPIPE) throw;  // whoever reads has seen enough
  }
  say_how_many(order, *source);
  output.reset();
  if (viewer) viewer->process.wait_for(std::chrono::hours(24 * 365));
}

}  // namespace banco::lab
