#include "cache/records.h"

#include <string_view>

#include "cache/members.h"
#include "cache/object_reader.h"
#include "cache/pack.h"
#include "cache/words.h"
#include "model/application.h"
#include "model/job.h"
#include "model/object_ref.h"
#include "model/pod.h"
#include "model/workload.h"

namespace refloat {
namespace {

template <class T>
std::string_view encoded(Packer& packer, const T& value) {
  packer.begin();
  members(packer, value);
  return packer.bytes();
}

template <class T>
void decoded(const Words& words, std::string_view record, T& into) {
  Unpacker unpacker(words, record);
  members(unpacker, into);
}

}  // namespace

std::string_view Records::encode(const Application& app) {
  return encoded(packer_, app);
}
std::string_view Records::encode(const WatchedProject& project) {
  return encoded(packer_, project);
}
std::string_view Records::encode(const Job& job) {
  return encoded(packer_, job);
}
std::string_view Records::encode(const Pod& pod) {
  return encoded(packer_, pod);
}
std::string_view Records::encode(const Workload& workload) {
  return encoded(packer_, workload);
}

void Records::decode(std::string_view record, Application& into) const {
  decoded(words_, record, into);
}
void Records::decode(std::string_view record, WatchedProject& into) const {
  decoded(words_, record, into);
}
void Records::decode(std::string_view record, Job& into) const {
  decoded(words_, record, into);
}
void Records::decode(std::string_view record, Pod& into) const {
  decoded(words_, record, into);
}
void Records::decode(std::string_view record, Workload& into) const {
  decoded(words_, record, into);
}

ObjectRef Records::whose(std::string_view record) const {
  Unpacker unpacker(words_, record);
  ObjectRef ref;
  unpacker.text(ref.ns);
  unpacker.text(ref.name);
  unpacker.uid(ref.uid);
  return ref;
}

}  // namespace refloat
