# `cmake --install` gives find_package(picklock): picklock::sim, picklock::checker, ...
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

get_property(libraries GLOBAL PROPERTY PICKLOCK_LIBRARIES)
install(TARGETS ${libraries} EXPORT picklock-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/picklock)
install(TARGETS picklock RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY scenarios/ DESTINATION ${CMAKE_INSTALL_DATADIR}/picklock/scenarios
  FILES_MATCHING PATTERN "*.json" PATTERN "bad" EXCLUDE)
install(EXPORT picklock-targets NAMESPACE picklock::
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/picklock)

configure_package_config_file(cmake/picklock-config.cmake.in picklock-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/picklock)
write_basic_package_version_file(picklock-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/picklock-config.cmake
              ${PROJECT_BINARY_DIR}/picklock-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/picklock)
