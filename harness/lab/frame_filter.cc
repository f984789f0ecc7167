#include "harness/lab/frame_filter.hh"

#include <pcap/pcap.h>

#include <chrono>
#include <stdexcept>

#include "harness/lab/frame_source.hh"

namespace banco::lab {

void FrameFilter::Free::operator()(bpf_program* program) const {
  ::pcap_freecode(program);
  delete program;
}

FrameFilter::FrameFilter(const std::string& text) {
  if (text.empty()) return;
  const std::unique_ptr<pcap_t, decltype(&::pcap_close)> compiler(
      ::pcap_open_dead(DLT_EN10MB, FrameSource::kSnapshot_bytes), &::pcap_close);
  auto program = std::make_unique<bpf_program>();
  if (::pcap_compile(compiler.get(), program.get(), text.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0)
    throw std::invalid_argument("\"" + text + "\" is no filter: " + ::pcap_geterr(compiler.get()) +
                                " (see pcap-filter(7))");
  program_.reset(program.release());
}

bool FrameFilter::matches(std::span<const std::byte> bytes, std::uint32_t original_bytes) const {
  if (!program_) return true;
  pcap_pkthdr header{};
  header.caplen = static_cast<bpf_u_int32>(bytes.size());
  header.len = original_bytes;
  return ::pcap_offline_filter(program_.get(), &header, reinterpret_cast<const u_char*>(bytes.data())) != 0;
}

void FrameFilter::set_on(pcap* handle) const {
  if (program_ && ::pcap_setfilter(handle, program_.get()) != 0)
    throw CaptureError(std::string("the filter cannot be set: ") + ::pcap_geterr(handle));
}

}  // namespace banco::lab
