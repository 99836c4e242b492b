// The API server: preconditions, patches, finalizers, lists.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "conformance/conformance_test.h"
#include "conformance/simulated.h"

namespace refloat::conformance {
namespace {

Json named(const char* kind, const std::string& name) {
  return {{"apiVersion", "v1"}, {"kind", kind}, {"metadata", {{"name", name}}}};
}

class Objects : public Conformance {
 protected:
  Json make_config(const std::string& name, Json labels = Json::object()) {
    Json body = named("ConfigMap", name);
    body["metadata"]["labels"] = std::move(labels);
    auto made = api().create(core("configmaps", ""), body, {});
    EXPECT_TRUE(made) << made.error().message;
    return made ? *made : Json();
  }
  Result<Json> merge(const Resource& object, const Json& patch, bool dry_run = false) {
    return api().patch(object, PatchType::merge, patch, {.dry_run = dry_run});
  }
  static std::string version(const Json& object) { return text_at(object, {"metadata", "resourceVersion"}); }
  Json make_app() {
    Resource path = app_path();
    path.name.clear();
    auto made = api().create(path, application(Json()), {});
    EXPECT_TRUE(made) << made.error().message;
    return made ? *made : Json();
  }
};

using ConformanceOfObjects = Objects;

TEST_F(ConformanceOfObjects, stale_merge_patch_is_409) {
  const Json first = make_config("c");
  ASSERT_TRUE(merge(core("configmaps", "c"), {{"data", {{"a", "1"}}}}));
  auto stale = merge(core("configmaps", "c"), {{"metadata", {{"resourceVersion", version(first)}}}, {"data", {{"a", "2"}}}});
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().kind, ErrorKind::stale);
  EXPECT_EQ(text_at(read(core("configmaps", "c")), {"data", "a"}), "1");
}

TEST_F(ConformanceOfObjects, failed_json_patch_test_is_422) {
  make_config("c");
  auto refused = api().patch(
      core("configmaps", "c"), PatchType::json,
      {{{"op", "test"}, {"path", "/metadata/uid"}, {"value", "other"}}, {{"op", "add"}, {"path", "/data"}, {"value", {{"a", "1"}}}}}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_NE(refused.error().message.find("422"), std::string::npos) << refused.error().message;
}

TEST_F(ConformanceOfObjects, patch_with_other_uid_is_refused) {
  make_config("c");
  auto refused = merge(core("configmaps", "c"), {{"metadata", {{"uid", "00000000-0000-0000-0000-000000000000"}}}, {"data", {{"a", "1"}}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid) << refused.error().message;
  EXPECT_FALSE(read(core("configmaps", "c")).contains("data"));
}

TEST_F(ConformanceOfObjects, strategic_patch_of_custom_resource_is_refused) {
  make_app();
  auto refused = api().patch(app_path(), PatchType::strategic, {{"metadata", {{"labels", {{"a", "b"}}}}}}, {});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("415"), std::string::npos) << refused.error().message;
}

TEST_F(ConformanceOfObjects, application_has_no_status_path) {
  make_app();
  Resource status = app_path();
  status.subresource = "status";
  auto refused = merge(status, {{"status", {{"sourceType", "x"}}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::not_found);
}

TEST_F(ConformanceOfObjects, application_patch_writes_everything) {
  make_app();
  auto patched =
      merge(app_path(),
            {{"spec", {{"revisionHistoryLimit", 3}}}, {"status", {{"sourceType", "Directory"}}}, {"metadata", {{"labels", {{"a", "b"}}}}}});
  ASSERT_TRUE(patched) << patched.error().message;
  EXPECT_EQ(int_at(*patched, {"spec", "revisionHistoryLimit"}), 3);
  EXPECT_EQ(text_at(*patched, {"status", "sourceType"}), "Directory");
}

TEST_F(ConformanceOfObjects, delete_preconditions_are_checked) {
  const Json first = make_config("c");
  ASSERT_TRUE(merge(core("configmaps", "c"), {{"data", {{"a", "1"}}}}));
  DeleteOptions other_uid;
  other_uid.uid = "00000000-0000-0000-0000-000000000000";
  DeleteOptions old_version;
  old_version.resource_version = version(first);
  for (const DeleteOptions& options : {other_uid, old_version}) {
    auto refused = api().remove(core("configmaps", "c"), options);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::stale);
  }
  DeleteOptions right;
  right.uid = text_at(first, {"metadata", "uid"});
  EXPECT_TRUE(api().remove(core("configmaps", "c"), right));
  EXPECT_TRUE(read(core("configmaps", "c")).is_null());
}

TEST_F(ConformanceOfObjects, dry_run_changes_nothing) {
  const Json before = make_config("c");
  auto patched = merge(core("configmaps", "c"), {{"data", {{"a", "1"}}}}, true);
  ASSERT_TRUE(patched);
  EXPECT_EQ(text_at(*patched, {"data", "a"}), "1");
  DeleteOptions options;
  options.dry_run = true;
  EXPECT_TRUE(api().remove(core("configmaps", "c"), options));
  EXPECT_TRUE(api().create(core("configmaps", ""), named("ConfigMap", "d"), {.dry_run = true}));
  EXPECT_EQ(version(read(core("configmaps", "c"))), version(before));
  EXPECT_TRUE(read(core("configmaps", "d")).is_null());
  auto refused = api().create(job_path(""),
                              {{"apiVersion", "batch/v1"},
                               {"kind", "Job"},
                               {"metadata", {{"name", "j"}}},
                               {"spec", {{"template", {{"spec", {{"restartPolicy", "Never"}}}}}}}},
                              {.dry_run = true});
  ASSERT_FALSE(refused) << "a dry run validates";
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
}

TEST_F(ConformanceOfObjects, create_of_existing_is_a_conflict) {
  make_config("c");
  auto refused = api().create(core("configmaps", ""), named("ConfigMap", "c"), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::stale);
}

TEST_F(ConformanceOfObjects, last_finalizer_removes_the_object) {
  make_config("c");
  ASSERT_TRUE(merge(core("configmaps", "c"), {{"metadata", {{"finalizers", {"test.example/hold"}}}}}));
  ASSERT_TRUE(api().remove(core("configmaps", "c"), {}));
  ASSERT_TRUE(read(core("configmaps", "c"))["metadata"].contains("deletionTimestamp"));
  ASSERT_TRUE(api().patch(core("configmaps", "c"), PatchType::json,
                          {{{"op", "test"}, {"path", "/metadata/finalizers/0"}, {"value", "test.example/hold"}},
                           {{"op", "remove"}, {"path", "/metadata/finalizers/0"}}},
                          {}));
  EXPECT_TRUE(read(core("configmaps", "c")).is_null());
}

TEST_F(ConformanceOfObjects, no_finalizer_on_a_deleting_object) {
  make_config("c");
  ASSERT_TRUE(merge(core("configmaps", "c"), {{"metadata", {{"finalizers", {"test.example/hold"}}}}}));
  ASSERT_TRUE(api().remove(core("configmaps", "c"), {}));
  auto refused = merge(core("configmaps", "c"), {{"metadata", {{"finalizers", {"test.example/hold", "test.example/more"}}}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_TRUE(merge(core("configmaps", "c"), {{"metadata", {{"finalizers", nullptr}}}}));
}

TEST_F(ConformanceOfObjects, status_is_a_resource_of_its_own) {
  ASSERT_TRUE(api().create(job_path(""), job("j", {600, 0}), {}));
  ASSERT_TRUE(until([&] { return int_at(read(job_path("j")), {"status", "active"}) == 1; }));
  auto patched = merge(job_path("j"), {{"status", {{"failed", 7}}}, {"metadata", {{"labels", {{"a", "b"}}}}}});
  ASSERT_TRUE(patched);
  EXPECT_EQ(int_at(*patched, {"status", "failed"}), 0);
  EXPECT_EQ(text_at(*patched, {"metadata", "labels", "a"}), "b");
}

TEST_F(ConformanceOfObjects, job_template_is_immutable) {
  ASSERT_TRUE(api().create(job_path(""), job("j", {1, 0}), {}));
  auto refused = merge(job_path("j"), {{"spec", {{"template", {{"spec", {{"terminationGracePeriodSeconds", 7}}}}}}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_TRUE(merge(job_path("j"), {{"spec", {{"activeDeadlineSeconds", 100}}}}));
}

TEST_F(ConformanceOfObjects, empty_update_keeps_the_version) {
  const Json before = make_config("c", {{"a", "b"}});
  auto patched = merge(core("configmaps", "c"), {{"metadata", {{"labels", {{"a", "b"}}}}}});
  ASSERT_TRUE(patched);
  EXPECT_EQ(version(*patched), version(before));
}

TEST_F(ConformanceOfObjects, selectors_select) {
  make_config("one", {{"tier", "web"}});
  make_config("two", {{"tier", "db"}, {"old", ""}});
  make_config("three");
  const auto names = [&](const std::string& labels) {
    ListOptions options;
    options.label_selector = labels;
    std::vector<std::string> found;
    auto list = api().list(core("configmaps", ""), options);
    for (const Json& item : list ? list->items : std::vector<Json>{}) {
      if (text_at(item, {"metadata", "name"}) != "kube-root-ca.crt") {
        found.push_back(text_at(item, {"metadata", "name"}));
      }
    }
    return found;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names("tier=web"), Names{"one"});
  EXPECT_EQ(names("tier in (web,db)"), (Names{"one", "two"}));
  EXPECT_EQ(names("tier,!old"), Names{"one"});
  EXPECT_EQ(names("tier!=web"), (Names{"three", "two"}));
  EXPECT_EQ(names("tier notin (web,db)"), Names{"three"});
}

TEST_F(ConformanceOfObjects, pages_make_a_whole_list) {
  for (int i = 0; i < 7; ++i) {
    make_config("c" + std::to_string(i), {{"mine", "1"}});
  }
  ListOptions options;
  options.label_selector = "mine=1";
  options.page_size = 3;
  auto list = api().list(core("configmaps", ""), options);
  ASSERT_TRUE(list);
  EXPECT_EQ(list->items.size(), 7U);
  EXPECT_FALSE(list->resource_version.empty());
}

TEST_F(ConformanceOfObjects, secret_string_data_is_encoded) {
  Json secret = named("Secret", "s");
  secret["stringData"] = {{"word", "hello"}};
  auto made = api().create(core("secrets", ""), secret, {});
  ASSERT_TRUE(made);
  EXPECT_EQ(text_at(*made, {"data", "word"}), "aGVsbG8=");
  EXPECT_FALSE(made->contains("stringData"));
}

TEST_F(ConformanceOfObjects, lease_update_needs_the_version) {
  const Resource lease{"coordination.k8s.io", "v1", "leases", fixture->ns(), "l", ""};
  Resource leases = lease;
  leases.name.clear();
  auto made = api().create(leases,
                           {{"apiVersion", "coordination.k8s.io/v1"},
                            {"kind", "Lease"},
                            {"metadata", {{"name", "l"}}},
                            {"spec", {{"holderIdentity", "one"}, {"leaseDurationSeconds", 15}}}},
                           {});
  ASSERT_TRUE(made) << made.error().message;
  Json mine = *made;
  mine["spec"]["holderIdentity"] = "two";
  ASSERT_TRUE(api().replace(lease, mine, {}));
  Json other = *made;
  other["spec"]["holderIdentity"] = "three";
  auto refused = api().replace(lease, other, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::stale);
  EXPECT_EQ(text_at(read(lease), {"spec", "holderIdentity"}), "two");
}

}  // namespace
}  // namespace refloat::conformance
