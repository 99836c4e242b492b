// Reads the text of one watched object, as the API server wrote it, into its model: only the members that are needed, no document tree.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "model/application.h"
#include "model/job.h"
#include "model/pod.h"
#include "model/project.h"
#include "model/workload.h"

namespace refloat {

// An AppProject and where it is.
struct WatchedProject {
  ObjectRef ref;
  std::string resource_version;
  AppProject project;
};

// Gives what argo/client/application.h and kube/objects.h give for the same text. An error: the text is no JSON.
// Keeps its buffers from one object to the next, so one reader serves one thread.
class ObjectReader {
 public:
  ObjectReader();
  ~ObjectReader();
  ObjectReader(const ObjectReader&) = delete;
  ObjectReader& operator=(const ObjectReader&) = delete;

  Result<> read(std::string_view text, Application& into);
  Result<> read(std::string_view text, WatchedProject& into);
  Result<> read(std::string_view text, Job& into);
  Result<> read(std::string_view text, Pod& into);
  Result<> read(std::string_view text, Workload& into);

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;
};

}  // namespace refloat
