// database: whether a database can be reached, how, and who else is at work in it.
#include <string>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "detect/fact.h"
#include "detect/facts/facts.h"
#include "detect/judgement.h"
#include "detect/params.h"
#include "model/database_reading.h"
#include "model/evidence.h"
#include "model/job.h"
#include "model/playbook.h"
#include "model/stack.h"
#include "model/vocabulary.h"

namespace refloat {

namespace {

Evidence quote(const DatabaseReading& reading, const std::string& words) {
  return {"database " + reading.name, words + (reading.address.empty() ? "" : " (" + reading.address + ")"), reading.at};
}

Judgement judge_reach(const std::vector<std::string>& wanted, const DatabaseReading& reading) {
  if (reading.reach == Reach::ok) return judged(contains(wanted, to_string(Reach::ok)));
  const std::string words = reading.detail.empty() ? std::string(to_string(reading.reach)) : printable(reading.detail);
  return judged(contains(wanted, to_string(reading.reach)), {quote(reading, words)});
}

// The other client's session, or a live pod of a Job of the migrations Application; "" = none.
std::string running_migrator(const DatabaseReading& reading, const FactContext& context) {
  if (!reading.migrators.empty()) {
    const MigratorSession& session = reading.migrators.front();
    return printable("session " + std::to_string(session.pid) + " of " + session.user + " (" + session.application + "): " + session.doing,
                     160);
  }
  const RoleTarget migrations = target_application(Json{{"role", "migrations"}}, context);
  if (migrations.application == nullptr) return {};
  for (const Job* job : context.snapshot.jobs_of(*migrations.application)) {
    if (context.snapshot.live_pod_of(*job) != nullptr) return "job " + job->ref.name + " runs";
  }
  return {};
}

// A migrator ends by itself, hence soon.
Judgement judge_migrator(bool wanted, const DatabaseReading& reading, const FactContext& context) {
  const std::string running = running_migrator(reading, context);
  if (wanted) return judged(!running.empty(), {quote(reading, running)});
  if (running.empty()) return judged_yes();
  return judged_soon(context.now + limits_of(context).settle, "a migrator is at work: " + running);
}

Judgement judge_flag(const Json& params, const char* name, bool actual, const char* when_true, const char* when_false,
                     const DatabaseReading& reading) {
  const auto wanted = bool_param(params, name);
  if (!wanted) return judged_yes();
  return judged(*wanted == actual, {quote(reading, actual ? when_true : when_false)});
}

Judgement judge_connected(const Json& params, const DatabaseReading& reading, const FactContext& context) {
  std::vector<Judgement> parts{
      judge_flag(params, "direct", reading.direct, "answers directly", "answers through a pooler", reading),
      judge_flag(params, "standby", reading.in_recovery, "is a standby", "is the primary", reading),
      judge_flag(params, "superuser", reading.superuser, "the role is superuser", "the role is no superuser", reading),
  };
  if (const auto wanted = bool_param(params, "migratorRunning")) parts.push_back(judge_migrator(*wanted, reading, context));
  return all_of(parts);
}

// What only a connection can tell; `reach` alone is known without one.
bool asks_for_connection(const Json& params) {
  return params.contains("direct") || params.contains("standby") || params.contains("superuser") || params.contains("migratorRunning");
}

Judgement judge_one_database(const Json& params, const StackDatabase& database, const FactContext& context) {
  const auto found = context.snapshot.databases.find(database.name);
  if (found == context.snapshot.databases.end()) return judged_unknown("database " + database.name + " was not read");
  const DatabaseReading& reading = found->second;
  if (reading.reach == Reach::unexamined) {
    return judged_unknown("database " + database.name + " was not examined" + (reading.detail.empty() ? "" : ": " + reading.detail));
  }
  std::vector<Judgement> parts;
  if (const auto wanted = list_param(params, "reach")) parts.push_back(judge_reach(*wanted, reading));
  if (asks_for_connection(params)) {
    parts.push_back(reading.reach == Reach::ok ? judge_connected(params, reading, context)
                                               : judged_unknown("database " + database.name + " cannot be reached"));
  }
  return all_of(parts);
}

Judgement judge_database(const Json& params, const FactContext& context) {
  std::vector<Judgement> parts;
  for (const StackDatabase* database : target_databases(params, context)) parts.push_back(judge_one_database(params, *database, context));
  if (parts.empty()) return judged_no();
  return text_param(params, "database") == "any" ? any_of(parts) : all_of(parts);
}

}  // namespace

Fact database_fact() {
  FactSpec spec;
  spec.name = "database";
  spec.doc = "Whether a database can be reached, how, and who else is at work in it.";
  spec.scopes = {Scope::stack, Scope::database};
  spec.params = {
      {"database", ParamSpec::Type::text, {}, false, "its name in the Stack, `all` or `any`; default: the subject, else all"},
      {"reach",
       ParamSpec::Type::text_list,
       {"ok", "refusedCredentials", "noDatabase", "unreachable", "notAccepting"},
       false,
       "any of these outcomes of connecting with the service's own credentials"},
      {"direct", ParamSpec::Type::boolean, {}, false, "true: PostgreSQL itself answers. false: a pooler does"},
      {"standby", ParamSpec::Type::boolean, {}, false, "the server is in recovery and cannot be written to"},
      {"superuser", ParamSpec::Type::boolean, {}, false, "the service's role is superuser"},
      {"migratorRunning",
       ParamSpec::Type::boolean,
       {},
       false,
       "a schema migrator is connected, or a pod of a migrations Job has not ended; false is `soon` while one runs"},
  };
  spec.reads = {Reading::database};
  return {spec, judge_database};
}

}  // namespace refloat
