#include "config/document.h"

#include <string>

#include "base/diagnostics.h"
#include "config/fields.h"
#include "config/yaml_node.h"
#include "model/api_version.h"

namespace refloat {

std::string kind_of(const YamlNode& document) {
  const YamlNode* kind = document.find("kind");
  return kind == nullptr ? "" : kind->text;
}

Metadata read_header(Fields& document, const std::string& kind, Diagnostics& diagnostics) {
  if (const YamlNode* version = document.get("apiVersion", Need::required))
    (void)as_choice(*version, {our_api_version}, "apiVersion", diagnostics);
  if (const YamlNode* written = document.get("kind", Need::required)) (void)as_choice(*written, {kind}, "kind", diagnostics);
  Metadata metadata;
  const YamlNode* node = document.get("metadata", Need::required);
  if (node == nullptr) return metadata;
  Fields fields(*node, "metadata", diagnostics);
  metadata.name = fields.object_name("name", Need::required);
  metadata.ns = fields.object_name("namespace");
  fields.ignore({"labels", "annotations", "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "ownerReferences",
                 "finalizers", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "generateName"});
  fields.done();
  return metadata;
}

}  // namespace refloat
