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

# `retarget serve` looks here (native-harness/CMakeLists.txt tells it).
install(DIRECTORY "${built_web}/" DESTINATION "${CMAKE_INSTALL_DATADIR}/retarget/web" COMPONENT web)

# Debian's place for packages of Node that are the same on every machine.
configure_file(node/package.json.in package.json @ONLY)
install(FILES node/index.mjs core_client.mjs constants.mjs "${built_core}" "${CMAKE_CURRENT_BINARY_DIR}/package.json"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/nodejs/retarget" COMPONENT web)
