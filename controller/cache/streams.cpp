#include "cache/streams.h"

#include <optional>
#include <string>

#include "base/result.h"
#include "cache/gap.h"
#include "cache/watched.h"
#include "kube/kube_api.h"
#include "model/place.h"
#include "model/snapshot.h"

namespace refloat {

Streams::Stream& Streams::at(Watched what, const std::string& ns) {
  const auto [entry, is_new] = streams_.try_emplace({what, ns});
  if (is_new) entry->second.number = ++last_number_;
  return entry->second;
}

void Streams::forget(Watched what, const std::string& ns) {
  streams_.erase({what, ns});
}

const Streams::Stream* Streams::covering(Watched what, const std::string& ns) const {
  for (const std::string& scope : {namespace_in(place_of(ns).cluster, ""), ns}) {
    const auto found = streams_.find({what, scope});
    if (found != streams_.end()) return &found->second;
  }
  return nullptr;
}

std::optional<Unexamined> Streams::gap(Watched what, const std::string& ns) const {
  const Resource resource = resource_of(what, ns);
  const std::string name = qualified(resource) + " " + where(resource.ns);
  const Stream* stream = covering(what, ns);
  if (stream == nullptr) return Unexamined{name, "not watched", ErrorKind::invalid};
  if (!stream->listed) return Unexamined{name, "not listed yet", ErrorKind::transient};
  return std::nullopt;
}

}  // namespace refloat
