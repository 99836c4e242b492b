#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "config/connection_reader.h"
#include "config/document.h"
#include "config/fields.h"
#include "config/mode_reader.h"
#include "config/object_limits.h"
#include "config/playbook_reader.h"
#include "config/stack_checks.h"
#include "config/words.h"
#include "config/yaml_node.h"
#include "model/place.h"
#include "model/playbook.h"
#include "model/stack.h"

namespace refloat {
namespace {

class StackReader {
 public:
  StackReader(Diagnostics& diagnostics, const std::vector<Playbook>* playbooks) : diagnostics_(diagnostics), playbooks_(playbooks) {}

  Stack read(const YamlNode& document);

 private:
  void read_spec(const YamlNode& node, Stack& stack);
  void read_applications(const YamlNode& node, Stack& stack);
  void read_workloads(const YamlNode& node, Stack& stack);
  void read_selector(const YamlNode& node, Stack& stack);
  void read_databases(const YamlNode& node, Stack& stack);
  void read_bootstrap(const YamlNode& node, Stack& stack);
  void read_expect(const YamlNode& node, BootstrapExpect& expect);
  void read_allow(const YamlNode& node, Stack& stack);
  void read_permission(const YamlNode& node, Stack& stack);
  void read_limits(const YamlNode& node, Limits& limits);

  Diagnostics& diagnostics_;
  const std::vector<Playbook>* playbooks_;  // null = not known
};

Stack StackReader::read(const YamlNode& document) {
  Stack stack;
  stack.mark = document.mark;
  Fields fields(document, "", diagnostics_);
  const Metadata metadata = read_header(fields, "Stack", diagnostics_);
  stack.name = metadata.name;
  stack.ns = metadata.ns.empty() ? "argocd" : metadata.ns;
  if (const YamlNode* spec = fields.get("spec", Need::required)) {
    read_spec(*spec, stack);
    check_stack(stack, *spec, diagnostics_);
  }
  fields.ignore({"status"});
  fields.done();
  return stack;
}

void StackReader::read_spec(const YamlNode& node, Stack& stack) {
  Fields fields(node, "spec", diagnostics_);
  stack.mode = fields.choice("mode", mode_words(), Mode::observe);
  if (const YamlNode* modes = fields.get("modeBySignature"))
    stack.mode_by_signature = read_modes(*modes, fields.path_of("modeBySignature"), {playbooks_, stack.ns}, diagnostics_);
  if (const YamlNode* applications = fields.get("applications", Need::required)) read_applications(*applications, stack);
  if (const YamlNode* workloads = fields.get("workloads")) read_workloads(*workloads, stack);
  if (const YamlNode* databases = fields.get("databases")) read_databases(*databases, stack);
  if (const YamlNode* bootstrap = fields.get("bootstrap")) read_bootstrap(*bootstrap, stack);
  if (const YamlNode* allow = fields.get("allow")) read_allow(*allow, stack);
  stack.pause_requests = fields.texts("pauseRequests");
  if (const YamlNode* limits = fields.get("limits")) read_limits(*limits, stack.limits);
  fields.done();
}

void StackReader::read_applications(const YamlNode& node, Stack& stack) {
  Fields fields(node, "spec.applications", diagnostics_);
  for (const std::string& role : role_words()) {
    const std::string application = fields.object_name(role);
    if (!application.empty()) stack.applications[role] = application;
  }
  fields.done();
  if (node.kind == YamlNode::Kind::map && node.entries.empty()) {
    diagnostics_.error(node.mark, "spec.applications names no Application", "roles: " + join(role_words(), ", "));
  }
}

void StackReader::read_workloads(const YamlNode& node, Stack& stack) {
  Fields fields(node, "spec.workloads", diagnostics_);
  const std::string cluster = fields.text("cluster");
  stack.workload_namespace = namespace_in(cluster == "in-cluster" ? "" : cluster, fields.object_name("namespace", Need::required));
  if (const YamlNode* selector = fields.get("selector")) read_selector(*selector, stack);
  fields.done();
}

void StackReader::read_selector(const YamlNode& node, Stack& stack) {
  if (node.kind != YamlNode::Kind::map || node.entries.empty()) {
    diagnostics_.error(node.mark, "spec.workloads.selector must be a map of labels",
                       "write {app.kubernetes.io/name: temporal}; an empty one would select every pod");
    return;
  }
  for (const YamlEntry& entry : node.entries) {
    const auto value = as_text(entry.value, "spec.workloads.selector." + printable(entry.key, 80), diagnostics_);
    if (value) stack.workload_selector[entry.key] = *value;
  }
}

void StackReader::read_databases(const YamlNode& node, Stack& stack) {
  if (node.kind != YamlNode::Kind::list) {
    diagnostics_.error(node.mark, "spec.databases must be a list", "write lines '- name: ...'");
    return;
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const std::string path = "spec.databases[" + std::to_string(i + 1) + "]";
    Fields fields(node.items[i], path, diagnostics_);
    StackDatabase database;
    database.name = fields.object_name("name", Need::required);
    if (const YamlNode* dialect = fields.get("dialect", Need::required)) {
      database.dialect = as_choice(*dialect, dialect_words(), fields.path_of("dialect"), diagnostics_).value_or("");
    }
    database.target = fields.version("target", Need::required);
    if (const YamlNode* connection = fields.get("connection", Need::required)) {
      database.connection = read_connection(*connection, fields.path_of("connection"), diagnostics_);
    }
    if (const YamlNode* secret = fields.get("roleSecret"))
      database.role_secret = read_secret_keys(*secret, fields.path_of("roleSecret"), diagnostics_);
    fields.done();
    stack.databases.push_back(std::move(database));
  }
}

void StackReader::read_bootstrap(const YamlNode& node, Stack& stack) {
  Fields fields(node, "spec.bootstrap", diagnostics_);
  if (const YamlNode* expect = fields.get("expect", Need::required)) read_expect(*expect, stack.bootstrap);
  fields.done();
}

void StackReader::read_expect(const YamlNode& node, BootstrapExpect& expect) {
  Fields fields(node, "spec.bootstrap.expect", diagnostics_);
  expect.temporal_namespaces = fields.texts("temporalNamespaces");
  expect.query = fields.text("query");
  expect.query_database = fields.text("database");
  fields.done();
  if (node.kind == YamlNode::Kind::map && expect.empty()) {
    diagnostics_.error(node.mark, "spec.bootstrap.expect expects nothing", "give temporalNamespaces, or query and database");
  }
  if (expect.query.empty() != expect.query_database.empty()) {
    diagnostics_.error(node.mark, "spec.bootstrap.expect needs 'query' and 'database' together",
                       "database is the name of one of spec.databases");
  }
}

void StackReader::read_allow(const YamlNode& node, Stack& stack) {
  if (node.kind != YamlNode::Kind::list) {
    diagnostics_.error(node.mark, "spec.allow must be a list",
                       "write [" + join(words_of(permission_words()), ", ") + "] as far as it is wanted");
    return;
  }
  for (const YamlNode& item : node.items) read_permission(item, stack);
}

void StackReader::read_permission(const YamlNode& node, Stack& stack) {
  if (node.kind == YamlNode::Kind::map) {
    Fields fields(node, "an item of spec.allow", diagnostics_);
    const auto finalizers = fields.texts("finalizers");
    if (finalizers.empty())
      diagnostics_.error(node.mark, "an item of spec.allow allows nothing", "write - finalizers: [the.finalizer/name]");
    stack.allowed_finalizers.insert(stack.allowed_finalizers.end(), finalizers.begin(), finalizers.end());
    fields.done();
    return;
  }
  std::vector<std::string> names = words_of(permission_words());
  names.emplace_back("finalizers");
  if (node.text == "finalizers") {
    diagnostics_.error(node.mark, "spec.allow: finalizers must be named one by one", "write - finalizers: [the.finalizer/name]");
    return;
  }
  const auto word = as_choice(node, names, "an item of spec.allow", diagnostics_);
  for (const auto& [name, permission] : permission_words()) {
    if (word == name) stack.allow.push_back(permission);
  }
}

void StackReader::read_limits(const YamlNode& node, Limits& limits) {
  Fields fields(node, "spec.limits", diagnostics_);
  limits.operation_stuck_after = fields.duration("operationStuckAfter").value_or(limits.operation_stuck_after);
  limits.hook_terminating_after = fields.duration("hookTerminatingAfter").value_or(limits.hook_terminating_after);
  limits.settle = fields.duration("settle").value_or(limits.settle);
  limits.attempts_per_step = fields.integer("attemptsPerStep", 1, 20, limits.attempts_per_step);
  limits.step_timeout = fields.duration("stepTimeout").value_or(limits.step_timeout);
  limits.objects_max = fields.integer("objectsMax", 1, 1000, limits.objects_max);
  limits.attempts_max = fields.integer("attemptsMax", 1, 20, limits.attempts_max);
  limits.recoveries_max = fields.integer("recoveriesMax", 1, 100, limits.recoveries_max);
  limits.attempts_window = fields.duration("attemptsWindow").value_or(limits.attempts_window);
  limits.history_max = fields.integer("historyMax", 1, 100, limits.history_max);
  fields.done();
}

std::size_t errors_in(const Diagnostics& diagnostics) {
  const auto& all = diagnostics.all();
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const Diagnostic& one) { return one.level == Level::error; }));
}

std::optional<Stack> read_one(const YamlNode& document, Diagnostics& diagnostics, const std::vector<Playbook>* playbooks) {
  const std::size_t before = errors_in(diagnostics);
  Stack stack = StackReader(diagnostics, playbooks).read(document);
  if (errors_in(diagnostics) != before) return std::nullopt;
  return stack;
}

// `kubectl get stacks -o yaml` prints a List; what it holds counts as documents.
std::vector<const YamlNode*> unwrap(const std::vector<YamlNode>& documents) {
  std::vector<const YamlNode*> stacks;
  for (const YamlNode& document : documents) {
    const YamlNode* items = kind_of(document) == "List" ? document.find("items") : nullptr;
    if (items == nullptr) {
      stacks.push_back(&document);
      continue;
    }
    for (const YamlNode& item : items->items) stacks.push_back(&item);
  }
  return stacks;
}

}  // namespace

std::vector<Stack> read_stacks(const std::string& yaml, const std::string& file, Diagnostics& diagnostics,
                               const std::vector<Playbook>* playbooks) {
  const std::size_t before = errors_in(diagnostics);
  const std::vector<YamlNode> documents = parse_yaml(yaml, file, diagnostics);
  const std::vector<const YamlNode*> nodes = unwrap(documents);
  if (nodes.empty() && errors_in(diagnostics) == before)
    diagnostics.error({file, 1, 1}, "holds no Stack", "it needs kind: Stack with metadata and spec");
  std::vector<Stack> stacks;
  std::set<std::pair<std::string, std::string>> seen;
  for (const YamlNode* node : nodes) {
    std::optional<Stack> stack = read_one(*node, diagnostics, playbooks);
    if (!stack) continue;
    if (!seen.insert({stack->ns, stack->name}).second) {
      diagnostics.error(stack->mark, "Stack " + stack->ns + "/" + stack->name + " stands twice in this file",
                        "remove one, or give it another name");
      continue;
    }
    stacks.push_back(std::move(*stack));
  }
  return stacks;
}

std::optional<Stack> read_stack_object(const Json& object, Diagnostics& diagnostics, const std::vector<Playbook>* playbooks) {
  const std::string where = "Stack " + text_at(object, {"metadata", "namespace"}) + "/" + text_at(object, {"metadata", "name"});
  if (const std::string beyond = beyond_limits(size_of(at_path(object, {"spec"}))); !beyond.empty()) {
    diagnostics.error({where, 0, 0}, "spec " + beyond, {});
    return std::nullopt;
  }
  std::optional<Stack> stack = read_one(node_from_json(object, where), diagnostics, playbooks);
  if (!stack) return stack;
  stack->uid = text_at(object, {"metadata", "uid"});
  stack->resource_version = text_at(object, {"metadata", "resourceVersion"});
  stack->generation = int_at(object, {"metadata", "generation"});
  return stack;
}

}  // namespace refloat
