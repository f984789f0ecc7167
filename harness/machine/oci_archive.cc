#include "harness/machine/oci_archive.hh"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/machine/image/image.hh"
#include "impl/base/child_process.hh"
#include "impl/base/file_descriptor.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kTag = "banco";
constexpr std::size_t kDocumentLimit_bytes = std::size_t{4} << 20;
constexpr std::chrono::minutes kPatience(10);

[[noreturn]] void refuse_archive(const fs::path& file, const std::string& why) {
  throw ImageError(fmt::format("the image {} {}", file.string(), why));
}

std::string read_part(const fs::path& file, const fs::path& part) {
  try {
    return base::read_file(part);
  } catch (const base::SystemError&) {
    refuse_archive(file, "is damaged: it has no " + part.filename().string());
  }
}

json parse(const fs::path& file, const std::string& text) {
  json document = text.size() <= kDocumentLimit_bytes ? json::parse(text, nullptr, false) : json();
  if (!document.is_object()) refuse_archive(file, "is damaged: its index is no JSON object");
  return document;
}

// Of a descriptor (OCI content descriptors): what follows "sha256:".
std::string digest_of(const fs::path& file, const json& descriptor) {
  constexpr std::string_view kAlgorithm = "sha256:";
  const auto digest = descriptor.is_object() ? descriptor.value("digest", json()) : json();
  const std::string text = digest.is_string() ? digest.get<std::string>() : "";
  if (!text.starts_with(kAlgorithm) || text.size() != kAlgorithm.size() + 64 ||
      text.find_first_not_of("0123456789abcdef", kAlgorithm.size()) != std::string::npos)
    refuse_archive(file, "is damaged: a digest is wanted");
  return text.substr(kAlgorithm.size());
}

fs::path blob(const fs::path& layout, const std::string& digest) {
  return layout / "blobs/sha256" / digest;
}

std::string run(const fs::path& file, const std::vector<std::string>& command) {
  const auto result = base::run_command({.command = command, .environment = {{"LC_ALL", "C"}}}, kPatience);
  if (!result.status.success())
    refuse_archive(file, fmt::format("cannot be unpacked: {} {}: {}", command.front(), result.status.text(),
                                     result.errors.substr(0, result.errors.find('\n'))));
  return result.output;
}

// An ordinary user can give files to nobody else.
void refuse_several_owners(const OciArchive& archive, const fs::path& layout) {
  const json manifest = parse(archive.file, read_part(archive.file, blob(layout, archive.digest)));
  for (const json& layer : manifest.value("layers", json::array())) {
    const auto listing = run(archive.file, {"tar", "--list", "--verbose", "--numeric-owner", "--file",
                                            blob(layout, digest_of(archive.file, layer))});
    // "drwxr-xr-x 0/0 0 2026-11-22 02:48 var/mail/"
    std::istringstream lines(listing);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string mode, owner, size, day, time, name;
      words >> mode >> owner >> size >> day >> time >> std::ws;
      std::getline(words, name);
      if (owner != "0/0")
        refuse_archive(
            archive.file,
            fmt::format("has files of several users ({} is of {}), and an ordinary user is one: run "
                        "banco as root",
                        name, owner));
    }
  }
}

std::vector<std::pair<std::string, std::string>> environment_of(const fs::path& bundle) {
  std::vector<std::pair<std::string, std::string>> environment;
  const json config = json::parse(base::read_file(bundle / "config.json"));
  for (const json& word : config.at("process").at("env")) {
    const auto text = word.get<std::string>();
    if (const auto sign = text.find('='); sign != std::string::npos)
      environment.emplace_back(text.substr(0, sign), text.substr(sign + 1));
  }
  return environment;
}

}  // namespace

OciArchive read_oci_archive(const fs::path& file) {
  const auto result = base::run_command(
      {.command = {"tar", "--extract", "--to-stdout", "--occurrence=1", "--file", file, "--wildcards",
                   "--no-wildcards-match-slash", "--no-anchored", "index.json"}});
  if (result.output.empty())
    refuse_archive(file,
                   "is no OCI archive; what `docker save` has written becomes one by `skopeo copy "
                   "docker-archive:FILE oci-archive:NEW`");
  const json manifests = parse(file, result.output).value("manifests", json());
  if (!manifests.is_array() || manifests.size() != 1)
    refuse_archive(
        file, fmt::format("holds {} images, and one is wanted", manifests.is_array() ? manifests.size() : 0));
  return {.file = file, .digest = digest_of(file, manifests[0])};
}

ContainerRoot unpack(const OciArchive& archive, const fs::path& directory) {
  const auto layout = directory / "layout";
  const auto bundle = directory / "bundle";
  fs::remove_all(directory);  // what an attempt that failed has left
  fs::create_directories(layout);
  run(archive.file, {"tar", "--extract", "--no-same-owner", "--directory", layout, "--file", archive.file});
  const bool is_root = ::geteuid() == 0;
  if (!is_root) refuse_several_owners(archive, layout);
  // umoci finds images by name, which this one need not have.
  json index = parse(archive.file, read_part(archive.file, layout / "index.json"));
  index["manifests"][0]["annotations"]["org.opencontainers.image.ref.name"] = kTag;
  base::write_file_atomically(layout / "index.json", index.dump());
  std::vector<std::string> command{"umoci", "unpack", "--image", layout.string() + ":" + kTag, bundle};
  if (!is_root) command.insert(command.begin() + 2, "--rootless");
  run(archive.file, command);
  fs::remove_all(layout);
  return {.folder = bundle / "rootfs", .environment = environment_of(bundle)};
}

}  // namespace banco::machine
