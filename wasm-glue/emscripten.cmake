# emscripten.cmake: every flag of the wasm link, with its reason.
# The compile flags (-Oz -flto, and the three features below) are in the preset `wasm`: the rooms of core/ must be
# compiled with them too. So is -finline-functions: with -Oz emcc forbids LLVM to inline at all, and what Binaryen inlines
# later nobody simplifies any more.
# SPDX-License-Identifier: MIT

# exports.txt is the whole border, a name a line; lines that start with # are comments.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/exports.txt")
set(RT_WASM_EXPORTS "")
if(EXISTS "${CMAKE_CURRENT_LIST_DIR}/exports.txt")
  file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/exports.txt" RT_WASM_EXPORTS REGEX "^[A-Za-z_]")
endif()
list(TRANSFORM RT_WASM_EXPORTS STRIP)
list(REMOVE_ITEM RT_WASM_EXPORTS memory) # exported by the linker in any case
list(TRANSFORM RT_WASM_EXPORTS PREPEND "_" OUTPUT_VARIABLE emscripten_exports) # Emscripten's spelling of a C symbol
list(JOIN emscripten_exports "," emscripten_exports)

# Instructions that every browser has that can show the overlay (Safari 15 is the youngest of the oldest): copying and
# filling memory, which replaces memcpy and memset, extending signs, and numbers that do not trap when converted.
set(RT_WASM_FEATURES --enable-bulk-memory --enable-sign-ext --enable-nontrapping-float-to-int)

set(RT_WASM_LINK_OPTIONS
  -sSTANDALONE_WASM            # no JavaScript runtime of Emscripten's: 2.4 kB brotli saved, and the import list stays empty
  --no-entry                   # a library: there is no main
  -Oz                          # bytes over the wire matter more than nanoseconds; Binaryen runs with the same aim
  -flto                        # across rooms: what the border does not reach is dropped
  -Wl,-mllvm,-inline-threshold=-20 # only what is called once, or shorter than its call, goes to where it is called from
  -sINITIAL_MEMORY=131072      # 128 KiB, two pages: 16 KiB embed + 48 KiB scratch + 36 KiB input + stack + tables
  -sALLOW_MEMORY_GROWTH=0      # fixed: a view on memory made once stays valid, and a leak cannot hide
  -sTOTAL_STACK=8192           # four times of what the deepest path takes; tests/wasm measures it
  -Wl,--stack-first            # an overflow runs below address 0 and traps instead of writing over data
  -sFILESYSTEM=0               # nothing here opens files
  -sERROR_ON_UNDEFINED_SYMBOLS=1 # an import would be a hole in "the core asks for nothing"
  "-sEXPORTED_FUNCTIONS=${emscripten_exports}")

# Emscripten exports more than it is asked for (_initialize, stackSave, __errno_location, the table); the border is
# exports.txt and nothing else. wasm-metadce, part of Binaryen, drops every export that is not a root of this graph,
# and all code that only those reached. _initialize would run constructors: C without constructors has none.
set(RT_WASM_BORDER "${CMAKE_CURRENT_BINARY_DIR}/border.json")
set(nodes "{\"name\": \"memory\", \"export\": \"memory\", \"root\": true}")
foreach(name IN LISTS RT_WASM_EXPORTS)
  string(APPEND nodes ",\n{\"name\": \"${name}\", \"export\": \"${name}\", \"root\": true}")
endforeach()
file(CONFIGURE OUTPUT "${RT_WASM_BORDER}" CONTENT "[\n@nodes@\n]\n" @ONLY)

