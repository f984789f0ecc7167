// Three files, each complete before it appears.
#include "harness/report/write.hh"

#include "harness/report/csv.hh"
#include "harness/report/json.hh"
#include "harness/report/page.hh"
#include "harness/report/results.hh"
#include "impl/base/file_descriptor.hh"

namespace banco::report {

void write_outputs(const measure::Run& run, const std::vector<ThesisView>& theses,
                   const std::filesystem::path& directory) {
  const auto results = compute(run);
  base::write_file_atomically(directory / "results.json", results_json(results, theses, 1) + "\n");
  base::write_file_atomically(directory / "results.csv", results_csv(results));
  base::write_file_atomically(directory / "report.html", html_page(results, theses));
}

}  // namespace banco::report
