# Fetches exactly what a package-lock.json names into another folder: cmake -DSOURCE=… -DDESTINATION=… -P npm_ci.cmake
#
# DESTINATION gets copies of package.json, package-lock.json and .npmrc and a node_modules; the source tree
# stays as it was. Ends with one sentence when npm is missing or the packages cannot be fetched.
find_program(NPM npm)
if(NOT NPM)
  message(FATAL_ERROR "npm is missing: it fetches the packages of ${SOURCE}/package.json. Install it (ci/setup does).")
endif()
file(COPY ${SOURCE}/package.json ${SOURCE}/package-lock.json ${SOURCE}/.npmrc DESTINATION ${DESTINATION})
execute_process(COMMAND ${NPM} ci --no-audit --no-fund --loglevel=error
                WORKING_DIRECTORY ${DESTINATION}
                RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT result EQUAL 0)
  message(NOTICE "${output}")
  message(FATAL_ERROR "npm could not fetch the packages of ${SOURCE}/package-lock.json; is the registry that "
                      "'npm config get registry' names within reach? What it said stands above.")
endif()
