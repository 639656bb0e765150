# Finds what picklock stands on, and names the Debian package of whatever is missing.

# picklock_require(<package> <debian package> [find_package arguments...])
function(picklock_require package debian)
  find_package(${package} ${ARGN} QUIET)
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "picklock needs ${package}. On Debian 12: apt-get install ${debian}")
  endif()
  set(${package}_FOUND TRUE PARENT_SCOPE)
endfunction()

find_package(Threads REQUIRED)
picklock_require(fmt libfmt-dev CONFIG)
picklock_require(nlohmann_json nlohmann-json3-dev CONFIG)
picklock_require(CLI11 libcli11-dev CONFIG)
picklock_require(Boost libboost-graph-dev 1.74 COMPONENTS graph)
find_package(fmt CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS graph)

find_package(PkgConfig QUIET)
if(NOT PKG_CONFIG_FOUND)
  message(FATAL_ERROR "picklock needs pkg-config. On Debian 12: apt-get install pkg-config")
endif()

# picklock_require_pkg(<prefix> <pkg-config module> <debian package>)
function(picklock_require_pkg prefix module debian)
  pkg_check_modules(${prefix} QUIET IMPORTED_TARGET GLOBAL ${module})
  if(NOT ${prefix}_FOUND)
    message(FATAL_ERROR "picklock needs ${module}. On Debian 12: apt-get install ${debian}")
  endif()
endfunction()
picklock_require_pkg(PICKLOCK_LUA lua5.1 liblua5.1-0-dev)
picklock_require_pkg(PICKLOCK_HIREDIS hiredis libhiredis-dev)

if(PICKLOCK_TESTS)
  picklock_require(GTest "libgtest-dev libgmock-dev")
  find_package(GTest REQUIRED)

  # ZooKeeper's C library without threads, which tests drive by hand. Its calls to clock_gettime() are theirs to answer.
  find_path(PICKLOCK_ZOOKEEPER_HEADERS zookeeper/zookeeper.h)
  find_library(PICKLOCK_ZOOKEEPER_ARCHIVE libzookeeper_st.a)
  if(NOT PICKLOCK_ZOOKEEPER_HEADERS OR NOT PICKLOCK_ZOOKEEPER_ARCHIVE)
    message(FATAL_ERROR "picklock's tests need ZooKeeper's C library. "
                        "On Debian 12: apt-get install libzookeeper-st-dev")
  endif()
  add_library(picklock_zookeeper_library STATIC IMPORTED)
  set_target_properties(picklock_zookeeper_library PROPERTIES
    IMPORTED_LOCATION "${PICKLOCK_ZOOKEEPER_ARCHIVE}"
    INTERFACE_INCLUDE_DIRECTORIES "${PICKLOCK_ZOOKEEPER_HEADERS}"
    INTERFACE_LINK_OPTIONS "LINKER:--wrap=clock_gettime")
endif()
if(PICKLOCK_BENCH)
  picklock_require(benchmark libbenchmark-dev CONFIG)
  find_package(benchmark CONFIG REQUIRED)
endif()
