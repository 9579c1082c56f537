# install.cmake: what `cmake --install` gives to C programs: libretarget.a, the headers it is used by, and what pkg-config
# and find_package need to find both. Paths inside are relative to the files themselves, so that the tree can be moved.
# SPDX-License-Identifier: MIT
include(CMakePackageConfigHelpers)

# All rooms in one archive: six libraries in the right order are our affair, not a user's.
add_library(rt_library STATIC)
set_target_properties(rt_library PROPERTIES OUTPUT_NAME retarget EXPORT_NAME retarget LINKER_LANGUAGE C)
foreach(room rt_base rt_domain rt_codec rt_flow rt_surface rt_embed)
  if(CMAKE_INTERPROCEDURAL_OPTIMIZATION)
    # The objects of such a build hold this compiler's intermediate code, which no other compiler or version can link.
    get_target_property(sources ${room} SOURCES)
    target_sources(rt_library PRIVATE ${sources})
  else()
    target_sources(rt_library PRIVATE $<TARGET_OBJECTS:${room}>)
  endif()
endforeach()
set_target_properties(rt_library PROPERTIES INTERPROCEDURAL_OPTIMIZATION OFF)
target_compile_options(rt_library PRIVATE ${RT_WARNINGS} -ffunction-sections -fdata-sections)
target_include_directories(rt_library PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}" "${CMAKE_CURRENT_BINARY_DIR}/generated")
target_include_directories(rt_library SYSTEM PRIVATE "${RT_CJSON_DIR}")
target_include_directories(rt_library INTERFACE "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")

file(GLOB headers CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*/*.h" "${CMAKE_CURRENT_SOURCE_DIR}/*/*.def")
set(public_headers "${PROJECT_BINARY_DIR}/include/retarget")
add_custom_command(OUTPUT "${public_headers}/embed/embed.h" VERBATIM
  DEPENDS ${headers} public_headers.cmake
  COMMAND "${CMAKE_COMMAND}" "-DFROM=${CMAKE_CURRENT_SOURCE_DIR}" "-DTO=${public_headers}" -P "${CMAKE_CURRENT_SOURCE_DIR}/public_headers.cmake")
add_custom_target(rt_public_headers DEPENDS "${public_headers}/embed/embed.h")
add_dependencies(rt_library rt_public_headers)

set(cmake_directory "${CMAKE_INSTALL_LIBDIR}/cmake/retarget")
install(TARGETS rt_library EXPORT retarget COMPONENT library)
install(DIRECTORY "${public_headers}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT library)
install(EXPORT retarget NAMESPACE retarget:: FILE retarget-config.cmake DESTINATION "${cmake_directory}" COMPONENT library)
write_basic_package_version_file(retarget-config-version.cmake COMPATIBILITY SameMajorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/retarget-config-version.cmake" DESTINATION "${cmake_directory}" COMPONENT library)

file(RELATIVE_PATH prefix_from_here "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" prefix_from_here "${prefix_from_here}")
configure_file(retarget.pc.in retarget.pc @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/retarget.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT library)
