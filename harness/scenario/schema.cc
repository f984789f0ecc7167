// The format as JSON Schema, from its description.
#include "harness/scenario/parse.hh"
#include "harness/scenario/scenario_fields.hh"

namespace banco::scenario {

nlohmann::ordered_json schema() {
  Json result{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", "banco scenario, version 1"},
              {"description",
               "A network of virtual machines, namespaces and switches, and what is measured on it. "
               "Keys that begin with x- are free."}};
  result.update(open_record_schema());
  describe_fields<FileEntry>(Variables::kNone, result);
  describe_fields<CellEntry>(Variables::kAllowed, result);
  return result;
}

}  // namespace banco::scenario
