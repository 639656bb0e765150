# What the options of the whole build mean.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES AND PROJECT_IS_TOP_LEVEL)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Kind of build" FORCE)
endif()

# What runs and judges is optimised as one program. What reads, shows and talks would gain nothing by it.
set(picklock_optimised_at_link base checker algorithms sim search bench)
set(picklock_can_optimise_at_link OFF)
set(picklock_link_time_options)
if(PICKLOCK_LTO)
  include(CheckIPOSupported)
  check_ipo_supported(RESULT picklock_can_optimise_at_link OUTPUT why_not LANGUAGES CXX)
  if(NOT picklock_can_optimise_at_link)
    message(STATUS "No link-time optimisation: ${why_not}")
  elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # By itself GCC lets a program grow by 40 %, which is used up before the inner functions of a run come in turn.
    set(picklock_link_time_options --param=inline-unit-growth=200)
    # On without being asked for, and wrong where so much is inlined (PicklockTargets.cmake).
    add_link_options(-flto=auto -Wno-free-nonheap-object -Wno-stringop-overflow)
  endif()
endif()

# picklock_add_folder(<folder>): its targets, and those that it tests.
macro(picklock_add_folder folder)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION OFF)
  set(picklock_folder_options)
  if("${folder}" IN_LIST picklock_optimised_at_link)
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ${picklock_can_optimise_at_link})
    set(picklock_folder_options ${picklock_link_time_options})
  endif()
  add_subdirectory(${folder})
endmacro()

if(PICKLOCK_SANITIZE)
  add_compile_options(-fsanitize=${PICKLOCK_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PICKLOCK_SANITIZE})
endif()
