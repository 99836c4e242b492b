// bootstrap: whether what the Stack declares as the result of its bootstrap is there, in the service's own data. A Job's old success is no
// proof.
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "detect/fact.h"
#include "detect/facts/facts.h"
#include "detect/judgement.h"
#include "detect/params.h"
#include "detect/schema_view.h"
#include "model/database_reading.h"
#include "model/evidence.h"
#include "model/stack.h"
#include "model/vocabulary.h"

namespace refloat {

namespace {

std::vector<std::string> missing_namespaces(const std::vector<std::string>& expected, const TemporalSchema& schema) {
  std::vector<std::string> out;
  for (const std::string& name : expected) {
    if (!contains(schema.namespaces, name)) out.push_back(name);
  }
  return out;
}

// The reading names only so many: one that is not among them may still exist.
bool list_is_cut(const TemporalSchema& schema) {
  return schema.namespaces_count > static_cast<std::int64_t>(schema.namespaces.size());
}

Judgement namespaces_there(const StackDatabase& database, const FactContext& context) {
  const SchemaView view = view_schema(database, context.snapshot);
  if (view.schema == nullptr) return judged_unknown(view.why);
  if (!view.schema->readable) return judged_unknown("the tables of database " + database.name + " may not be read");
  const std::vector<std::string> missing = missing_namespaces(context.stack->bootstrap.temporal_namespaces, *view.schema);
  if (missing.empty()) return judged_yes({quote_namespaces(view)});
  if (list_is_cut(*view.schema)) return judged_unknown("not all namespaces of database " + database.name + " were read");
  Evidence seen = quote_namespaces(view);
  seen.observed += "; missing: " + printable(join(missing, ", "), 120);
  return judged_no({seen});
}

Judgement query_holds(const FactContext& context) {
  const std::string& name = context.stack->bootstrap.query_database;
  const auto found = context.snapshot.databases.find(name);
  if (found == context.snapshot.databases.end() || found->second.reach != Reach::ok || !found->second.expect.asked) {
    return judged_unknown("bootstrap.expect.query was not asked of database " + name);
  }
  const ExpectAnswer& answer = found->second.expect;
  if (!answer.error.empty()) return judged_unknown("bootstrap.expect.query: " + printable(answer.error));
  return judged(answer.holds, {{"bootstrap.expect.query", answer.holds ? "true" : "false", found->second.at}});
}

Judgement expectation_met(const FactContext& context) {
  const BootstrapExpect& expect = context.stack->bootstrap;
  if (expect.empty()) return judged_unknown("the Stack does not declare bootstrap.expect");
  std::vector<Judgement> parts;
  for (const StackDatabase& database : context.stack->databases) {
    if (!expect.temporal_namespaces.empty() && database.dialect == "temporal") parts.push_back(namespaces_there(database, context));
  }
  if (!expect.query.empty()) parts.push_back(query_holds(context));
  return parts.empty() ? judged_unknown("no database of the Stack can hold bootstrap.expect.temporalNamespaces") : all_of(parts);
}

// Like negation_of, with the evidence of what is missing.
Judgement as_wanted(bool wanted, const Judgement& met) {
  return wanted ? met : negation_of(met);
}

Judgement judge_bootstrap(const Json& params, const FactContext& context) {
  if (context.stack == nullptr) return judged_no();
  std::vector<Judgement> parts;
  if (const auto wanted = bool_param(params, "declared")) parts.push_back(judged(*wanted != context.stack->bootstrap.empty()));
  if (const auto wanted = bool_param(params, "done")) parts.push_back(as_wanted(*wanted, expectation_met(context)));
  return all_of(parts);
}

}  // namespace

Fact bootstrap_fact() {
  FactSpec spec;
  spec.name = "bootstrap";
  spec.doc = "Whether what Stack.spec.bootstrap.expect declares is there, read from the service's database.";
  spec.params = {
      {"done", ParamSpec::Type::boolean, {}, false, "everything declared is there; unknown when nothing is declared or it cannot be read"},
      {"declared", ParamSpec::Type::boolean, {}, false, "the Stack declares what a finished bootstrap is"},
  };
  spec.reads = {Reading::database};
  return {spec, judge_bootstrap};
}

}  // namespace refloat
