# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# granum_test(<name> [SOURCES <file>...] [KERNELS <file>...] [BACKEND <name>] [LIBRARIES <target>...]
#             [ENVIRONMENT <NAME=value>...] [LABELS <label>...] [TIMEOUT <s>])
#
# One Criterion executable and one ctest entry of that name.
#   SOURCES  files with Criterion's tests, no kernels in them; left out: <name>.c
#   KERNELS  files with kernels (C11 and C++17 at once), compiled by granum_kernels() for BACKEND or the default backend

if(GRANUM_BUILD_TESTS)
    find_package(Criterion)
endif()
if(GRANUM_BUILD_TESTS AND NOT Criterion_FOUND)
    message(FATAL_ERROR "Criterion was not found, expected it installed (Debian: libcriterion-dev) or -DGRANUM_BUILD_TESTS=OFF")
endif()

function(granum_test name)
    granum_impl_test_program(${name} ${ARGN})
    target_link_libraries(${name} PRIVATE Criterion::Criterion)
    # Criterion runs as many processes as there are cores; ctest -j already does.
    add_test(NAME ${name} COMMAND ${name} --jobs 1 --quiet)
    granum_impl_test_properties(${name} ${ARGN})
endfunction()

macro(granum_impl_parse_test name)
    cmake_parse_arguments(arg
        "" "BACKEND;TIMEOUT" "SOURCES;KERNELS;LIBRARIES;ENVIRONMENT;LABELS" ${ARGN})
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "granum_test(${name}): \"${arg_UNPARSED_ARGUMENTS}\" is no argument, expected SOURCES or KERNELS before files")
    endif()
endmacro()

function(granum_impl_test_program name)
    granum_impl_parse_test(${name} ${ARGN})
    if(NOT arg_SOURCES)
        set(arg_SOURCES ${name}.c)
    endif()
    add_executable(${name} ${arg_SOURCES})
    set_target_properties(${name} PROPERTIES C_STANDARD 11 C_STANDARD_REQUIRED ON)
    target_compile_definitions(${name} PRIVATE
        _GNU_SOURCE GRANUM_TEST_SOURCE_DIR="${CMAKE_CURRENT_SOURCE_DIR}" GRANUM_TEST_BINARY_DIR="${CMAKE_CURRENT_BINARY_DIR}")
    target_compile_options(${name} PRIVATE -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/unit_tests)
    target_link_libraries(${name} PRIVATE granum::granum m ${arg_LIBRARIES})
    granum_warnings(${name})
    # Criterion's assertion macros narrow an int to a bit and cast as only C does; kernels stay under the full set.
    set_property(SOURCE ${arg_SOURCES} APPEND PROPERTY COMPILE_OPTIONS -Wno-conversion -Wno-c++-compat)
    granum_instrument(${name})
    if(GRANUM_ARCH)
        target_compile_options(${name} PRIVATE -march=${GRANUM_ARCH})
    endif()
    if(arg_KERNELS)
        if(arg_BACKEND)
            set(backend BACKEND ${arg_BACKEND})
        endif()
        granum_kernels(${name} ${backend} ${arg_KERNELS})
    endif()
endfunction()

function(granum_impl_test_properties name)
    granum_impl_parse_test(${name} ${ARGN})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    if(GRANUM_SANITIZE MATCHES thread)
        # libomp is not instrumented; libarcher, a part of it, tells the sanitizer where OpenMP synchronises.
        list(APPEND arg_ENVIRONMENT
            "TSAN_OPTIONS=ignore_noninstrumented_modules=1 suppressions=${PROJECT_SOURCE_DIR}/unit_tests/tsan.supp")
    endif()
    set_tests_properties(${name} PROPERTIES
        TIMEOUT ${arg_TIMEOUT}
        LABELS "unit;${arg_LABELS}"
        ENVIRONMENT "${arg_ENVIRONMENT}"
    )
endfunction()

# granum_program_test(<name> SOURCES <file>... [KERNELS <file>...] [LABELS <label>...])
# A test with a main() of its own, for what Criterion cannot do; exit status 0 means passed.
function(granum_program_test name)
    granum_impl_test_program(${name} ${ARGN})
    add_test(NAME ${name} COMMAND ${name})
    granum_impl_test_properties(${name} ${ARGN})
endfunction()

# granum_fuzz_test(<name> SOURCES <file>... CORPUS <folder> [RUNS <number>])
# A libFuzzer program (LLVMFuzzerTestOneInput), run over the kept corpus and then RUNS inputs from a fixed seed. It is
# built by `cmake --build BUILD --target fuzzers` and only where clang and its address sanitizer are (GRANUM_SANITIZE);
# elsewhere this does nothing.
function(granum_fuzz_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "CORPUS;RUNS" "SOURCES")
    if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang" OR NOT GRANUM_SANITIZE MATCHES address)
        return()
    endif()
    if(NOT arg_RUNS)
        set(arg_RUNS 20000)
    endif()
    cmake_path(ABSOLUTE_PATH arg_CORPUS BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
    add_executable(${name} ${arg_SOURCES})
    set_target_properties(${name} PROPERTIES C_STANDARD 11 C_STANDARD_REQUIRED ON)
    target_compile_definitions(${name} PRIVATE _GNU_SOURCE)
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_libraries(${name} PRIVATE granum::granum)
    granum_warnings(${name})
    if(NOT TARGET fuzzers)
        add_custom_target(fuzzers)
    endif()
    add_dependencies(fuzzers ${name})
    # New inputs go to a folder of the build, empty at the start of each run: the kept ones are only read.
    set(found ${CMAKE_CURRENT_BINARY_DIR}/${name}_found)
    add_test(NAME ${name} COMMAND sh -c
        "rm -rf ${found} && mkdir ${found} && $<TARGET_FILE:${name}> -runs=${arg_RUNS} -seed=1 -timeout=10 ${found} ${arg_CORPUS}")
    set_tests_properties(${name} PROPERTIES TIMEOUT 300 LABELS fuzz)
endfunction()

# granum_script_test(<name> <script> <argument>...): a test that is a program of its own; exit status 77 means skipped.
function(granum_script_test name script)
    add_test(NAME ${name} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/${script} ${ARGN})
    set_tests_properties(${name} PROPERTIES TIMEOUT 300 LABELS tree SKIP_RETURN_CODE 77)
endfunction()

# Write the include folders and the public headers of granum into a file, for scripts.
function(granum_header_list file)
    set(includes $<TARGET_PROPERTY:granum,INTERFACE_INCLUDE_DIRECTORIES>)
    set(headers)
    get_target_property(sets granum INTERFACE_HEADER_SETS)
    foreach(set IN LISTS sets)
        list(APPEND headers $<TARGET_PROPERTY:granum,HEADER_SET_${set}>)
    endforeach()
    file(GENERATE OUTPUT ${file} CONTENT
        "include $<JOIN:$<REMOVE_DUPLICATES:${includes}>,\ninclude >\nheader $<JOIN:${headers},\nheader >\n")
endfunction()

# The C++ compiler beside the C compiler, for headers that must be C++ too; the project itself is C.
string(REGEX REPLACE "gcc([^/]*)$" "g++\\1" GRANUM_CXX_OF_C_COMPILER ${CMAKE_C_COMPILER})
string(REGEX REPLACE "clang([^/]*)$" "clang++\\1" GRANUM_CXX_OF_C_COMPILER ${GRANUM_CXX_OF_C_COMPILER})
string(REGEX REPLACE "/cc$" "/c++" GRANUM_CXX_OF_C_COMPILER ${GRANUM_CXX_OF_C_COMPILER})
