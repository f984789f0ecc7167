// main() of impl_vde_bench: says what the figures were taken on, and takes none from an unoptimised build.
#include <benchmark/benchmark.h>
#include <sys/utsname.h>

#include <cstdio>

int main(int argument_count, char** arguments) {
#ifndef __OPTIMIZE__
  std::fputs("impl_vde_bench: built without optimisation\n", stderr);
  return 1;
#endif
  utsname host{};
  if (::uname(&host) == 0) {
    benchmark::AddCustomContext("host", host.nodename);
    benchmark::AddCustomContext("kernel", host.release);
  }
  benchmark::AddCustomContext("compiler", "g++ " __VERSION__);
  benchmark::AddCustomContext("flags", BUILD_FLAGS);
  benchmark::Initialize(&argument_count, arguments);
  if (benchmark::ReportUnrecognizedArguments(argument_count, arguments)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
