# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From a Python function to C, in stages: each a module, in the order of their numbers.

    stage1_source   a function's text and syntax tree, with places
    stage2_syntax   what the language does not have is refused
    stage3_infer    types; the typed tree of tree.py
    stage4_effects  which arguments are read, written, updated; which updates race
    stage5_bounds   the range of each index, as checks before the launch
    stage6_emit     C for functions and bodies (what it calls is in c_runtime.py)
    stage7_entry    the C file and its entries

Other modules of a stage carry its number; the one named here is where it begins. interpret.py runs
kernels by CPython instead.
"""
