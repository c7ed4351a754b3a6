# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# What granum_kernels() makes of FP and ORDER: their defaults, their values, and the message for others.
# usage: cmake -D SOURCE=<granum> -P kernels_choices.cmake; with -D VALUE=<bad> it is the child that must fail
include(${SOURCE}/cmake/GranumKernels.cmake)

if(DEFINED VALUE)
    granum_impl_choice(order ORDER "${VALUE}" any fixed)
    return()
endif()
foreach(given "" any fixed)
    set(expected ${given})
    if(NOT given)
        set(expected fixed)
    endif()
    granum_impl_choice(order ORDER "${given}" any fixed)
    if(NOT order STREQUAL expected)
        message(FATAL_ERROR "ORDER \"${given}\" became \"${order}\", expected ${expected}")
    endif()
endforeach()
foreach(bad fast ANY anyone "any;fixed")
    execute_process(COMMAND ${CMAKE_COMMAND} -D SOURCE=${SOURCE} "-DVALUE=${bad}" -P ${CMAKE_CURRENT_LIST_FILE}
        RESULT_VARIABLE status ERROR_VARIABLE said OUTPUT_QUIET)
    string(REGEX REPLACE "[ \n]+" " " said "${said}")
    string(FIND "${said}" "granum_kernels: ORDER is \"${bad}\", expected any or fixed" place)
    if(status EQUAL 0 OR place LESS 0)
        message(FATAL_ERROR "ORDER \"${bad}\": status ${status} and \"${said}\", expected a message that names any and fixed")
    endif()
endforeach()
