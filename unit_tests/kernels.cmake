# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Tests of the kernel language and its launches; included by CMakeLists.txt.

# What the results' bits are
granum_impl_test_program(canonical_order SOURCES oracle/canonical_order.c KERNELS oracle/canonical_order_kernels.c)
if(GRANUM_PYTHON)
    add_test(NAME canonical_order COMMAND ${GRANUM_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/oracle/canonical_order.py
        $<TARGET_FILE:canonical_order>)
    set_tests_properties(canonical_order PROPERTIES TIMEOUT 300 LABELS "unit;oracle")
endif()
