# SPDX-License-Identifier: Apache-2.0
# Finds OpenBLAS and its cblas.h, as the imported target snn::openblas. Where a distribution installs
# several builds side by side, the one that shares our OpenMP threads is taken: two thread pools
# would fight over the cores. Used by this project's build and by its installed package.
if(TARGET snn::openblas)
  return()
endif()

set(snn_openblas_builds openblas-openmp openblas-pthread openblas-serial openblas)
if(CMAKE_LIBRARY_ARCHITECTURE)
  list(TRANSFORM snn_openblas_builds PREPEND ${CMAKE_LIBRARY_ARCHITECTURE}/
    OUTPUT_VARIABLE snn_openblas_suffixes)
endif()
find_library(SNN_OPENBLAS_LIBRARY openblas openblaso
  PATH_SUFFIXES ${snn_openblas_suffixes} ${snn_openblas_builds})
find_path(SNN_CBLAS_INCLUDE_DIR cblas.h
  PATH_SUFFIXES ${snn_openblas_suffixes} ${snn_openblas_builds} ${CMAKE_LIBRARY_ARCHITECTURE})
include(FindPackageHandleStandardArgs)
set(OpenBLAS_FIND_REQUIRED TRUE)
find_package_handle_standard_args(OpenBLAS
  REQUIRED_VARS SNN_OPENBLAS_LIBRARY SNN_CBLAS_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "on Debian and Ubuntu: apt-get install libopenblas-openmp-dev")
mark_as_advanced(SNN_OPENBLAS_LIBRARY SNN_CBLAS_INCLUDE_DIR)

add_library(snn::openblas UNKNOWN IMPORTED GLOBAL)
set_target_properties(snn::openblas PROPERTIES
  IMPORTED_LOCATION ${SNN_OPENBLAS_LIBRARY}
  INTERFACE_INCLUDE_DIRECTORIES ${SNN_CBLAS_INCLUDE_DIR}
  INTERFACE_LINK_OPTIONS "${SNN_OPENBLAS_LINK_OPTIONS}")
if(NOT TARGET BLAS::BLAS)
  add_library(BLAS::BLAS ALIAS snn::openblas)
endif()
