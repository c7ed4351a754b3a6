# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# GRANUM_PYTHON: a python3 with NumPy, for tests that compare with it; empty where there is none.
# The first python3 of PATH need not be the one that has the system's NumPy.

if(NOT DEFINED CACHE{GRANUM_PYTHON})
    set(found "")
    foreach(candidate python3 /usr/bin/python3)
        execute_process(COMMAND ${candidate} -c "import sys, numpy; print(sys.executable)"
            OUTPUT_VARIABLE executable ERROR_QUIET RESULT_VARIABLE result OUTPUT_STRIP_TRAILING_WHITESPACE)
        if(result EQUAL 0)
            set(found ${executable})
            break()
        endif()
    endforeach()
    if(NOT found)
        message(STATUS "No python3 with NumPy: the tests that compare with NumPy are left out (Debian: python3-numpy)")
    endif()
    set(GRANUM_PYTHON "${found}" CACHE FILEPATH "A python3 with NumPy; empty: leave out the tests that need one")
endif()
