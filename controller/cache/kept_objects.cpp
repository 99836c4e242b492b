#include "cache/kept_objects.h"

#include <string_view>

#include "cache/watched.h"

namespace refloat {

const Kept* KeptObjects::find(Watched what, std::string_view ns, std::string_view name) const {
  const Named& named = in_namespace(what, ns);
  const auto found = named.find(name);
  return found == named.end() ? nullptr : &found->second;
}

const KeptObjects::Named& KeptObjects::in_namespace(Watched what, std::string_view ns) const {
  static const Named none;
  const Table& kind = all(what);
  const auto found = kind.find(ns);
  return found == kind.end() ? none : found->second;
}

}  // namespace refloat
