# Built-in playbooks, CRDs and the JSON Schema travel inside the binary: the files under playbooks/ and manifests/crds/ become one generated .cpp.
# A new file is noticed by CONFIGURE_DEPENDS, a changed one by DEPENDS. None at all is fine: then the list is empty.
file(GLOB embedded_files CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
  ${CMAKE_SOURCE_DIR}/playbooks/*/playbook.yaml
  ${CMAKE_SOURCE_DIR}/playbooks/schema.json
  ${CMAKE_SOURCE_DIR}/manifests/crds/*.yaml)
list(SORT embedded_files)

set(embedded_list ${CMAKE_BINARY_DIR}/embedded/files.txt)
set(embedded_source ${CMAKE_BINARY_DIR}/embedded/embedded_files.cpp)
file(CONFIGURE OUTPUT ${embedded_list} CONTENT "${embedded_files}")   # written only when the list changes, so that a removed file is noticed too
list(TRANSFORM embedded_files PREPEND ${CMAKE_SOURCE_DIR}/ OUTPUT_VARIABLE embedded_paths)

add_custom_command(
  OUTPUT ${embedded_source}
  COMMAND ${CMAKE_COMMAND} -DROOT=${CMAKE_SOURCE_DIR} -DLIST=${embedded_list} -DOUT=${embedded_source} -P ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
  DEPENDS ${embedded_paths} ${embedded_list} ${CMAKE_SOURCE_DIR}/cmake/embed_files.cmake
  COMMENT "Embedding playbooks and CRDs"
  VERBATIM)
target_sources(refloat_config PRIVATE ${embedded_source})
