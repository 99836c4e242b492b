#include "simulation/churn/crowd.h"

#include <cstdio>
#include <cstdlib>
#include <map>

#include "base/base64.h"
#include "cli/demo/stage.h"
#include "sim/control_plane.h"

namespace refloat::simulation {

namespace {

// The one that is copied; wherever this word stands, a copy's own stands instead.
constexpr const char* pattern_word = "tpl";
constexpr const char* argo_namespace = "argocd";
constexpr const char* uid_prefix = "51a7e5c0-0000-4000-8000-";
constexpr std::size_t uid_bytes = 36;

sim::TemporalNames pattern_names() {
  sim::TemporalNames names;
  names.prefix = "tpl-";
  names.ns = "tpl-env";
  names.argo_ns = argo_namespace;
  names.user = "tpl_user";
  names.database = "tpl_db";
  names.visibility_database = "tpl_visibility";
  return names;
}

sim::ClusterOptions options() {
  sim::ClusterOptions options;
  options.request_takes = Duration(3);
  return options;
}

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "churn: %s\n", why.c_str());
  std::exit(1);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
  return text;
}

// What belongs to the Stack, without the controllers' own means.
std::vector<Json> objects_of(DemoStage& stage) {
  std::vector<Json> out;
  for (const auto& [key, object] : stage.cluster().api().store().all()) {
    const bool mine = key.ns == stage.names().ns || key.name == stage.names().ns || key.plural == "stacks" ||
                      (key.plural == "applications" && key.name.starts_with(stage.names().prefix));
    if (mine && key.plural != "events") out.push_back(object);
  }
  return out;
}

// Equal uids stay equal, and none is anybody else's.
std::string with_own_uids(std::string text, sim::ObjectStore& store, std::map<std::string, std::string>& uids) {
  for (auto at = text.find(uid_prefix); at != std::string::npos; at = text.find(uid_prefix, at + uid_bytes)) {
    const auto [known, is_new] = uids.try_emplace(text.substr(at, uid_bytes));
    if (is_new) known->second = store.new_uid();
    text.replace(at, uid_bytes, known->second);
  }
  return text;
}

Tenant tenant_of(const std::string& id) {
  Tenant tenant;
  tenant.id = id;
  tenant.argo_ns = argo_namespace;
  tenant.ns = id + "-env";
  tenant.user = id + "_user";
  const sim::TemporalNames names;
  tenant.migrations = id + "-" + names.migrations_app;
  tenant.runtime = id + "-" + names.runtime_app;
  tenant.bootstrap = id + "-" + names.bootstrap_app;
  tenant.hook_job = id + "-" + names.hook_job;
  tenant.bootstrap_job = id + "-" + names.bootstrap_job;
  tenant.deployments = {id + "-data-temporal-frontend", id + "-data-temporal-backend"};
  return tenant;
}

void fit(Json& object, const Tenant& tenant, const Json& limits) {
  object["metadata"].erase("resourceVersion");
  if (object.value("kind", "") == "Secret") object["data"]["username"] = base64_encode(tenant.user);
  if (object.value("kind", "") != "Stack") return;
  object["metadata"]["name"] = tenant.id;
  object["spec"]["mode"] = "Auto";
  if (!limits.is_null()) object["spec"]["limits"] = limits;
}

}  // namespace

Crowd::Crowd(int stacks, const Json& limits) : cluster_(options()) {
  auto server = std::make_shared<MemoryServer>();
  auto stage = DemoStage::start(server, pattern_names());
  if (!stage) give_up(stage.error().message);
  address_ = (*stage)->postgres().host() + ":" + std::to_string((*stage)->postgres().port());
  for (const char* part : {"argo", "applicationset", "jobs", "kubelet", "deployments", "garbage-collector"})
    cluster_.set_running(part, false);  // the churn writes what they would
  cluster_.clock().advance((*stage)->cluster().now() - cluster_.now());
  const std::vector<Json> objects = objects_of(**stage);
  for (int number = 0; number < stacks; ++number) {
    copy(number, objects, limits);
    copy_databases(tenants_.back(), *server);
  }
}

void Crowd::copy(int number, const std::vector<Json>& objects, const Json& limits) {
  char id[16];
  std::snprintf(id, sizeof id, "s%03d", number);
  tenants_.push_back(tenant_of(id));
  tenants_.back().drops_hooks = number % 2 == 1;
  std::map<std::string, std::string> uids;
  for (const Json& pattern : objects) {
    const std::string text = with_own_uids(replaced(pattern.dump(), pattern_word, id), api().store(), uids);
    Json object = Json::parse(text);
    fit(object, tenants_.back(), limits);
    const Resource at = cluster_.admin().resource_of(object);
    api().store().put({at.group, at.plural, at.ns, at.name}, std::move(object));
  }
}

// As its own migration would have left them.
void Crowd::copy_databases(const Tenant& tenant, MemoryServer& from) {
  const sim::TemporalNames names = pattern_names();
  (void)databases_.create_role(tenant.user, names.password);
  for (const std::string& pattern : {names.database, names.visibility_database}) {
    const std::string own = replaced(pattern, pattern_word, tenant.id);
    (void)databases_.create_database(own, tenant.user);
    MemorySchema& schema = databases_.find(own)->schema;
    schema = from.find(pattern)->schema;
    for (auto& [name, table] : schema.tables) table.owner = tenant.user;
    for (MemoryRow& row : schema.tables["schema_version"].rows) row["db_name"] = own;
  }
}

}  // namespace refloat::simulation
