# Language level, warnings, sanitizers and where outputs go.
include(GNUInstallDirs)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
# Functions and lines for traces; a build of type Debug has the variables too, and takes a quarter longer.
add_compile_options($<$<CONFIG:RelWithDebInfo>:-g1>)

# Libraries may become part of a module that an unknown program loads: no symbol that another may replace. Only then
# are calls between the small functions of a packet path inlined in position-independent code.
add_compile_options(-fno-semantic-interposition -fvisibility=hidden)

option(BANCO_SANITIZE "Build everything with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(BANCO_WERROR "Treat warnings as errors" ON)

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion)
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast>)
# g++ 12 sees overlaps in its own std::string (gcc.gnu.org/PR105651).
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
if(BANCO_WERROR)
  add_compile_options(-Werror)
endif()
if(BANCO_SANITIZE)
  # g++ 12 takes its own <regex> for uninitialised below the sanitizers.
  add_compile_options(-Wno-maybe-uninitialized)
  # -O0 instead of the build type's -O2, since optimising what sanitizers add takes longer than everything else.
  # Without the check of vptr, which opens a pipe each time and takes it for an error when there is no descriptor left,
  # and those of every access that AddressSanitizer checks as well: they double the time. ci/fuzz has them all.
  add_compile_options(-O0 -fsanitize=address,undefined -fno-sanitize=vptr,null,alignment,object-size,pointer-overflow
                      -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
