# add_unit(NAME [SOURCES f.cc…] [TESTS f_test.cc…] [LINK target…] [LABELS l…] [OPTIMIZE_TESTS])
#
# One folder is one unit: a static library NAME, and NAME_test from its TESTS (label `unit` unless
# LABELS says otherwise). LINK lines are the dependency graph: they must agree with the include
# table of the README. Without SOURCES the unit is tests only. The target `unit_tests` builds every
# test labelled `unit` and nothing more: what the sanitizer run needs. Test sources are compiled with -O0, in a third
# less time, unless OPTIMIZE_TESTS says that they hold the code in question: a ring in a header, for instance.
add_custom_target(unit_tests)

function(add_unit name)
  cmake_parse_arguments(PARSE_ARGV 1 unit "OPTIMIZE_TESTS" "" "SOURCES;TESTS;LINK;LABELS")
  if(unit_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "add_unit(${name}): unknown argument ${unit_UNPARSED_ARGUMENTS}")
  endif()
  if(unit_SOURCES)
    add_library(${name} STATIC ${unit_SOURCES})
    target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} PUBLIC ${unit_LINK} fmt::fmt)
    precompile(${name} LIBRARY)
    set(unit_LINK ${name})
  endif()
  if(unit_TESTS)
    if(NOT unit_LABELS)
      set(unit_LABELS unit)
    endif()
    add_executable(${name}_test ${unit_TESTS})
    target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name}_test PRIVATE ${unit_LINK} GTest::gmock_main fmt::fmt)
    if(NOT unit_OPTIMIZE_TESTS)
      target_compile_options(${name}_test PRIVATE -O0)
      precompile(${name}_test TEST)
    endif()
    target_compile_definitions(${name}_test PRIVATE SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}"
                                                    PROJECT_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                                    PROJECT_BINARY_DIR="${CMAKE_BINARY_DIR}")
    if("unit" IN_LIST unit_LABELS)
      add_dependencies(unit_tests ${name}_test)
    endif()
    include(GoogleTest)
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
                         PROPERTIES LABELS "${unit_LABELS}" SKIP_REGULAR_EXPRESSION "\\[  SKIPPED \\]")
  endif()
endfunction()
