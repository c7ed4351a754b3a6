# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Install: the library, its headers, the CMake package, two pkg-config files.
include(CMakePackageConfigHelpers)

# Each include root is a set of its own; all end in one folder.
get_target_property(granum_header_sets granum INTERFACE_HEADER_SETS)
list(TRANSFORM granum_header_sets REPLACE "(.+)" "FILE_SET;\\1;DESTINATION;${CMAKE_INSTALL_INCLUDEDIR}")
install(TARGETS granum EXPORT granum-targets
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    ${granum_header_sets}
)
set(granum_cmake_folder ${CMAKE_INSTALL_LIBDIR}/cmake/granum)
install(EXPORT granum-targets NAMESPACE granum:: DESTINATION ${granum_cmake_folder})
configure_package_config_file(cmake/granum-config.cmake.in granum-config.cmake
    INSTALL_DESTINATION ${granum_cmake_folder})
write_basic_package_version_file(granum-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
    ${CMAKE_CURRENT_BINARY_DIR}/granum-config.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/granum-config-version.cmake
    cmake/GranumKernels.cmake
    DESTINATION ${granum_cmake_folder}
)
install(PROGRAMS cmake/granum-hipcc.sh DESTINATION ${granum_cmake_folder})

# pkg-config cannot see which compiler asks, so clang's extra flags are a module of their own: granum-clang.
file(RELATIVE_PATH granum_prefix_from_pc
    /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
list(JOIN GRANUM_KERNEL_CLANG_FLAGS " " granum_kernel_clang_flags)
if(GRANUM_CHECKED)
    set(granum_definitions "-DGRANUM_CHECKED=1")
endif()
foreach(name granum granum-clang)
    configure_file(cmake/${name}.pc.in ${name}.pc @ONLY)
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()

# gdb looks for a script of this name beside a library.
set(granum_gdb_script libgranum.so.${PROJECT_VERSION}-gdb.py)
configure_file(tools/gdb/granum_gdb.py ${CMAKE_CURRENT_BINARY_DIR}/${granum_gdb_script} COPYONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/${granum_gdb_script} DESTINATION ${CMAKE_INSTALL_LIBDIR})
