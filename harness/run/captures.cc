#include "harness/run/captures.hh"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "harness/lab/capture_point.hh"
#include "harness/lab/connection.hh"
#include "harness/run/environment.hh"
#include "harness/scenario/link_names.hh"
#include "impl/base/system_error.hh"

namespace banco::run {

bool wants_captures(const scenario::Topology& topology) {
  return std::ranges::any_of(topology.links, &scenario::Link::capture);
}

// One link, on a thread of its own.
class Captures::Capture {
 public:
  Capture(const scenario::Link& link, const machine::Machine& machine, const std::filesystem::path& file,
          const std::string& owner)
      : name_(scenario::name_of(link)),
        output_(base::open_file(file, O_WRONLY | O_CREAT | O_EXCL), lab::describe(link, owner),
                fmt::format("banco {}", kBancoVersion)) {
    frames_ = lab::open_capture(lab::capture_point(link, machine));
    thread_ = std::thread([this] { run(); });
  }
  ~Capture() { end(); }

  // What went wrong; empty when the file is complete.
  std::string end() {
    stop_.write_end.close();
    if (thread_.joinable()) thread_.join();
    return failure_;
  }

 private:
  void run() {
    try {
      lab::record(*frames_, output_, {&stop_.read_end});
    } catch (const std::exception& error) {
      failure_ = fmt::format("the capture of {} is not complete: {}", name_, error.what());
    }
  }

  std::string name_;
  lab::PcapngOutput output_;
  std::unique_ptr<lab::FrameSource> frames_;
  base::Pipe stop_ = base::make_pipe();
  std::string failure_;
  std::thread thread_;
};

Captures::Captures(const scenario::Topology& topology, const Stage& stage,
                   const std::filesystem::path& directory, const std::string& prefix) {
  if (!wants_captures(topology)) return;
  try {
    std::filesystem::create_directories(directory);
    for (const scenario::Link& link : topology.links) {
      if (!link.capture) continue;
      const auto file = directory / fmt::format("{}-{}.{}.pcapng", prefix, link.machine, link.interface);
      captures_.push_back(std::make_unique<Capture>(link, stage.machine(link.machine), file, prefix));
    }
  } catch (const lab::CaptureError& error) {
    throw network::NetworkError(error.what());
  } catch (const lab::RequestError& error) {
    throw network::NetworkError(error.what());
  } catch (const base::SystemError& error) {
    throw network::NetworkError(error.what());
  }
}

Captures::~Captures() = default;

void Captures::end() {
  for (const auto& capture : captures_)
    if (const std::string failure = capture->end(); !failure.empty()) throw network::NetworkError(failure);
}

}  // namespace banco::run
