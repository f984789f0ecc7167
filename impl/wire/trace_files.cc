#include "impl/wire/trace_files.hh"

#include <fmt/format.h>

#include <charconv>
#include <stdexcept>

#include "impl/base/file_descriptor.hh"
#include "impl/base/system_error.hh"
#include "impl/base/words.hh"

namespace banco::wire {
namespace {

constexpr std::size_t kFileLimit_bytes = std::size_t{16} << 20;
constexpr double kTableUnit = 8192;

// Calls `add(number, where)` for each number; `where` is "FILE:LINE".
template <typename Number, typename Add>
void read_numbers(const std::string& path, Add add) {
  std::string text;
  try {
    text = base::open_file(path, O_RDONLY).read_all(kFileLimit_bytes);
  } catch (const base::SystemError& error) {
    throw std::invalid_argument(error.what());
  } catch (const std::length_error&) {
    throw std::invalid_argument(path + " is longer than 16 MiB");
  }
  int line = 1;
  bool is_comment = false;
  for (const char* at = text.data(); at != text.data() + text.size();) {
    if (*at == '\n') {
      ++line;
      is_comment = false;
    }
    if (*at == '#') is_comment = true;
    if (is_comment || *at == ' ' || *at == '\t' || *at == '\r' || *at == '\n') {
      ++at;
      continue;
    }
    Number number{};
    const auto [end, error] = std::from_chars(at, text.data() + text.size(), number);
    const std::string where = fmt::format("{}:{}", path, line);
    if (error != std::errc()) {
      const std::string_view rest(at, text.data() + text.size());
      throw std::invalid_argument(
          fmt::format("{}: {} is not a whole number", where,
                      base::in_quotes(rest.substr(0, rest.find_first_of(" \t\r\n")))));
    }
    add(number, where);
    at = end;
  }
}

}  // namespace

std::shared_ptr<const std::vector<double>> read_jitter_table(const std::string& path) {
  auto table = std::make_shared<std::vector<double>>();
  read_numbers<std::int32_t>(path, [&](std::int32_t number, const std::string&) {
    table->push_back(static_cast<double>(number) / kTableUnit);
  });
  if (table->empty()) throw std::invalid_argument(path + " holds no number");
  return table;
}

std::shared_ptr<const std::vector<std::uint64_t>> read_loss_trace(const std::string& path) {
  auto lost = std::make_shared<std::vector<std::uint64_t>>();
  read_numbers<std::uint64_t>(path, [&](std::uint64_t number, const std::string& where) {
    if (number == 0) throw std::invalid_argument(where + ": frames are counted from 1");
    if (!lost->empty() && number <= lost->back())
      throw std::invalid_argument(
          fmt::format("{}: {} stands behind {}; numbers of lost frames ascend", where, number, lost->back()));
    lost->push_back(number);
  });
  if (lost->empty()) throw std::invalid_argument(path + " holds no number");
  return lost;
}

}  // namespace banco::wire
