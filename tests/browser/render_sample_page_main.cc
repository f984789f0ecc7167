// render_sample_page DIRECTORY: writes the pages that pages.test.mjs looks at.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <filesystem>

#include "harness/report/csv.hh"
#include "harness/report/page.hh"
#include "harness/report/results.hh"
#include "impl/base/file_descriptor.hh"
#include "tests/browser/sample_run.hh"

int main(int argument_count, char** arguments) try {
  using namespace banco;
  if (argument_count != 2) {
    fmt::print(stderr, "usage: render_sample_page DIRECTORY\n");
    return 2;
  }
  const std::filesystem::path directory = arguments[1];
  std::filesystem::create_directories(directory);
  const auto write = [&](const std::string& name, const measure::Run& run,
                         const std::vector<report::ThesisView>& theses) {
    const auto results = report::compute(run);
    base::write_file_atomically(directory / (name + ".html"), report::html_page(results, theses));
    base::write_file_atomically(directory / (name + ".csv"), report::results_csv(results));
  };
  write("full", browser_test::sample_run(), browser_test::sample_theses());
  write("one-size", browser_test::one_size_run(), {});
  write("hostile", browser_test::hostile_run(), {});
  write("failed", browser_test::failed_run(), browser_test::sample_theses());
  write("empty", measure::Run{}, {});
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "render_sample_page: {}\n", error.what());
  return 1;
}
