# Headers that nearly every source reads, compiled once: they are half of the time of a build.
#
# Sources still include what they use (tests/style checks it), since users may build without these.

option(PICKLOCK_PRECOMPILE "Compile the headers of the libraries once" ${PROJECT_IS_TOP_LEVEL})

set(picklock_std_headers
  <algorithm> <array> <cstdint> <functional> <map> <memory> <optional> <set> <span> <string>
  <string_view> <utility> <vector> <fmt/format.h>)

# picklock_precompiled(<name> [OPTIMISED_AT_LINK] LINKS <targets...> OPTIONS <of the compiler...> HEADERS <headers...>)
# makes a set of headers for targets that are compiled with the same options.
function(picklock_precompiled name)
  if(NOT PICKLOCK_PRECOMPILE)
    return()
  endif()
  cmake_parse_arguments(ARG "OPTIMISED_AT_LINK" "" "LINKS;OPTIONS;HEADERS" ${ARGN})
  set(nothing ${PROJECT_BINARY_DIR}/precompiled/nothing.cc)
  if(NOT EXISTS ${nothing})
    file(WRITE ${nothing} "")
  endif()
  add_library(${name} OBJECT ${nothing})
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_compile_options(${name} PRIVATE ${ARG_OPTIONS})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} picklock_warnings)
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
  if(ARG_OPTIMISED_AT_LINK)
    set_target_properties(${name} PROPERTIES INTERPROCEDURAL_OPTIMIZATION
                                             ${picklock_can_optimise_at_link})
    target_compile_options(${name} PRIVATE ${picklock_link_time_options})
  endif()
endfunction()

# picklock_use_precompiled(<target> <set>)
function(picklock_use_precompiled target set)
  if(PICKLOCK_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM ${set})
  endif()
endfunction()
