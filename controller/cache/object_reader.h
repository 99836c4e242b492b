// Reads the text of one watched object, as the API server wrote it, into its model: only the members that are needed, no document tree.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/object_ref.h"
#include "model/project.h"

namespace refloat {

// An AppProject and where it is.
struct WatchedProject {
  ObjectRef ref;
  std::string resource_version;
  AppProject project;
};

// Gives what argo/client/application.h, kube/objects.h and kube/cnpg_objects.h give for the same text. An error: the text is no JSON.
// Keeps its buffers from one object to the next, so one reader serves one thread.
class ObjectReader {
 public:
  ObjectReader();
  ~ObjectReader();
  ObjectReader(const ObjectReader&) = delete;
  ObjectReader& operator=(const ObjectReader&) = delete;

  // T is a type that is watched.
  template <class T>
  Result<> read(std::string_view text, T& into);

 private:
  struct Buffers;
  std::unique_ptr<Buffers> buffers_;
};

}  // namespace refloat
