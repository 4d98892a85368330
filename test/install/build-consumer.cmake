# Configures, builds and runs the consumer project against the installed tree.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "failed (${status}): ${ARGN}")
  endif()
endfunction()

file(REMOVE_RECURSE ${BINARY})
# Nothing of the environment may lead the consumer to the build tree.
run(${CMAKE_COMMAND} -E env --unset=CXXFLAGS --unset=LDFLAGS ${CMAKE_COMMAND} -G Ninja -S ${SOURCE} -B ${BINARY} -DCMAKE_BUILD_TYPE=Release
  -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_PREFIX_PATH=${STAGE})
run(${CMAKE_COMMAND} --build ${BINARY})
run(${BINARY}/consumer)
