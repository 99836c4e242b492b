#include "cache/records.h"

#include <string_view>

#include "cache/members.h"
#include "cache/pack.h"
#include "model/object_ref.h"

namespace refloat {

template <class T>
std::string_view Records::encode(const T& object) {
  packer_.begin();
  members(packer_, object);
  return packer_.bytes();
}

template <class T>
void Records::decode(std::string_view record, T& into) const {
  Unpacker unpacker(words_, record);
  members(unpacker, into);
}

template std::string_view Records::encode(const Application& object);
template void Records::decode(std::string_view record, Application& into) const;
template std::string_view Records::encode(const WatchedProject& object);
template void Records::decode(std::string_view record, WatchedProject& into) const;
template std::string_view Records::encode(const Job& object);
template void Records::decode(std::string_view record, Job& into) const;
template std::string_view Records::encode(const Pod& object);
template void Records::decode(std::string_view record, Pod& into) const;
template std::string_view Records::encode(const Workload& object);
template void Records::decode(std::string_view record, Workload& into) const;
template std::string_view Records::encode(const ReplicaSet& object);
template void Records::decode(std::string_view record, ReplicaSet& into) const;
template std::string_view Records::encode(const Node& object);
template void Records::decode(std::string_view record, Node& into) const;
template std::string_view Records::encode(const Claim& object);
template void Records::decode(std::string_view record, Claim& into) const;
template std::string_view Records::encode(const ApplicationSet& object);
template void Records::decode(std::string_view record, ApplicationSet& into) const;
template std::string_view Records::encode(const PostgresCluster& object);
template void Records::decode(std::string_view record, PostgresCluster& into) const;
template std::string_view Records::encode(const PostgresDatabase& object);
template void Records::decode(std::string_view record, PostgresDatabase& into) const;
template std::string_view Records::encode(const PostgresPooler& object);
template void Records::decode(std::string_view record, PostgresPooler& into) const;

ObjectRef Records::whose(std::string_view record) const {
  Unpacker unpacker(words_, record);
  ObjectRef ref;
  unpacker.text(ref.ns);
  unpacker.text(ref.name);
  unpacker.uid(ref.uid);
  return ref;
}

}  // namespace refloat
