# SPDX-License-Identifier: Apache-2.0
# Preset `portable`: programs for another Linux machine on x86-64, which need nothing of it but glibc
# (2.36 or newer where this is Debian 12) and, for a GPU, its driver. Libraries are linked statically.
# No -march: it is the code of `release`, whose kernels choose their instructions at run time.
# CMakeLists.txt includes this before it looks for packages, and calls snn_portable_folder() at its end.

# gtest, gomp, openblas, sz, aec, z: archives first.
set(CMAKE_FIND_LIBRARY_SUFFIXES .a .so)
set(HDF5_USE_STATIC_LIBRARIES ON)
add_link_options(-static-libstdc++ -static-libgcc -Wl,--as-needed -Wl,--gc-sections -s)
find_library(SNN_GOMP_ARCHIVE gomp REQUIRED
  HINTS ${CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES} PATHS ${CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES})
set(OpenMP_gomp_LIBRARY ${SNN_GOMP_ARCHIVE} CACHE FILEPATH "" FORCE)

# Debian's HDF5 was built with a driver for files in the cloud, which nothing here calls: without it
# neither curl nor OpenSSL is needed.
find_path(SNN_HDF5_INCLUDE hdf5.h PATH_SUFFIXES hdf5/serial REQUIRED)
add_library(HDF5::HDF5 INTERFACE IMPORTED GLOBAL)
target_include_directories(HDF5::HDF5 INTERFACE ${SNN_HDF5_INCLUDE})
foreach(library hdf5_serial sz aec z)
  find_library(SNN_ARCHIVE_${library} ${library} REQUIRED)
  target_link_libraries(HDF5::HDF5 INTERFACE ${SNN_ARCHIVE_${library}})
endforeach()
target_link_libraries(HDF5::HDF5 INTERFACE ${CMAKE_DL_LIBS} m)

# OpenBLAS brings kernels for 25 processors, and a program would hold all of them: 25 MB. These two are
# the fast ones of Intel and AMD processors since 2013 and 2017; what they differ in from ZEN and
# COOPERLAKE is not called here.
set(SNN_OPENBLAS_LINK_OPTIONS)
foreach(core ATHLON ATOM BANIAS BARCELONA BOBCAT BULLDOZER COPPERMINE CORE2 DUNNINGTON EXCAVATOR
        KATMAI NANO NEHALEM NORTHWOOD OPTERON OPTERON_SSE3 PENRYN PILEDRIVER PRESCOTT SANDYBRIDGE
        STEAMROLLER ZEN)
  list(APPEND SNN_OPENBLAS_LINK_OPTIONS -Wl,--defsym=gotoblas_${core}=gotoblas_HASWELL)
endforeach()
list(APPEND SNN_OPENBLAS_LINK_OPTIONS -Wl,--defsym=gotoblas_COOPERLAKE=gotoblas_SKYLAKEX)

# The target `portable`: build/portable/snn-portable, whose gpu.sh runs all of it.
function(snn_portable_folder)
  set(programs)
  foreach(program snn_cli bench_gpu_layer snn_backend_tests snn_emulated_backend_tests
          snn_cuda_training_tests snn_simt_tests)
    if(TARGET ${program})  # the build may have no tests, or no CUDA
      list(APPEND programs ${program})
    endif()
  endforeach()
  set(files ${programs})
  list(TRANSFORM files REPLACE "(.+)" "$<TARGET_FILE:\\1>")
  set(scripts ${PROJECT_SOURCE_DIR}/benchmarks/gpu.sh ${PROJECT_SOURCE_DIR}/benchmarks/gpu_report.py
    ${PROJECT_SOURCE_DIR}/benchmarks/peers/gpu_layer.py)
  add_custom_target(portable
    COMMAND ${CMAKE_COMMAND} -D FOLDER=${PROJECT_BINARY_DIR}/snn-portable -D "PROGRAMS=${files}"
      -D "SCRIPTS=${scripts}" -P ${PROJECT_SOURCE_DIR}/benchmarks/portable_folder.cmake
    DEPENDS ${programs} VERBATIM)
endfunction()
