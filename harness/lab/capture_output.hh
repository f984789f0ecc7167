// Where captured frames go: a pcapng file or pipe that every analyser reads, or lines on the terminal.
#pragma once

#include <string>

#include "harness/lab/frame_source.hh"
#include "impl/base/file_descriptor.hh"
#include "impl/base/pcapng.hh"

namespace banco::lab {

// Names of a captured link, for interface descriptions.
struct CapturedLink {
  std::string owner;  // the lab or the scenario
  std::string name;   // "a:eth0"
  std::string machine;
  std::string switch_;
};

class CaptureOutput {
 public:
  virtual ~CaptureOutput() = default;
  // Throw base::SystemError; EPIPE when whoever reads has gone.
  virtual void add(const CapturedFrame& frame) = 0;
  virtual void flush() = 0;
  // The end of it all.
  virtual void finish(const FrameSource& source) = 0;
};

// One interface for each way: "a:eth0>sw", described as "LAB: link a:eth0, a to sw".
class PcapngOutput : public CaptureOutput {
 public:
  // Writes the beginning at once. Throws base::SystemError.
  PcapngOutput(base::FileDescriptor file, const CapturedLink& link, const std::string& application);
  void add(const CapturedFrame& frame) override;
  void flush() override;
  void finish(const FrameSource& source) override;

 private:
  base::FileDescriptor file_;
  base::PcapngBuffer buffer_;
};

// One line for each frame.
class TextOutput : public CaptureOutput {
 public:
  TextOutput(base::FileDescriptor terminal, const CapturedLink& link);
  void add(const CapturedFrame& frame) override;
  void flush() override;
  void finish(const FrameSource& source) override;

 private:
  base::FileDescriptor terminal_;
  CapturedLink link_;
  std::string lines_;
};

// Copies frames from `source` to `output` until one of `until` is readable or the link has gone, and ends
// the output. Throws base::SystemError when the output fails.
void record(FrameSource& source, CaptureOutput& output,
            const std::vector<const base::FileDescriptor*>& until);

}  // namespace banco::lab
