# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Programs that the bench starts because another build of the library is in question: the sources of this one once
# more, with other definitions. Target bench_helpers builds them; the rows that want one say so where it is missing.
add_custom_target(bench_helpers)
if(GRANUM_CHECKED OR GRANUM_SANITIZE)
    return() # of an ordinary build only
endif()

function(bench_helper_library name)
    get_target_property(sources granum SOURCES)
    add_library(bench_granum_${name} SHARED EXCLUDE_FROM_ALL ${sources})
    target_include_directories(bench_granum_${name} PUBLIC
        $<TARGET_PROPERTY:granum,INTERFACE_INCLUDE_DIRECTORIES> PRIVATE $<TARGET_PROPERTY:granum,INCLUDE_DIRECTORIES>)
    target_compile_definitions(bench_granum_${name} PRIVATE _GNU_SOURCE PUBLIC ${ARGN})
    target_compile_options(bench_granum_${name} PRIVATE $<TARGET_PROPERTY:granum,COMPILE_OPTIONS>)
    target_link_options(bench_granum_${name} PUBLIC -fopenmp)
    target_link_libraries(bench_granum_${name} PRIVATE m ${CMAKE_DL_LIBS})
    set_target_properties(bench_granum_${name} PROPERTIES C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF
        C_VISIBILITY_PRESET hidden)
endfunction()

# bench_helper(NAME LIBRARY [OPTION...]): the kernels of helper.c with these options, on one of the libraries.
function(bench_helper name library)
    add_library(bench_helper_${name}_kernels OBJECT EXCLUDE_FROM_ALL debug_kernel.c launch_kernel.c)
    target_compile_options(bench_helper_${name}_kernels PRIVATE ${bench_options} ${ARGN})
    target_compile_definitions(bench_helper_${name}_kernels PRIVATE
        "GR_IMPL_BACKEND_HEADER=<granum/backends/${GRANUM_DEFAULT_BACKEND}.h>")
    add_executable(bench_helper_${name} EXCLUDE_FROM_ALL helper/helper.c debug_data.c
        $<TARGET_OBJECTS:bench_helper_${name}_kernels>)
    target_compile_options(bench_helper_${name} PRIVATE -fopenmp)
    foreach(target bench_helper_${name} bench_helper_${name}_kernels)
        target_link_libraries(${target} PRIVATE ${library})
        set_target_properties(${target} PROPERTIES C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
    endforeach()
    add_dependencies(bench_helpers bench_helper_${name})
endfunction()

bench_helper_library(deaf GR_IMPL_DEAF=1)
bench_helper_library(debug GRANUM_CHECKED=1 GRANUM_RACE=1)
bench_helper(plain granum::granum)
bench_helper(sync granum::granum)
bench_helper(deaf bench_granum_deaf)
bench_helper(checked bench_granum_debug)
bench_helper(race bench_granum_debug -fsanitize=thread -O0 -Wno-unknown-pragmas)
target_sources(bench_helper_race PRIVATE ${PROJECT_SOURCE_DIR}/tools/race/handlers.c)
target_compile_definitions(bench_helper_race PRIVATE _GNU_SOURCE)
set_target_properties(bench_helper_race PROPERTIES C_EXTENSIONS ON)
