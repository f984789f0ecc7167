# Third-party libraries; the reason for each stands in ci/debian-packages.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(CLI11 REQUIRED)
find_package(benchmark REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(GTest REQUIRED)
pkg_check_modules(LIBNL REQUIRED IMPORTED_TARGET libnl-3.0 libnl-route-3.0)
pkg_check_modules(LIBVIRT REQUIRED IMPORTED_TARGET libvirt libvirt-qemu)
pkg_check_modules(LIBCAP REQUIRED IMPORTED_TARGET libcap)
pkg_check_modules(LIBSODIUM REQUIRED IMPORTED_TARGET libsodium)
# libvdeplug-dev has no pkg-config file.
find_library(VDEPLUG_LIBRARY vdeplug REQUIRED)
find_library(VDEPLUG_MOD_LIBRARY vdeplug_mod REQUIRED)

add_library(fmt STATIC ${CMAKE_CURRENT_LIST_DIR}/fmt.cc)
