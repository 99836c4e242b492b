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

// Who hears of them. Whatever came before of the same object holds no more, also where it cannot be taken in.
struct OwnObjectsHeard {
  std::function<void(const Json& object)> changed;
  // Nested too deep. The outline holds its metadata, and of its spec only what is neither object nor list.
  std::function<void(const Json& outline, const std::string& why)> unreadable;
  std::function<void(const std::string& name)> gone;  // "namespace/name"
};

class OwnObjects final : public ObjectSink {
 public:
  explicit OwnObjects(OwnObjectsHeard heard) : heard_(std::move(heard)) {}

  void list_begins() override { listed_.clear(); }
  void list_ends() override;
  void changed(std::string_view object) override;
  void deleted(std::string_view object) override;

 private:
  void note(const Json& object);

  OwnObjectsHeard heard_;
  std::set<std::string> known_, listed_;
};

}  // namespace refloat
