#include "harness/report/csv.hh"

#include <gmock/gmock.h>

#include "harness/report/test_runs.hh"

namespace banco::report {
namespace {

using test::cell;
using test::RunBuilder;

TEST(CsvField, QuotesAsRfc4180Says) {
  EXPECT_EQ(csv_field("plain"), "plain");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"no\""), "\"say \"\"no\"\"\"");
  EXPECT_EQ(csv_field("a\nb"), "\"a\nb\"");
}

TEST(ResultsCsv, HasOneSampleARow) {
  RunBuilder builder(2);
  builder.throughput(1, cell("vde", "2"), 349123456.5).ended(1, cell("vde", "2"));
  builder.value(2, {{"switch", "a,b"}}, "boot.time", 0.1, "s");
  builder.run.samples.back().tainted = true;
  EXPECT_EQ(results_csv(compute(builder.run)),
            "time,block,switch,vms,metric,value,unit,counts,tainted\r\n"
            "2026-11-21T08:00:01.000000000Z,1,vde,2,tcp.throughput.sum,349123456.5,bit/s,true,false\r\n"
            "2026-11-21T08:00:03.000000000Z,2,\"a,b\",,boot.time,0.1,s,false,true\r\n");
}

TEST(ResultsCsv, HasAHeaderForAnEmptyRun) {
  EXPECT_EQ(results_csv(compute(measure::Run{})), "time,block,metric,value,unit,counts,tainted\r\n");
}

}  // namespace
}  // namespace banco::report
