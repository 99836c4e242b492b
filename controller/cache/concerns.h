// Whom a changed object concerns: which Stacks, and which Applications outside any Stack, must be looked at again.
#pragma once

#include <compare>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cache/kept_objects.h"
#include "cache/object_reader.h"
#include "model/application.h"
#include "model/application_set.h"
#include "model/claim.h"
#include "model/cnpg.h"
#include "model/job.h"
#include "model/node.h"
#include "model/object_ref.h"
#include "model/pod.h"
#include "model/replica_set.h"
#include "model/stack.h"
#include "model/vocabulary.h"
#include "model/workload.h"

namespace refloat {

// One unit of work: a Stack, or an Application outside any Stack.
struct Concern {
  enum class Of { stack, application };
  Of of = Of::application;
  std::string ns, name;

  auto operator<=>(const Concern&) const = default;
};

class Concerns {
 public:
  explicit Concerns(const KeptObjects& objects) : objects_(objects) {}

  // The Stacks there are. Marks those that are new or select something else than before, and the Applications of those that are gone.
  void set_stacks(std::vector<Stack> stacks);
  void put_stack(std::shared_ptr<const Stack> stack);
  void remove_stack(const std::string& ns, const std::string& name);
  // Whether some Stack names this Application.
  [[nodiscard]] bool in_stack(const std::string& ns, const std::string& application) const;
  // Objects of these kinds concern somebody; of the others that are optional, none does.
  void use_objects(std::set<ObjectKind> kinds) { in_use_ = std::move(kinds); }

  // Marks all whom a state of an object concerns; called with the one before a change and the one after it. May mark too many, never too
  // few.
  void mark(const Application& app);
  void mark(const WatchedProject& project);
  void mark(const Job& job);
  void mark(const Workload& workload);
  void mark(const Pod& pod);
  void mark(const ReplicaSet& set);
  void mark(const Node& node);
  void mark(const Claim& claim);
  void mark(const ApplicationSet& set);
  void mark(const PostgresCluster& cluster);
  void mark(const PostgresDatabase& database);
  void mark(const PostgresPooler& pooler);
  // Marks every Stack and every Application outside any; or only those of these namespaces.
  void mark_all();
  void mark_namespaces(const std::set<std::string>& of_stacks, const std::set<std::string>& of_applications);

  [[nodiscard]] bool any() const { return !marked_.empty(); }
  // What was marked since the last call.
  std::vector<Concern> take();

 private:
  using Name = std::pair<std::string, std::string>;  // namespace, name
  using Known = std::shared_ptr<const Stack>;
  void index(const Known& stack);
  void remove_from_index(const Stack& stack);
  void mark_applications(const Stack& stack);
  void adopt_marked(const Stack& stack);
  void mark_application(const std::string& ns, const std::string& name);
  void mark_tracking(const std::string& tracking_app);
  void mark_naming(const std::string& kind, const ObjectRef& ref);
  void mark_selecting(const std::string& ns, const std::map<std::string, std::string>& labels);
  void mark_owner(const std::string& uid);
  void mark_kept(const Kept& kept);
  void mark_cluster(const std::string& ns, const std::string& cluster);
  [[nodiscard]] bool uses(ObjectKind kind) const { return in_use_.contains(kind); }

  const KeptObjects& objects_;
  std::map<Name, Known> stacks_;
  std::map<Name, std::vector<Concern>> by_application_;
  std::map<std::string, std::vector<Known>> by_workload_namespace_;
  std::map<Name, std::vector<Concern>> by_postgres_cluster_;
  std::set<ObjectKind> in_use_;
  std::set<Concern> marked_;
};

}  // namespace refloat
