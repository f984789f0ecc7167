# What nearly every source includes, compiled once: precompile(TARGET LIBRARY|TEST).
#
# Sources keep their own includes and build without this as well (BANCO_PRECOMPILE=OFF). g++ takes a precompiled header
# only for the flags it was made with, so there are two: for libraries (-fPIC, -O2; -O1 and -O3 will do), and for tests
# (-fPIE, -O0) with gmock. A target with other flags is not given to precompile(), or, when add_unit made it, sets the
# property DISABLE_PRECOMPILE_HEADERS; forgetting it is an error (-Winvalid-pch).
#
# Only headers that are free when unused belong here: g++ instantiates again in each source what a header's inline
# functions use. CLI11 costs every source 4 s that way, nlohmann's 0.8 s, the others 0.2 s.
option(BANCO_PRECOMPILE "Compile the headers that nearly every source includes only once" ON)

if(BANCO_PRECOMPILE)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled.cc CONTENT "")
  set(common_headers <algorithm> <array> <charconv> <chrono> <filesystem> <fstream> <functional> <map> <memory> <optional>
      <random> <set> <span> <sstream> <stdexcept> <string> <string_view> <thread> <variant> <vector>
      <fmt/format.h> <fmt/ranges.h>)

  add_library(precompiled_LIBRARY STATIC EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/precompiled.cc)
  target_link_libraries(precompiled_LIBRARY PRIVATE fmt)
  target_precompile_headers(precompiled_LIBRARY PRIVATE ${common_headers})

  # A program without a test, since only programs are compiled with -fPIE.
  add_executable(precompiled_TEST EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/precompiled.cc)
  target_link_libraries(precompiled_TEST PRIVATE fmt GTest::gmock_main)
  target_compile_options(precompiled_TEST PRIVATE -O0)
  target_precompile_headers(precompiled_TEST PRIVATE
                            ${common_headers} <gmock/gmock.h> <gtest/gtest.h>)
endif()

function(precompile target kind)
  get_target_property(sources ${target} SOURCES)
  if(BANCO_PRECOMPILE AND NOT "${sources}" MATCHES "\\.c(;|$)")  # CMake would look for a header for C as well
    target_precompile_headers(${target} REUSE_FROM precompiled_${kind})
  endif()
endfunction()
