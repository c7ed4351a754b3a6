# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# granum_device_library(<target>): a vendor's library, beside libgranum.so, which loads it when a device is first wanted.

function(granum_device_library target)
    set_target_properties(${target} PROPERTIES
        CXX_STANDARD 17
        CXX_STANDARD_REQUIRED ON
        CXX_VISIBILITY_PRESET hidden
        VISIBILITY_INLINES_HIDDEN ON
        LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}
        INSTALL_RPATH $ORIGIN
    )
    target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
    target_compile_options(${target} PRIVATE -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)
    granum_warnings(${target})
    granum_instrument(${target})
    install(TARGETS ${target} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()
