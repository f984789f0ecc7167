#include "harness/machine/acceleration.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <sstream>

#include "impl/base/child_process.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds kSilenceTimeout(15);

std::string cpu_model() {
  std::istringstream lines(base::read_file("/proc/cpuinfo"));
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 1);
  return "unknown";
}

std::string qemu_version() {
  try {
    const std::string text = base::run_command({.command = {"qemu-system-x86_64", "--version"}}).output;
    return text.substr(0, text.find('\n'));
  } catch (const base::SystemError&) {
    return "none";
  }
}

// Whatever may change the answer.
std::string fingerprint(const Image& image) {
  utsname kernel{};
  ::uname(&kernel);
  return fmt::format("{} {} |{} | {} | {} | uid {}", kernel.release, kernel.version, cpu_model(),
                     qemu_version(), image.hash, ::geteuid());
}

std::filesystem::path memory_file(const std::filesystem::path& cache_directory) {
  return cache_directory / "acceleration.json";
}

}  // namespace

std::string first_words_of_qemu(const std::string& message) {
  constexpr std::string_view kProgram = "qemu-system-x86_64: ";
  constexpr std::string_view kLevel = "error: ";
  const auto program = message.find(kProgram);
  if (program == std::string::npos) return message;
  std::string words = message.substr(program + kProgram.size());
  if (words.starts_with(kLevel)) words.erase(0, kLevel.size());
  words.resize(std::min(words.size(), words.find(kProgram)));
  words.resize(words.find_last_not_of(' ') + 1);
  return words;
}

std::optional<Acceleration> acceleration_without_probe() {
  try {
    base::open_file("/dev/kvm", O_RDWR);
    return std::nullopt;
  } catch (const base::SystemError& error) {
    return Acceleration{Accelerator::kTcg, fmt::format("guests are emulated (TCG): {}", error.what())};
  }
}

std::optional<Acceleration> remembered_acceleration(const std::filesystem::path& cache_directory,
                                                    const Image& image) {
  try {
    const json memory = json::parse(base::read_file(memory_file(cache_directory)));
    if (memory.at("fingerprint") != fingerprint(image)) return std::nullopt;
    return Acceleration{memory.at("accelerator") == "kvm" ? Accelerator::kKvm : Accelerator::kTcg,
                        memory.at("reason").get<std::string>()};
  } catch (const base::SystemError&) {
    return std::nullopt;  // never probed
  } catch (const json::exception&) {
    return std::nullopt;  // damaged: probe again
  }
}

void remember_acceleration(const std::filesystem::path& cache_directory, const Image& image,
                           const Acceleration& acceleration) {
  const json memory{{"fingerprint", fingerprint(image)},
                    {"accelerator", to_string(acceleration.accelerator)},
                    {"reason", acceleration.reason}};
  std::filesystem::create_directories(cache_directory);
  base::write_file_atomically(memory_file(cache_directory), memory.dump(2) + "\n");
}

Acceleration probe_acceleration(const Hypervisor& hypervisor, const Image& image,
                                const std::filesystem::path& console_log,
                                const std::function<void()>& pause) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  auto last_sign = start;
  std::uintmax_t printed_bytes = 0;
  try {
    VirtualMachine guest(hypervisor, {.name = "kvm-probe",
                                      .accelerator = Accelerator::kKvm,
                                      .kernel = image.kernel,
                                      .initrd = image.initrd,
                                      // Loud, so that a slow guest is told from a dead one.
                                      .command_line = image.command_line + " loglevel=7 earlyprintk=ttyS0",
                                      .nics = {},
                                      .console_log = console_log,
                                      .environment = {}});
    while (!guest.answers()) {
      pause();
      std::error_code ignored;
      const auto size_bytes = std::filesystem::file_size(console_log, ignored);
      if (!ignored && size_bytes != printed_bytes) {
        printed_bytes = size_bytes;
        last_sign = Clock::now();
      }
      if (Clock::now() - last_sign > kSilenceTimeout)
        return {Accelerator::kTcg,
                fmt::format("guests are emulated (TCG): under KVM the image {} within {} s",
                            printed_bytes == 0 ? "printed nothing" : "got stuck", kSilenceTimeout.count())};
    }
  } catch (const HypervisorError& error) {
    return {Accelerator::kTcg, fmt::format("guests are emulated (TCG), for KVM does not start them: {}",
                                           first_words_of_qemu(error.what()))};
  } catch (const MachineError& error) {
    return {Accelerator::kTcg, fmt::format("guests are emulated (TCG): under KVM {}", error.what())};
  }
  const std::chrono::duration<double> taken = Clock::now() - start;
  return {Accelerator::kKvm, fmt::format("KVM booted the image in {:.1f} s", taken.count())};
}

}  // namespace banco::machine
