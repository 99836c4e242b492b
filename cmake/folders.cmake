# One static library per folder: refloat_folder(NAME DIR public... [PRIVATE private...]). A folder that holds headers only becomes an interface library.
set(REFLOAT_PCH_HEADERS <nlohmann/json.hpp> <chrono> <functional> <map> <memory> <optional> <string> <string_view> <utility> <variant> <vector>)

# What a precompiled header is known by to ccache, beside it: its bytes are others in each checkout.
function(refloat_pch_sum target)
  set(sum "${ARGN} ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${nlohmann_json_VERSION} ${GTest_VERSION} ${REFLOAT_SANITIZE} ${CMAKE_BUILD_TYPE}")
  foreach(extension gch pch)
    file(CONFIGURE OUTPUT CMakeFiles/${target}.dir/cmake_pch.hxx.${extension}.sum CONTENT "${sum}\n" @ONLY)
  endforeach()
endfunction()

# Compiles the files of these targets REFLOAT_UNITY at a time: they include the same, and most of the compiler's work is done once. A name in
# an anonymous namespace is then seen by the others too, so folders where each file repeats the shape of its neighbours are left as they are.
function(refloat_unity)
  if(REFLOAT_UNITY)
    set_target_properties(${ARGN} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${REFLOAT_UNITY})
  endif()
endfunction()

function(refloat_folder name dir)
  cmake_parse_arguments(ARG "" "" "PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${dir}/*.cpp)
  get_filename_component(root ${dir} DIRECTORY)   # controller/kube is included as "kube/...", argo/client as "client/..."
  if(name STREQUAL "argo")
    set(root .)                                   # ... but "argo/client/..." reads better
  endif()
  if(NOT sources)
    add_library(refloat_${name} INTERFACE)
    target_include_directories(refloat_${name} INTERFACE ${CMAKE_SOURCE_DIR}/${root})
    target_link_libraries(refloat_${name} INTERFACE ${ARG_UNPARSED_ARGUMENTS})
    return()
  endif()
  add_library(refloat_${name} STATIC ${sources})
  target_include_directories(refloat_${name} PUBLIC ${CMAKE_SOURCE_DIR}/${root})
  target_link_libraries(refloat_${name} PUBLIC ${ARG_UNPARSED_ARGUMENTS} PRIVATE ${ARG_PRIVATE})
  if(REFLOAT_PCH)
    if(name STREQUAL "base")
      target_precompile_headers(refloat_base PRIVATE ${REFLOAT_PCH_HEADERS})
      refloat_pch_sum(refloat_base ${REFLOAT_PCH_HEADERS})
    else()
      target_precompile_headers(refloat_${name} REUSE_FROM refloat_base)
    endif()
  endif()
endfunction()
