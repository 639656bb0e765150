# One static library per folder, its tests beside its units.

add_library(picklock_warnings INTERFACE)
target_compile_options(picklock_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wno-missing-field-initializers
  # Both are wrong about inlined code of the standard library and of Boost.Graph (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  # Of sources that are compiled together all but one look like headers, and they see each other's names.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<BOOL:${CMAKE_UNITY_BUILD}>>:-Wno-subobject-linkage>
  $<$<BOOL:${CMAKE_UNITY_BUILD}>:-Wno-shadow>
  $<$<BOOL:${PICKLOCK_WERROR}>:-Werror>)
if(CMAKE_UNITY_BUILD)
  # GCC 12 is wrong about strings and allocators of the standard library where that much is inlined.
  foreach(warning array-bounds stringop-overflow stringop-overread free-nonheap-object)
    target_compile_options(picklock_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-${warning}>)
  endforeach()
endif()
if(PICKLOCK_SANITIZE)
  # Wrong where a sanitizer's calls stand in between.
  target_compile_options(picklock_warnings INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-free-nonheap-object>)
endif()

# No fused multiply-add and no reassociation: reports may use floating point, and print the same.
set(picklock_library_options -ffp-contract=off)
# Most of a test program is what the macros of GoogleTest expand to. GCC 12 is wrong about inlined strings at -O1.
set(picklock_test_options $<$<NOT:$<CONFIG:Debug>>:-O1>
                          $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds>
                          $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>)

picklock_precompiled(picklock_precompiled_std OPTIMISED_AT_LINK
  LINKS fmt::fmt OPTIONS ${picklock_library_options} HEADERS ${picklock_std_headers})
picklock_precompiled(picklock_precompiled_json
  LINKS fmt::fmt nlohmann_json::nlohmann_json OPTIONS ${picklock_library_options}
  HEADERS ${picklock_std_headers} <nlohmann/json.hpp>)
if(PICKLOCK_TESTS)
  picklock_precompiled(picklock_precompiled_tests
    LINKS fmt::fmt GTest::gmock OPTIONS ${picklock_test_options}
    HEADERS ${picklock_std_headers} <gmock/gmock.h> <gtest/gtest.h>)
endif()

# picklock_library(<folder> USES <picklock folders...> LINKS <third parties...>)
# Every *.cc of the folder but *_test.cc becomes picklock::<folder>; every *_test.cc its test program.
function(picklock_library name)
  cmake_parse_arguments(ARG "NOT_PRECOMPILED" "" "USES;LINKS;PRIVATE_LINKS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cc)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS *.h)
  list(FILTER headers EXCLUDE REGEX "/testing/|_fixture\\.h$")
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")

  if(NOT sources)
    return()
  endif()
  set(target picklock_${name})
  add_library(${target} STATIC ${sources})
  add_library(picklock::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}"
                                  FILES ${headers})
  target_compile_options(${target} PRIVATE ${picklock_library_options} ${picklock_folder_options})
  if(ARG_NOT_PRECOMPILED)
    # Its sources read their headers themselves.
  elseif("nlohmann_json::nlohmann_json" IN_LIST ARG_LINKS)
    picklock_use_precompiled(${target} picklock_precompiled_json)
  else()
    picklock_use_precompiled(${target} picklock_precompiled_std)
  endif()
  foreach(used ${ARG_USES})
    target_link_libraries(${target} PUBLIC picklock::${used})
  endforeach()
  target_link_libraries(${target} PUBLIC ${ARG_LINKS}
                                  PRIVATE ${ARG_PRIVATE_LINKS} $<BUILD_INTERFACE:picklock_warnings>)
  set_property(GLOBAL APPEND PROPERTY PICKLOCK_LIBRARIES ${target})

  if(PICKLOCK_TESTS AND tests)
    picklock_test(${name}_tests SOURCES ${tests} LINKS picklock::${name})
  endif()
endfunction()

# picklock_test(<name> SOURCES <files...> LINKS <targets...>)
function(picklock_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  # They have names of their own in common.
  set_target_properties(${name} PROPERTIES UNITY_BUILD OFF INTERPROCEDURAL_OPTIMIZATION OFF)
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} GTest::gmock GTest::gtest_main
                                        picklock_warnings)
  target_compile_options(${name} PRIVATE ${picklock_test_options})
  target_compile_definitions(${name} PRIVATE PICKLOCK_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  picklock_use_precompiled(${name} picklock_precompiled_tests)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600)
endfunction()
