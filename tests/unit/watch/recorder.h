// A sink that writes down what it is told, and texts as the API server writes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "kube/object_sink.h"

namespace refloat::test {

// "begin", "+name@version", "-name@version", "end".
class Recorder final : public ObjectSink {
 public:
  void list_begins() override { told.emplace_back("begin"); }
  void list_ends() override { told.emplace_back("end"); }
  void changed(std::string_view object) override { told.push_back("+" + name_of(object)); }
  void deleted(std::string_view object) override { told.push_back("-" + name_of(object)); }
  // What was told since the last call.
  std::vector<std::string> take() { return std::exchange(told, {}); }

  std::vector<std::string> told;

 private:
  static std::string name_of(std::string_view object) {
    const Result<Json> json = parse_json(object);
    if (!json) return "nonsense: " + std::string(object);
    return text_at(*json, {"metadata", "name"}) + "@" + text_at(*json, {"metadata", "resourceVersion"});
  }
};

inline Json object(const std::string& name, const std::string& version) {
  return {{"kind", "Pod"},
          {"metadata", {{"name", name}, {"resourceVersion", version}}},
          {"spec", {{"note", "a \"quoted\" \\ {[,]} \xE2\x9B\xB5"}}}};
}

inline std::string event(const std::string& type, const std::string& name, const std::string& version) {
  return R"({"type":")" + type + R"(","object":)" + object(name, version).dump() + "}\n";
}

inline std::string bookmark(const std::string& version, bool ends_list = false) {
  Json metadata = {{"resourceVersion", version}};
  if (ends_list) metadata["annotations"] = {{"k8s.io/initial-events-end", "true"}};
  return Json{{"type", "BOOKMARK"}, {"object", {{"kind", "Pod"}, {"metadata", metadata}}}}.dump() + "\n";
}

inline std::string error_event(int code, const std::string& reason, const std::string& words = "the words") {
  return Json{{"type", "ERROR"}, {"object", {{"kind", "Status"}, {"code", code}, {"reason", reason}, {"message", words}}}}.dump() + "\n";
}

inline std::string page(const std::vector<Json>& items, const std::string& version, const std::string& token = {}) {
  return Json{
      {"kind", "PodList"}, {"apiVersion", "v1"}, {"metadata", {{"resourceVersion", version}, {"continue", token}}}, {"items", items}}
      .dump();
}

}  // namespace refloat::test
