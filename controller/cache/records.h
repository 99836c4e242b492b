// Compact records of watched objects: one run of bytes each, decoded into the model on demand.
#pragma once

#include <string_view>

#include "cache/object_reader.h"
#include "cache/pack.h"
#include "cache/words.h"
#include "model/application.h"
#include "model/job.h"
#include "model/object_ref.h"
#include "model/pod.h"
#include "model/workload.h"

namespace refloat {

// Encodes and decodes for one store; records of another one mean nothing here.
class Records {
 public:
  Records() : packer_(words_) {}

  // Valid until the next call. resourceVersion and unchanged_since are not part of a record.
  std::string_view encode(const Application& app);
  std::string_view encode(const WatchedProject& project);
  std::string_view encode(const Job& job);
  std::string_view encode(const Pod& pod);
  std::string_view encode(const Workload& workload);

  void decode(std::string_view record, Application& into) const;
  void decode(std::string_view record, WatchedProject& into) const;
  void decode(std::string_view record, Job& into) const;
  void decode(std::string_view record, Pod& into) const;
  void decode(std::string_view record, Workload& into) const;
  // Which object a record is about, without the rest; its kind stays empty.
  [[nodiscard]] ObjectRef whose(std::string_view record) const;

 private:
  Words words_;
  Packer packer_;
};

}  // namespace refloat
