# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# granum_warnings(<target>...): the warnings that granum's own files are held to. Never exported.

function(granum_warnings)
    foreach(target IN LISTS ARGN)
        target_compile_options(${target} PRIVATE
            -Wall -Wextra -Wconversion
            $<$<COMPILE_LANGUAGE:C>:-Wc++-compat -Wstrict-prototypes -Wmissing-prototypes>
            # {0} sets a whole struct in C, and in C++ too; only there it draws a warning.
            $<$<COMPILE_LANGUAGE:CXX>:-Wno-missing-field-initializers>
            # nvcc has a word of its own for it, which kernel files get anyway.
            $<$<AND:$<BOOL:${GRANUM_WARNINGS_AS_ERRORS}>,$<NOT:$<COMPILE_LANGUAGE:CUDA>>>:-Werror>
        )
    endforeach()
endfunction()

# granum_instrument(<target>...): coverage where it was asked for, in granum's own files only.
function(granum_instrument)
    if(GRANUM_COVERAGE)
        foreach(target IN LISTS ARGN)
            target_compile_options(${target} PRIVATE --coverage -fprofile-update=atomic)
            target_link_options(${target} PRIVATE --coverage)
        endforeach()
    endif()
endfunction()
