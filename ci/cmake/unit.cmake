# add_unit(NAME [SANITIZED_AT_NIGHT] [SOURCES f.cc…] [TESTS f_test.cc…] [LINK target…] [LABELS l…])
#
# One folder is one unit: a static library NAME, and NAME_test from its TESTS (label `unit` unless
# LABELS says otherwise). LINK lines are the dependency graph: they must agree with the include
# table of the README. Without SOURCES the unit is tests only. The target `unit_tests` builds every
# test labelled `unit` and nothing more, `system_tests` the others. Tests of a unit with
# SANITIZED_AT_NIGHT are in `plain_unit_tests`: ci/test runs them without sanitizers, which would make it too long,
# ci/nightly with them. Test sources are compiled with -O0, in a third
# less time.
add_custom_target(unit_tests)
add_custom_target(plain_unit_tests)
add_custom_target(system_tests)

function(add_unit name)
  cmake_parse_arguments(PARSE_ARGV 1 unit "SANITIZED_AT_NIGHT" "" "SOURCES;TESTS;LINK;LABELS")
  if(unit_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "add_unit(${name}): unknown argument ${unit_UNPARSED_ARGUMENTS}")
  endif()
  if(unit_SOURCES)
    add_library(${name} STATIC ${unit_SOURCES})
    target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} PUBLIC ${unit_LINK} fmt)
    precompile(${name} LIBRARY)
    set(unit_LINK ${name})
  endif()
  if(unit_TESTS)
    if(NOT unit_LABELS)
      set(unit_LABELS unit)
    endif()
    add_executable(${name}_test ${unit_TESTS})
    target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name}_test PRIVATE ${unit_LINK} GTest::gmock_main fmt)
    target_compile_options(${name}_test PRIVATE -O0)
    precompile(${name}_test TEST)
    target_compile_definitions(${name}_test PRIVATE SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}"
                                                    PROJECT_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                                    PROJECT_BINARY_DIR="${CMAKE_BINARY_DIR}")
    if("unit" IN_LIST unit_LABELS)
      if(unit_SANITIZED_AT_NIGHT)
        add_dependencies(plain_unit_tests ${name}_test)
      else()
        add_dependencies(unit_tests ${name}_test)
      endif()
    else()
      add_dependencies(system_tests ${name}_test)
    endif()
    include(GoogleTest)
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
                         PROPERTIES LABELS "${unit_LABELS}" SKIP_REGULAR_EXPRESSION "\\[  SKIPPED \\]")
  endif()
endfunction()

# What users run or load: the target `programs` builds it without tests and benchmarks.
add_custom_target(programs)

# add_program(NAME SOURCES f.cc… LINK target…)
#
# A program that is installed.
function(add_program name)
  cmake_parse_arguments(PARSE_ARGV 1 program "" "" "SOURCES;LINK")
  add_executable(${name} ${program_SOURCES})
  target_link_libraries(${name} PRIVATE ${program_LINK})
  add_dependencies(programs ${name})
  install(TARGETS ${name})
endfunction()

# add_vde_module(NAME SOURCES f.cc… LINK target…)
#
# A module of libvdeplug, lib/vdeplug/libvdeplug_NAME.so, that exports vdeplug_ops and nothing else. It brings the C++
# library with it: clients load modules with RTLD_DEEPBIND, and most are C programs.
function(add_vde_module name)
  cmake_parse_arguments(PARSE_ARGV 1 module "" "" "SOURCES;LINK")
  add_library(vdeplug_${name} MODULE ${module_SOURCES})
  target_link_libraries(vdeplug_${name} PRIVATE ${module_LINK})
  target_link_options(vdeplug_${name} PRIVATE
    -static-libstdc++ -static-libgcc -Wl,--as-needed -Wl,--exclude-libs,ALL -Wl,-z,defs
    -Wl,--version-script=${CMAKE_SOURCE_DIR}/impl/vde/module.map)
  set_target_properties(vdeplug_${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/vdeplug
    LINK_DEPENDS ${CMAKE_SOURCE_DIR}/impl/vde/module.map)
  add_dependencies(programs vdeplug_${name})
  install(TARGETS vdeplug_${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/vdeplug)
endfunction()
