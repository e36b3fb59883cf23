# SPDX-License-Identifier: Apache-2.0
# cmake -D FOLDER=... -D PROGRAMS=... -D SCRIPTS=... -P portable_folder.cmake: a folder of the scripts
# and an archive of the programs, which gpu.sh unpacks. It must stay small enough to be copied anywhere.
set(limit 30000000)
file(REMOVE_RECURSE ${FOLDER})
file(COPY ${PROGRAMS} DESTINATION ${FOLDER}/programs)
file(COPY ${SCRIPTS} DESTINATION ${FOLDER})
execute_process(COMMAND ${CMAKE_COMMAND} -E tar czf programs.tar.gz programs
  WORKING_DIRECTORY ${FOLDER} COMMAND_ERROR_IS_FATAL ANY)
file(REMOVE_RECURSE ${FOLDER}/programs)
set(sum 0)
file(GLOB files ${FOLDER}/*)
foreach(file ${files})
  file(SIZE ${file} size)
  math(EXPR sum "${sum} + ${size}")
endforeach()
message(STATUS "${FOLDER}: ${sum} bytes")
if(sum GREATER limit)
  message(FATAL_ERROR "${FOLDER} has ${sum} bytes; at most ${limit} are wanted")
endif()
