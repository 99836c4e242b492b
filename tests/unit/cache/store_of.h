// A cluster that is read by collect() and streamed into a store: what the tests of the store share.
#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cache/collect.h"
#include "cache/store.h"
#include "unit/support/fake_clock.h"
#include "unit/support/fake_kube.h"

namespace refloat::test {

inline const std::vector<Watched> kinds = {Watched::application,
                                           Watched::project,
                                           Watched::job,
                                           Watched::pod,
                                           Watched::deployment,
                                           Watched::stateful_set,
                                           Watched::replica_set,
                                           Watched::node,
                                           Watched::claim,
                                           Watched::application_set,
                                           Watched::postgres_cluster,
                                           Watched::postgres_database,
                                           Watched::postgres_pooler};
inline const std::set<ObjectKind> optional_kinds = {ObjectKind::replica_sets, ObjectKind::nodes, ObjectKind::claims,
                                                    ObjectKind::application_sets, ObjectKind::postgres_databases};

struct StoreOf : testing::Test {
  FakeKube kube;
  FakeClock clock;
  Store store{kube.address, clock};

  StoreOf() {
    kube.raw["/apis/postgresql.cnpg.io/v1"] = Json::object();
    for (const Watched what : kinds) {
      store.sink(what, "")->list_begins();
      store.sink(what, "")->list_ends();
    }
  }

  void put(Watched what, const Json& object) {
    const Resource at = at_of(what, object);
    kube.put(at.group, at.version, at.plural, object);
    store.sink(what, "")->changed(kube.find(at)->dump());
  }
  void drop(Watched what, const Json& object) {
    const Resource at = at_of(what, object);
    const Json* found = kube.find(at);
    if (found == nullptr) return;
    store.sink(what, "")->deleted(found->dump());
    kube.drop(at);
  }
  static Resource at_of(Watched what, const Json& object) {
    Resource at = resource_of(what, text_at(object, {"metadata", "namespace"}));
    at.name = text_at(object, {"metadata", "name"});
    return at;
  }
  static Json object(const std::string& ns, const std::string& name, Json body = Json::object()) {
    body["metadata"]["namespace"] = ns;
    body["metadata"]["name"] = name;
    if (!body["metadata"].contains("uid")) body["metadata"]["uid"] = "uid-" + name;
    return body;
  }
  static Json application(const std::string& name, const std::string& health = "Healthy", const std::string& ns = "argocd") {
    return object(ns, name,
                  {{"spec", {{"destination", {{"namespace", "app"}, {"server", "https://kubernetes.default.svc"}}}}},
                   {"status", {{"health", {{"status", health}}}}}});
  }
  static Json tracked(const std::string& name, const std::string& app, Json status = Json::object()) {
    const Json annotations = {{"argocd.argoproj.io/tracking-id", app + ":batch/Job:app/" + name}};
    return object("app", name, {{"metadata", {{"uid", "uid-" + name}, {"annotations", annotations}}}, {"status", std::move(status)}});
  }
  static Json owned(const std::string& name, const std::string& kind, const std::string& owner, const std::string& phase = "Running") {
    const Json owners = {{{"kind", kind}, {"name", owner}, {"uid", "uid-" + owner}, {"controller", true}}};
    return object("app", name, {{"metadata", {{"ownerReferences", owners}}}, {"status", {{"phase", phase}}}});
  }
  static Stack stack(const std::string& name, const std::string& app) {
    Stack stack;
    stack.name = name;
    stack.ns = "argocd";
    stack.applications = {{"runtime", app}};
    return stack;
  }

  std::vector<std::string> dirty() {
    std::vector<std::string> names;
    for (const Concern& concern : store.take_dirty()) {
      names.push_back((concern.of == Concern::Of::stack ? "stack " : "application ") + concern.ns + "/" + concern.name);
    }
    return names;
  }
};

}  // namespace refloat::test
