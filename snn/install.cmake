# SPDX-License-Identifier: Apache-2.0
# cmake --install: the library, its headers, the command, and the package that find_package(snn) finds.
include(CMakePackageConfigHelpers)
set(snn_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/snn)

install(TARGETS snn EXPORT snn-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(TARGET snn_cli)
  install(TARGETS snn_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/snn DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.hpp" PATTERN "cli" EXCLUDE)
install(EXPORT snn-targets NAMESPACE snn:: DESTINATION ${snn_package_dir})

configure_package_config_file(snn-config.cmake.in ${PROJECT_BINARY_DIR}/snn-config.cmake
  INSTALL_DESTINATION ${snn_package_dir})
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/snn-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/snn-config.cmake ${PROJECT_BINARY_DIR}/snn-config-version.cmake
  find_openblas.cmake DESTINATION ${snn_package_dir})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
