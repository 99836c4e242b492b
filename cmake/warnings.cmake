# Warnings are errors from the first commit. -Wnull-dereference is left out under sanitizers: their instrumentation makes it fire inside libstdc++.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wduplicated-cond -Wlogical-op)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC 12 reports these inside std::string of libstdc++ at -O2 although nothing is out of bounds (GCC bugs 105329, 105651).
    add_compile_options(-Wno-array-bounds -Wno-restrict -Wno-stringop-overread)
  endif()
else()
  # clang lays libstdc++ 12's own use of what it deprecates (in std::stable_sort) at our door; GCC, which builds the program, checks ours.
  add_compile_options(-Wno-deprecated-declarations)
endif()
add_compile_definitions(_GLIBCXX_ASSERTIONS)
if(REFLOAT_SANITIZE)
  add_compile_options(-fsanitize=${REFLOAT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  string(REPLACE ",fuzzer-no-link" "" link_sanitizers "${REFLOAT_SANITIZE}")   # only the fuzzers link libFuzzer
  add_link_options(-fsanitize=${link_sanitizers})
endif()
