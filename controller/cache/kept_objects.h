// The records of all watched objects, by kind, namespace and name, with the links between them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/time.h"
#include "cache/links.h"
#include "cache/records.h"
#include "cache/tombstones.h"
#include "cache/watched.h"
#include "model/application.h"
#include "model/object_ref.h"

namespace refloat {

// One record and what is kept beside it.
struct Kept {
  std::string record;
  std::string version;       // resourceVersion
  Time since{};              // when this version was first seen
  std::uint32_t list = 0;    // the number of its stream's list that named it last
  std::uint16_t stream = 0;  // which stream brings it
  Watched what = Watched::application;
};

// Which stream says something, in which of its lists, and when we hear it.
struct Told {
  Watched what = Watched::application;
  std::uint16_t stream = 0;
  std::uint32_t list = 0;
  Time at{};
  bool in_list = false;  // a list is the server's present state, even where that is older: it may have been restored from a backup
};

// What one event did: the object before and after. Both empty: nothing that is kept has changed.
template <class T>
struct Change {
  std::optional<T> before, after;
};

class KeptObjects {
 public:
  using Named = std::map<std::string, Kept, std::less<>>;
  using Table = std::map<std::string, Named, std::less<>>;

  // Outside of a list an older version than the kept one, or than the one that was deleted, changes nothing.
  template <class T>
  Change<T> put(const T& object, const Told& told);
  template <class T>
  Change<T> remove(const T& last_state, const Told& told);
  // Removes what the stream's latest list has not named; calls gone(object) for each.
  template <class T, class Gone>
  void sweep(const Told& told, Gone gone);

  [[nodiscard]] const Kept* find(Watched what, std::string_view ns, std::string_view name) const;
  // Of one namespace, by name.
  [[nodiscard]] const Named& in_namespace(Watched what, std::string_view ns) const;
  [[nodiscard]] const Table& all(Watched what) const { return tables_[static_cast<std::size_t>(what)]; }
  [[nodiscard]] std::vector<const Kept*> linked(Link link) const { return links_.find(link); }
  [[nodiscard]] ObjectRef whose(const Kept& kept) const { return records_.whose(kept.record); }
  template <class T>
  [[nodiscard]] T decode(const Kept& kept) const;

 private:
  Table& table(Watched what) { return tables_[static_cast<std::size_t>(what)]; }
  template <class T>
  Change<T> add(const T& object, const Told& told);
  template <class T>
  Change<T> replace(Kept& kept, const T& object, const Told& told);

  std::array<Table, watched_count> tables_;
  Links links_;
  Records records_;
  Tombstones tombstones_;
};

// --- templates ---------------------------------------------------------------------------------------------------------------------

template <class T>
T KeptObjects::decode(const Kept& kept) const {
  T object;
  records_.decode(kept.record, object);
  object.resource_version = kept.version;
  if constexpr (std::is_same_v<T, Application>) object.unchanged_since = kept.since;
  return object;
}

template <class T>
Change<T> KeptObjects::put(const T& object, const Told& told) {
  Named& named = table(told.what)[object.ref.ns];
  const auto found = named.find(object.ref.name);
  if (found == named.end()) return add(object, told);
  Kept& kept = found->second;
  kept.list = told.list;
  kept.stream = told.stream;
  if (!told.in_list && is_older(object.resource_version, kept.version)) return {};
  return replace(kept, object, told);
}

template <class T>
Change<T> KeptObjects::add(const T& object, const Told& told) {
  if (!told.in_list && !tombstones_.lets_in(told.what, object.ref, object.resource_version)) return {};
  Kept& kept = table(told.what)[object.ref.ns][object.ref.name];
  kept = {std::string(records_.encode(object)), object.resource_version, told.at, told.list, told.stream, told.what};
  links_.add(links_of(object), kept);
  return {std::nullopt, object};
}

template <class T>
Change<T> KeptObjects::replace(Kept& kept, const T& object, const Told& told) {
  if (kept.version != object.resource_version) kept.since = told.at;
  kept.version = object.resource_version;
  const std::string_view record = records_.encode(object);
  if (record == kept.record) return {};
  Change<T> change{decode<T>(kept), object};
  kept.record = std::string(record);
  const std::vector<Link> before = links_of(*change.before);
  const std::vector<Link> after = links_of(object);
  if (before != after) {
    links_.remove(before, kept);
    links_.add(after, kept);
  }
  return change;
}

template <class T>
Change<T> KeptObjects::remove(const T& last_state, const Told& told) {
  Named& named = table(told.what)[last_state.ref.ns];
  const auto found = named.find(last_state.ref.name);
  if (found == named.end() || (!told.in_list && is_older(last_state.resource_version, found->second.version))) return {};
  tombstones_.put(told.what, last_state.ref, last_state.resource_version);
  Change<T> change{decode<T>(found->second), std::nullopt};
  links_.remove(links_of(*change.before), found->second);
  named.erase(found);
  if (named.empty()) table(told.what).erase(last_state.ref.ns);
  return change;
}

template <class T, class Gone>
void KeptObjects::sweep(const Told& told, Gone gone) {
  Table& kind = table(told.what);
  for (auto ns = kind.begin(); ns != kind.end();) {
    Named& named = ns->second;
    for (auto at = named.begin(); at != named.end();) {
      Kept& kept = at->second;
      const bool stays = kept.stream != told.stream || kept.list == told.list;
      if (stays) {
        ++at;
        continue;
      }
      const T object = decode<T>(kept);
      links_.remove(links_of(object), kept);
      at = named.erase(at);
      gone(object);
    }
    ns = named.empty() ? kind.erase(ns) : std::next(ns);
  }
}

}  // namespace refloat
