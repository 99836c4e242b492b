#include "cache/records.h"

#include <gtest/gtest.h>

#include <string>

#include "argo/client/application.h"
#include "cache/object_reader.h"
#include "kube/cnpg_objects.h"
#include "kube/objects.h"
#include "unit/cache/generated.h"
#include "unit/support/shown.h"

namespace refloat {
namespace {

using test::Generated;
using test::shown;

Json shown(const WatchedProject& project) {
  return {shown(project.ref), project.resource_version, shown(project.project)};
}

WatchedProject parse_watched_project(const Json& object) {
  const ObjectRef ref{"AppProject", text_at(object, {"metadata", "namespace"}), text_at(object, {"metadata", "name"}),
                      text_at(object, {"metadata", "uid"})};
  return {ref, text_at(object, {"metadata", "resourceVersion"}), parse_project(object)};
}

struct RecordsOf : testing::Test {
  ObjectReader reader;
  Records records;

  // Through the record and back; what is kept beside the record is put back as the store does it.
  template <class T>
  T through_a_record(const T& read) {
    T back;
    const std::string record(records.encode(read));
    records.decode(record, back);
    EXPECT_EQ(records.whose(record).name, read.ref.name);
    EXPECT_EQ(records.whose(record).ns, read.ref.ns);
    EXPECT_EQ(std::string(records.encode(back)), record);
    back.resource_version = read.resource_version;
    return back;
  }

  // Where the reference can read the text, we give the same; where it cannot, an error or a value, but never a crash.
  template <class T, class Parse>
  void same(const std::string& text, Parse parse) {
    T read;
    const Result<> done = reader.read(text, read);
    const Result<Json> reference = parse_json(text);
    ASSERT_TRUE(done || !reference) << text;
    if (!done) return;
    const T back = through_a_record(read);
    if (!reference) return;
    ASSERT_EQ(shown(read), shown(parse(*reference))) << text;
    ASSERT_EQ(shown(back), shown(read)) << text;
  }

  void same_as_all_kinds(const std::string& text) {
    same<Application>(text, parse_application);
    same<WatchedProject>(text, parse_watched_project);
    same<Job>(text, parse_job);
    same<Pod>(text, parse_pod);
    same<Workload>(text, parse_workload);
    same<ReplicaSet>(text, parse_replica_set);
    same<Node>(text, parse_node);
    same<Claim>(text, parse_claim);
    same<ApplicationSet>(text, parse_application_set);
    same<PostgresCluster>(text, parse_postgres_cluster);
    same<PostgresDatabase>(text, parse_postgres_database);
    same<PostgresPooler>(text, parse_postgres_pooler);
  }

  static Json object(Generated& generated) {
    const std::string ns = generated.ns();
    const std::string name = generated.object_name();
    switch (generated.below(12)) {
      case 4: return generated.replica_set(ns, name);
      case 5: return generated.node(name);
      case 6: return generated.claim(ns, name);
      case 7: return generated.application_set(ns, name);
      case 8: return generated.postgres_cluster(ns, name);
      case 9: return generated.postgres_database(ns, name);
      case 10: return generated.postgres_pooler(ns, name);
      case 0: return generated.project(ns, name);
      case 1: return generated.job(ns, name);
      case 2: return generated.pod(ns, name);
      case 3: return generated.workload(generated.one_in(2) ? "Deployment" : "StatefulSet", ns, name);
      default: return generated.application(ns, name);
    }
  }
};

constexpr int rounds = 500;

TEST_F(RecordsOf, generated_objects_are_what_the_general_parser_gives) {
  Generated generated(1);
  for (int i = 0; i < rounds && !HasFatalFailure(); ++i) same_as_all_kinds(object(generated).dump());
}

TEST_F(RecordsOf, objects_with_missing_and_mistyped_members_too) {
  Generated generated(2);
  for (int i = 0; i < 3 * rounds && !HasFatalFailure(); ++i) {
    Json spoilt = object(generated);
    for (int times = generated.below(8); times >= 0; --times) generated.spoil(spoilt);
    same_as_all_kinds(spoilt.dump(generated.one_in(4) ? 2 : -1, ' ', generated.one_in(2)));
  }
}

TEST_F(RecordsOf, broken_texts_are_refused_or_read_but_never_fatal) {
  Generated generated(3);
  int refused = 0;
  for (int i = 0; i < 3 * rounds && !HasFatalFailure(); ++i) {
    const std::string text = generated.spoil_text(object(generated).dump());
    same_as_all_kinds(text);
    Application app;
    if (!reader.read(text, app)) ++refused;
  }
  EXPECT_GT(refused, rounds);
}

// A reason of the operator quotes what it could not use.
TEST_F(RecordsOf, why_a_role_cannot_be_reconciled_is_kept_nowhere) {
  Generated generated(6);
  for (int i = 0; i < 20; ++i) {
    PostgresCluster cluster;
    ASSERT_TRUE(reader.read(generated.postgres_cluster("a", "pg").dump(), cluster));
    EXPECT_EQ(records.encode(cluster).find("hunter2"), std::string_view::npos);
    EXPECT_EQ(shown(cluster).dump().find("hunter2"), std::string::npos);
  }
}

TEST_F(RecordsOf, what_is_no_object_or_has_members_twice_is_read_as_the_general_parser_does) {
  for (const char* text : {"", "null", "7", "\"x\"", "[]", "[{}]", "{}", "{\"metadata\":null}",
                           "{\"metadata\":{\"name\":\"a\",\"name\":\"b\"}}", "{\"metadata\":{\"name\":\"a\"},\"metadata\":{}}",
                           "{\"metadata\":{\"labels\":{\"x\":\"1\",\"x\":2}}}", "{\"m\\u0065tadata\":{\"n\\u0061me\":\"\\ud83d\\ude00\"}}",
                           "{\"metadata\":{\"name\":\"\\ud800\"}}", "{\"status\":{\"active\":99999999999999999999}}",
                           "{\"status\":{\"active\":1e3,\"failed\":-0}}", "{} x", "\xff", "{\"a\":\"\xff\"}"}) {
    same_as_all_kinds(text);
  }
}

TEST_F(RecordsOf, huge_and_deep_objects_are_no_exception) {
  Generated generated(4);
  Json app = generated.application("a", "huge");
  for (int i = 0; i < 3000; ++i) {
    const std::string name = "resource-" + std::to_string(i);
    app["status"]["resources"].push_back({{"kind", "Job"}, {"name", name}});
    app["metadata"]["labels"]["label-" + name] = name;
  }
  app["status"]["operationState"]["message"] = std::string(1 << 20, 'm');
  same_as_all_kinds(app.dump());
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "{\"a\":[";
  Job job;
  EXPECT_FALSE(reader.read(deep, job));
}

TEST_F(RecordsOf, equal_objects_have_equal_records_and_small_ones) {
  Generated generated(5);
  const Json object = generated.application("a", "one");
  Application first;
  ASSERT_TRUE(reader.read(object.dump(), first));
  const std::string record(records.encode(first));
  for (int i = 0; i < 200; ++i) {  // others fill the table of words in between
    Application other;
    ASSERT_TRUE(reader.read(generated.application("a", "x" + std::to_string(i)).dump(), other));
    records.encode(other);
  }
  EXPECT_EQ(std::string(records.encode(first)), record);
  EXPECT_LT(record.size(), object.dump().size() / 3);
}

TEST(WordTable, is_bounded_and_the_same_word_keeps_its_number) {
  Words words;
  const auto first = words.number_of("Deployment");
  for (int i = 0; i < 100000; ++i) (void)words.number_of("word-" + std::to_string(i));
  EXPECT_LT(words.size(), 10000U);
  EXPECT_EQ(words.number_of("Deployment"), first);
  EXPECT_EQ(words.number_of("word-99999"), std::nullopt);
  EXPECT_EQ(words.number_of(std::string(1000, 'w')), std::nullopt);
}

}  // namespace
}  // namespace refloat
