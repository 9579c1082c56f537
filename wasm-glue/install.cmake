# install.cmake: what `cmake --install` gives to web servers and to Node: the built embeds, and the package `retarget`.
# Both are made by other builds than this one (the preset wasm, web/build.mjs), so that what is missing is named here.
# SPDX-License-Identifier: MIT
set(built_web "${PROJECT_SOURCE_DIR}/build/web")
set(built_core "${PROJECT_SOURCE_DIR}/build/wasm/core.wasm")
install(CODE "
  foreach(file \"${built_core}\" \"${built_web}/retarget/widget-decline.js\")
    if(NOT EXISTS \"\${file}\")
      message(FATAL_ERROR \"\${file} is not built yet: ./dev build makes it. --component library installs without it.\")
    endif()
  endforeach()" COMPONENT web)

# What is published under a version never changes: pages have pinned it. (What it is compressed to may.)
install(CODE "
  file(GLOB_RECURSE pinned RELATIVE \"${built_web}\" \"${built_web}/v/*.js\")
  foreach(name IN LISTS pinned)
    set(there \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/retarget/web/\${name}\")
    if(EXISTS \"\${there}\")
      file(SHA256 \"\${there}\" published)
      file(SHA256 \"${built_web}/\${name}\" built)
      if(NOT published STREQUAL built)
        message(FATAL_ERROR \"\${there} is another file than the one built, and pages may have pinned it: \"
                \"raise RT_VERSION in core/base/version.h and build again, or remove its folder if nobody uses it.\")
      endif()
    endif()
  endforeach()" COMPONENT web)

# Adds and replaces, removes nothing: the versions before this one stay. `retarget serve` looks here
# (native-harness/CMakeLists.txt tells it).
install(DIRECTORY "${built_web}/" DESTINATION "${CMAKE_INSTALL_DATADIR}/retarget/web" COMPONENT web)

# Debian's place for packages of Node that are the same on every machine.
configure_file(node/package.json.in package.json @ONLY)
install(FILES node/index.mjs core_client.mjs constants.mjs "${built_core}" "${CMAKE_CURRENT_BINARY_DIR}/package.json"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/nodejs/retarget" COMPONENT web)
