# What the options of the whole build mean.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES AND PROJECT_IS_TOP_LEVEL)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Kind of build" FORCE)
endif()

if(PICKLOCK_LTO)
  include(CheckIPOSupported)
  check_ipo_supported(RESULT can_optimise_at_link_time OUTPUT why_not LANGUAGES CXX)
  if(can_optimise_at_link_time)
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
  else()
    message(STATUS "No link-time optimisation: ${why_not}")
  endif()
endif()

if(PICKLOCK_SANITIZE)
  add_compile_options(-fsanitize=${PICKLOCK_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PICKLOCK_SANITIZE})
endif()
