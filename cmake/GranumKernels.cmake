# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# granum_kernels(<target> [BACKEND <name>] [FP fast|exact] [ORDER any|fixed] <file>...)
#
# Compile kernel files (C files with GR_PARALLEL_... in them) for one backend and link them into <target>.
#   BACKEND  one of those that granum was built with (GRANUM_BACKENDS); left out: the first of them
#   FP       fast lets the compiler fuse a * b + c; exact (the default) keeps the same bits on every machine
#   ORDER    any lets scans and reductions of floating-point numbers join in whatever order is fastest; fixed (the default) keeps
#            the order that depends on the range alone
# The files see the include folders, definitions and options of <target>, its C standard, and GRANUM_ARCH where that is set.
# A file may be compiled for several backends, in one target or in several.

# Cached, since functions run in the scope of whoever calls them, also of a project that embeds this one.
# The flags that every kernel file gets, whoever builds it: CMake here and in other projects, and pkg-config.
set(GRANUM_KERNEL_FLAGS -fopenmp -fno-math-errno -fno-trapping-math -ffp-contract=off CACHE INTERNAL "")
# clang before 16 needs the version for default(firstprivate); a loop that it leaves scalar is no warning of the user's.
set(GRANUM_KERNEL_CLANG_FLAGS -fopenmp-version=51 -Wno-pass-failed CACHE INTERNAL "")

# Backends whose kernel files are compiled as C++.
set(GRANUM_CXX_BACKENDS lambda sim cuda hip CACHE INTERNAL "")
# Backends of devices: each is a library of its own, libgranum_<name>.so, that libgranum.so loads when it is first wanted.
set(GRANUM_DEVICE_BACKENDS sim cuda hip CACHE INTERNAL "")
# Numbers that their kernel files carry, as in granum/impl/device.h: the place in this list.
set(GRANUM_VENDOR_NUMBERS host cuda hip sim CACHE INTERNAL "")

# What nvcc is told: lambdas for the device, and the same bits as everywhere unless fast code is asked for.
function(granum_cuda_options target fp)
    target_compile_options(${target} PRIVATE
        $<$<COMPILE_LANGUAGE:CUDA>:--extended-lambda>
        "$<$<COMPILE_LANGUAGE:CUDA>:SHELL:-Werror all-warnings>"
        # main() stands in the extern "C" of the wrapper.
        "$<$<COMPILE_LANGUAGE:CUDA>:SHELL:-diag-suppress 2949>"
        $<$<STREQUAL:${fp},exact>:$<$<COMPILE_LANGUAGE:CUDA>:-fmad=false>>
        # What nvcc makes of a file for the host's compiler is not written by hand.
        $<$<COMPILE_LANGUAGE:CUDA>:-Wno-conversion>
        $<$<COMPILE_LANGUAGE:CUDA>:-Wno-pedantic>
        $<$<COMPILE_LANGUAGE:CUDA>:-Wno-unused-parameter>
        # {0} sets a whole struct in C, and in C++ too; only there it draws a warning.
        $<$<COMPILE_LANGUAGE:CUDA>:-Wno-missing-field-initializers>
    )
    set_target_properties(${target} PROPERTIES CUDA_STANDARD 17 CUDA_STANDARD_REQUIRED ON)
endfunction()

set(GRANUM_HIP_LIBRARY amdhip64 CACHE STRING "HIP's runtime library")
set(GRANUM_HIP_LAUNCHER ${CMAKE_CURRENT_LIST_DIR}/granum-hipcc.sh CACHE INTERNAL "")

# C++ files of a target are HIP; what it makes is linked with HIP's runtime.
function(granum_hip_options target fp)
    find_program(GRANUM_HIPCC hipcc DOC "HIP's compiler")
    if(NOT GRANUM_HIPCC)
        message(FATAL_ERROR "hipcc was not found, expected it in PATH or -DGRANUM_HIPCC=PATH for the backend hip")
    endif()
    set(GRANUM_HIP_ARCHITECTURES gfx90a CACHE STRING "Architectures that the backend hip is compiled for")
    list(JOIN GRANUM_HIP_ARCHITECTURES "," architectures)
    set_target_properties(${target} PROPERTIES
        CXX_COMPILER_LAUNCHER "${GRANUM_HIP_LAUNCHER};${GRANUM_HIPCC};${architectures}"
        CXX_STANDARD 17 CXX_STANDARD_REQUIRED ON)
    # A loop that is not unrolled is no warning of the user's; the others are what C's own set leaves out.
    target_compile_options(${target} PRIVATE $<$<STREQUAL:${fp},exact>:-ffp-contract=off> -Wno-pass-failed -Wno-format-security
        -Wno-missing-field-initializers -Wno-implicit-int-float-conversion -Wno-sign-conversion)
endfunction()

# Set <out> to the value of an argument, by default the second of the two that are known; anything else is an error.
function(granum_impl_choice out name value free strict)
    if(NOT value)
        set(value ${strict})
    elseif(NOT value MATCHES "^(${free}|${strict})$")
        message(FATAL_ERROR "granum_kernels: ${name} is \"${value}\", expected ${free} or ${strict}")
    endif()
    set(${out} ${value} PARENT_SCOPE)
endfunction()

# The language that kernel files of a backend are compiled as. CMake leaves files of a language that is not enabled out, and
# the linker's or CMake's own words about it say nothing of the reason.
function(granum_impl_check_language backend languages)
    set(language C)
    if(backend STREQUAL cuda)
        set(language CUDA)
    elseif(backend IN_LIST GRANUM_CXX_BACKENDS)
        set(language CXX)
    endif()
    if(NOT language IN_LIST languages)
        list(JOIN languages " " found)
        message(FATAL_ERROR "granum_kernels: languages = ${found}, expected ${language} among them for the backend "
            "${backend}: project(... LANGUAGES ${found} ${language})")
    endif()
endfunction()

function(granum_kernels target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "BACKEND;FP;ORDER" "")
    if(NOT TARGET ${target})
        message(FATAL_ERROR "granum_kernels: \"${target}\" is no target, expected one made by add_executable or add_library before")
    endif()
    get_target_property(backends granum::granum GRANUM_BACKENDS)
    if(NOT arg_BACKEND)
        list(GET backends 0 arg_BACKEND)
    endif()
    if(NOT arg_BACKEND IN_LIST backends)
        list(JOIN backends ", " known)
        message(FATAL_ERROR "granum_kernels: BACKEND is \"${arg_BACKEND}\", expected one that granum was built with: ${known}")
    endif()
    get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
    granum_impl_check_language(${arg_BACKEND} "${languages}")
    granum_impl_choice(arg_FP FP "${arg_FP}" fast exact)
    granum_impl_choice(arg_ORDER ORDER "${arg_ORDER}" any fixed)
    if(NOT arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "granum_kernels: no kernel files given for ${target}")
    endif()

    # A library of objects per call: one file may then be compiled twice with different flags in one folder.
    get_property(count TARGET ${target} PROPERTY GRANUM_KERNEL_GROUPS)
    if(NOT count)
        set(count 0)
    endif()
    math(EXPR next "${count} + 1")
    set_property(TARGET ${target} PROPERTY GRANUM_KERNEL_GROUPS ${next})
    set(objects ${target}_kernels_${count})
    set(files)
    foreach(file IN LISTS arg_UNPARSED_ARGUMENTS)
        cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
        if(arg_BACKEND IN_LIST GRANUM_CXX_BACKENDS)
            granum_impl_wrap_as_cxx(file ${objects} ${file} ${arg_BACKEND})
        endif()
        list(APPEND files ${file})
    endforeach()

    add_library(${objects} OBJECT ${files})
    target_include_directories(${objects} PRIVATE $<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>)
    target_compile_definitions(${objects} PRIVATE $<TARGET_PROPERTY:${target},COMPILE_DEFINITIONS>)
    target_compile_options(${objects} PRIVATE $<TARGET_PROPERTY:${target},COMPILE_OPTIONS>)
    target_link_libraries(${objects} PRIVATE granum::granum)
    granum_impl_kernel_options(${objects} ${arg_BACKEND} ${arg_FP})
    if(arg_ORDER STREQUAL any)
        target_compile_definitions(${objects} PRIVATE GRANUM_ORDER_ANY)
    endif()
    foreach(property C_STANDARD C_EXTENSIONS C_VISIBILITY_PRESET INTERPROCEDURAL_OPTIMIZATION POSITION_INDEPENDENT_CODE)
        get_target_property(value ${target} ${property})
        if(NOT value STREQUAL "value-NOTFOUND")
            set_property(TARGET ${objects} PROPERTY ${property} ${value})
        endif()
    endforeach()
    get_target_property(type ${target} TYPE)
    if(type MATCHES "^(SHARED|MODULE)_LIBRARY$")
        set_property(TARGET ${objects} PROPERTY POSITION_INDEPENDENT_CODE ON)
    endif()

    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${objects}>)
    target_link_libraries(${target} PRIVATE granum::granum)
    target_link_options(${target} PRIVATE -fopenmp)
    if(arg_BACKEND STREQUAL hip)
        # Kernel files open HIP's own library by themselves, so that a program starts without it (granum/hip/late.h).
        if(GRANUM_HIP_LIBRARY STREQUAL amdhip64)
            target_link_libraries(${target} PRIVATE ${CMAKE_DL_LIBS})
        else()
            target_link_libraries(${target} PRIVATE ${GRANUM_HIP_LIBRARY})
        endif()
    endif()
    if(TARGET granum_${arg_BACKEND})
        add_dependencies(${target} granum_${arg_BACKEND})
    endif()
    if(TARGET granum::race)
        target_link_libraries(${target} PRIVATE granum::race)
    endif()
endfunction()

# The options of one group of kernel files.
function(granum_impl_kernel_options objects backend fp)
    target_compile_definitions(${objects} PRIVATE "GR_IMPL_BACKEND_HEADER=<granum/backends/${backend}.h>")
    if(backend IN_LIST GRANUM_DEVICE_BACKENDS)
        list(FIND GRANUM_VENDOR_NUMBERS ${backend} number)
        target_compile_definitions(${objects} PRIVATE GR_IMPL_FILE_VENDOR=${number})
    endif()
    target_compile_options(${objects} PRIVATE
        ${GRANUM_KERNEL_FLAGS}
        "$<$<COMPILE_LANG_AND_ID:C,Clang,AppleClang>:${GRANUM_KERNEL_CLANG_FLAGS}>"
        "$<$<COMPILE_LANG_AND_ID:CXX,Clang,AppleClang>:${GRANUM_KERNEL_CLANG_FLAGS}>"
        $<$<STREQUAL:${fp},fast>:-ffp-contract=fast>
    )
    if(backend STREQUAL cuda)
        granum_cuda_options(${objects} ${fp})
    elseif(backend STREQUAL hip)
        granum_hip_options(${objects} ${fp})
    endif()
    if(GRANUM_ARCH)
        target_compile_options(${objects} PRIVATE $<$<NOT:$<COMPILE_LANGUAGE:CUDA>>:-march=${GRANUM_ARCH}>)
    endif()
    if(TARGET granum::race)
        # Optimisation would remove accesses before they are seen.
        target_compile_options(${objects} PRIVATE -fsanitize=thread -O0 -Wno-unknown-pragmas)
        target_compile_definitions(${objects} PRIVATE GR_IMPL_LOGGED=1)
    endif()
    set_target_properties(${objects} PROPERTIES C_STANDARD 11 C_STANDARD_REQUIRED ON CXX_STANDARD 17 CXX_STANDARD_REQUIRED ON)
endfunction()

# Write a C++ file that compiles <file> as C++17 with C linkage, and put its path into <out>.
function(granum_impl_wrap_as_cxx out objects file backend)
    cmake_path(GET file STEM name)
    string(MD5 hash ${file})
    string(SUBSTRING ${hash} 0 8 hash)
    set(extension cpp)
    if(backend STREQUAL cuda)
        set(extension cu)
    endif()
    set(wrapper ${CMAKE_CURRENT_BINARY_DIR}/granum_kernels/${objects}/${name}_${hash}.${extension})
    # The standard headers come first: inside extern "C" the C++ library's templates would not compile.
    file(CONFIGURE OUTPUT ${wrapper} @ONLY CONTENT [[
#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#if __has_include(<omp.h>)
#include <omp.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <granum/granum.h>
extern "C" {
#include "@file@"
}
]])
    set_property(SOURCE ${wrapper} APPEND PROPERTY OBJECT_DEPENDS ${file})
    cmake_path(GET file PARENT_PATH folder)
    set_property(SOURCE ${wrapper} APPEND PROPERTY INCLUDE_DIRECTORIES ${folder})
    set(${out} ${wrapper} PARENT_SCOPE)
endfunction()
