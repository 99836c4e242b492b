// A sink for the few objects of Refloat's own kinds: whole objects, and deletions that a list tells only by leaving something out.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/json.h"
#include "kube/object_sink.h"

namespace refloat {

class OwnObjects final : public ObjectSink {
 public:
  // `changed` gets every object that came; `gone` its "namespace/name".
  OwnObjects(std::function<void(const Json&)> changed, std::function<void(const std::string&)> gone)
      : changed_(std::move(changed)), gone_(std::move(gone)) {}

  void list_begins() override { listed_.clear(); }
  void list_ends() override;
  void changed(std::string_view object) override;
  void deleted(std::string_view object) override;

 private:
  std::function<void(const Json&)> changed_;
  std::function<void(const std::string&)> gone_;
  std::set<std::string> known_, listed_;
};

}  // namespace refloat
