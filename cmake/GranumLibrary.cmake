# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# How the library itself is compiled, once its sources are known.

find_package(OpenMP COMPONENTS C QUIET)
if(NOT OpenMP_C_FOUND)
    message(FATAL_ERROR
        "${CMAKE_C_COMPILER} cannot build with -fopenmp, expected gcc, or clang with its OpenMP runtime (Debian: libomp-15-dev)")
endif()

set(granum_include ${CMAKE_CURRENT_BINARY_DIR}/include)
list(JOIN GRANUM_KERNEL_FLAGS " " granum_kernel_flags)
# What a file outside of granum_kernels() sees of the kernel language; the library's own files are among those.
set(granum_plain_backends ${GRANUM_BACKENDS})
list(REMOVE_ITEM granum_plain_backends ${GRANUM_CXX_BACKENDS})
list(APPEND granum_plain_backends serial)
list(GET granum_plain_backends 0 granum_plain_backend)
configure_file(cmake/backend.h.in ${granum_include}/granum/backend.h @ONLY)
configure_file(core/src/config.h.in ${CMAKE_CURRENT_BINARY_DIR}/private/granum_config.h @ONLY)

target_sources(granum PUBLIC FILE_SET HEADERS
    BASE_DIRS ${granum_include} FILES ${granum_include}/granum/backend.h
)
target_include_directories(granum PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/private)
target_compile_definitions(granum PRIVATE _GNU_SOURCE
    $<$<STREQUAL:${GRANUM_CHECKED},race>:GRANUM_RACE=1>
    PUBLIC $<$<BOOL:${GRANUM_CHECKED}>:GRANUM_CHECKED=1>)
target_compile_options(granum PRIVATE
    ${GRANUM_KERNEL_FLAGS}
    "$<$<C_COMPILER_ID:Clang,AppleClang>:${GRANUM_KERNEL_CLANG_FLAGS}>"
    -fmacro-prefix-map=${CMAKE_CURRENT_SOURCE_DIR}/=
    # A thread's state is a plain load off the thread pointer, also in a shared library; unit_tests/tree/static_tls.sh keeps it small.
    -ftls-model=initial-exec
)
target_link_options(granum PUBLIC -fopenmp)
# Any file may include <granum/granum.h>, which needs OpenMP switched on; what makes kernels fast, granum_kernels() adds.
target_compile_options(granum INTERFACE
    $<$<COMPILE_LANGUAGE:C,CXX>:-fopenmp>
    $<$<COMPILE_LANG_AND_ID:C,Clang,AppleClang>:-fopenmp-version=51>
    $<$<COMPILE_LANG_AND_ID:CXX,Clang,AppleClang>:-fopenmp-version=51>
)
target_link_libraries(granum PRIVATE m ${CMAKE_DL_LIBS})
if(GRANUM_SANITIZE MATCHES address AND CMAKE_C_COMPILER_ID STREQUAL "Clang")
    # The fuzzers follow which branches of the library an input reaches.
    target_compile_options(granum PRIVATE -fsanitize=fuzzer-no-link)
    target_link_options(granum PRIVATE -fsanitize=fuzzer-no-link)
endif()
if(GRANUM_SANITIZE)
    # Users of the build tree need the same sanitizers; an installed library does not pass them on.
    target_compile_options(granum PUBLIC
        $<BUILD_INTERFACE:-fsanitize=${GRANUM_SANITIZE}> $<BUILD_INTERFACE:-fno-omit-frame-pointer>
        $<BUILD_INTERFACE:-fno-sanitize-recover=all>
    )
    target_link_options(granum PUBLIC $<BUILD_INTERFACE:-fsanitize=${GRANUM_SANITIZE}>)
endif()
granum_warnings(granum)
granum_instrument(granum)
set_target_properties(granum PROPERTIES
    C_STANDARD 11
    C_STANDARD_REQUIRED ON
    C_EXTENSIONS OFF
    C_VISIBILITY_PRESET hidden
    POSITION_INDEPENDENT_CODE ON
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
)
