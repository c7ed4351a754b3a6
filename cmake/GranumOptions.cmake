# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# What a person building granum may choose; every name starts with GRANUM_.

set(GRANUM_KNOWN_BACKENDS serial openmp lambda sim cuda hip)
set(GRANUM_BACKENDS "openmp;serial" CACHE STRING
    "Backends to build, separated by semicolons; the first is the default of kernel files")
foreach(backend IN LISTS GRANUM_BACKENDS)
    if(NOT backend IN_LIST GRANUM_KNOWN_BACKENDS)
        list(JOIN GRANUM_KNOWN_BACKENDS ", " known)
        message(FATAL_ERROR "GRANUM_BACKENDS contains \"${backend}\", expected some of: ${known}")
    endif()
endforeach()
if(NOT GRANUM_BACKENDS)
    list(JOIN GRANUM_KNOWN_BACKENDS ", " known)
    message(FATAL_ERROR "GRANUM_BACKENDS is empty, expected at least one of: ${known}")
endif()
list(GET GRANUM_BACKENDS 0 GRANUM_DEFAULT_BACKEND)

option(GRANUM_BUILD_TESTS "Build the unit tests (needs Criterion)" ${PROJECT_IS_TOP_LEVEL})
option(GRANUM_BUILD_LADDER "Build the conformance ladder and the digests alone (without Criterion)" OFF)
option(GRANUM_BUILD_PERF_TESTS "Build the benchmarks" ${PROJECT_IS_TOP_LEVEL})
option(GRANUM_BUILD_EXAMPLES "Build the examples" ${PROJECT_IS_TOP_LEVEL})
option(GRANUM_BUILD_PYTHON "Build the Python package (needs Python's headers)" OFF)
option(GRANUM_BUILD_TOOLS "Build the programs of ./run doctor" ${PROJECT_IS_TOP_LEVEL})
set(GRANUM_CHECKED OFF CACHE STRING
    "ON: check indices and other contracts at run time, here and in every consumer; race: and log what kernels touch, for GRANUM_DEBUG=race")
set_property(CACHE GRANUM_CHECKED PROPERTY STRINGS OFF ON race)
option(GRANUM_WARNINGS_AS_ERRORS "Stop at the first warning in granum's own files" OFF)
option(GRANUM_COVERAGE "Instrument granum's own files for gcov" OFF)
set(GRANUM_SANITIZE "" CACHE STRING "Sanitizers for everything built here, as in -fsanitize=")

# The library itself stays at the compiler's baseline and picks instruction sets at run time.
if(PROJECT_IS_TOP_LEVEL)
    set(GRANUM_ARCH native CACHE STRING "Value of -march= for kernel files, tests, benchmarks, examples; empty: none")
    if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
        set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo" FORCE)
    endif()
else()
    set(GRANUM_ARCH "" CACHE STRING "Value of -march= for kernel files; empty: the embedding project's flags decide")
endif()

