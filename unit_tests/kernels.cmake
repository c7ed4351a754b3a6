# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Tests of the kernel language and its launches; included by CMakeLists.txt.

# What the results' bits are
granum_impl_test_program(canonical_order SOURCES oracle/canonical_order.c KERNELS oracle/canonical_order_kernels.c)
if(GRANUM_PYTHON)
    add_test(NAME canonical_order COMMAND ${GRANUM_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/oracle/canonical_order.py
        $<TARGET_FILE:canonical_order>)
    set_tests_properties(canonical_order PROPERTIES TIMEOUT 300 LABELS "unit;oracle")
endif()
granum_test(test_parallel_for KERNELS test_parallel_for_kernels.c)
granum_test(test_range_tiles KERNELS test_range_tiles_kernels.c)

granum_test(test_launch_errors KERNELS test_launch_errors_kernels.c)

granum_test(test_reduce_results KERNELS test_reduce_results_kernels.c)

granum_test(test_reduce_array KERNELS test_reduce_array_kernels.c ENVIRONMENT GRANUM_NUM_THREADS=4)
granum_test(test_reduce_array_teams KERNELS test_reduce_array_teams_kernels.c ENVIRONMENT GRANUM_NUM_THREADS=4)
granum_test(test_reduce_locations KERNELS test_reduce_locations_kernels.c ENVIRONMENT GRANUM_NUM_THREADS=4)

granum_test(test_scan_results KERNELS test_scan_results_kernels.c)
granum_test(test_order_any ENVIRONMENT GRANUM_NUM_THREADS=4)
granum_kernels(test_order_any ORDER any test_order_any_kernels.c)
granum_test(test_scan_segmented KERNELS test_scan_segmented_kernels.c ENVIRONMENT GRANUM_NUM_THREADS=4)
granum_test(test_scan_segmented_teams KERNELS test_scan_segmented_teams_kernels.c ENVIRONMENT GRANUM_NUM_THREADS=4)

granum_test(test_team_errors KERNELS test_team_errors_kernels.c ENVIRONMENT GRANUM_NUM_THREADS=4)
granum_test(test_team_for KERNELS test_team_for_kernels.c ENVIRONMENT GRANUM_NUM_THREADS=4)
granum_test(test_team_reduce KERNELS test_team_reduce_kernels.c ENVIRONMENT GRANUM_NUM_THREADS=4)
granum_test(test_team_scan KERNELS test_team_scan_kernels.c ENVIRONMENT GRANUM_NUM_THREADS=4)
granum_test(test_team_share KERNELS test_team_share_kernels.c ENVIRONMENT GRANUM_NUM_THREADS=4)

granum_program_test(test_fork_compute SOURCES test_fork_compute.c KERNELS test_fork_compute_kernels.c)

granum_test(test_openmp_meaning SOURCES test_openmp_meaning.c openmp_meaning_without.c
    KERNELS test_openmp_meaning_kernels.c)
set_property(SOURCE openmp_meaning_without.c APPEND PROPERTY COMPILE_OPTIONS -fopenmp)
granum_test(test_kokkos_lessons KERNELS test_kokkos_lessons_kernels.c ENVIRONMENT GRANUM_NUM_THREADS=96)
granum_test(test_atomic_ops KERNELS test_atomic_ops_kernels.c)
granum_test(test_atomic_contention KERNELS test_atomic_contention_kernels.c)
granum_test(test_atomic_scatter)
granum_test(test_graph_errors KERNELS test_graph_replay_kernels.c ENVIRONMENT GRANUM_NUM_THREADS=4)
granum_test(test_graph_patterns KERNELS test_graph_patterns_kernels.c ENVIRONMENT GRANUM_NUM_THREADS=4)
granum_test(test_graph_replay KERNELS test_graph_replay_kernels.c ENVIRONMENT GRANUM_NUM_THREADS=4)
granum_test(test_instance_launch KERNELS test_instance_launch_kernels.c ENVIRONMENT GRANUM_NUM_THREADS=4)
granum_test(test_launch_hosts KERNELS test_launch_hosts_kernels.c)
granum_test(test_launch_adapts KERNELS test_launch_adapts_kernels.c ENVIRONMENT GRANUM_NUM_THREADS=2)
granum_test(test_parallel_large KERNELS test_parallel_large_kernels.c LABELS large)
set_tests_properties(test_parallel_large PROPERTIES RESOURCE_LOCK memory)
if(NOT GRANUM_SANITIZE AND NOT GRANUM_COVERAGE AND NOT GRANUM_CHECKED AND "openmp" IN_LIST GRANUM_BACKENDS)
    file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/includes.txt CONTENT
        "include $<JOIN:$<REMOVE_DUPLICATES:$<TARGET_PROPERTY:granum,INTERFACE_INCLUDE_DIRECTORIES>>,\ninclude >\n")
    add_test(NAME same_bits_from_every_compiler COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/oracle/matrix.sh
        ${CMAKE_CURRENT_BINARY_DIR}/includes.txt $<TARGET_FILE:granum> ${CMAKE_CURRENT_BINARY_DIR}/matrix
        ${GRANUM_KERNEL_FLAGS})
    set_tests_properties(same_bits_from_every_compiler PROPERTIES TIMEOUT 300 LABELS "oracle;tree")
endif()
if(GRANUM_SANITIZE)
    # Many reducers in each launch: minutes of optimising what the sanitizers have put between them.
    set_property(SOURCE oracle/canonical_order_kernels.c test_reduce_locations_kernels.c test_reduce_results_kernels.c
        test_team_reduce_kernels.c
        APPEND PROPERTY COMPILE_OPTIONS -O0)
endif()
