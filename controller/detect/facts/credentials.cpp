// credentials: the Secret the service logs in with against the one the role's password is set from. Verdicts only; no value reaches a fact.
#include <string>
#include <vector>

#include "base/json.h"
#include "detect/fact.h"
#include "detect/facts/facts.h"
#include "detect/judgement.h"
#include "detect/params.h"
#include "model/credential_reading.h"
#include "model/evidence.h"
#include "model/playbook.h"
#include "model/stack.h"
#include "model/vocabulary.h"

namespace refloat {

namespace {

std::string accepted_word(const CredentialReading& reading) {
  if (reading.with_connection == LoginAnswer::not_tried || reading.with_role == LoginAnswer::not_tried) return "untried";
  const bool connection = reading.with_connection == LoginAnswer::accepted;
  const bool role = reading.with_role == LoginAnswer::accepted;
  if (connection && role) return "both";
  if (connection) return "connection";
  return role ? "role" : "neither";
}

Evidence quote_comparison(const CredentialReading& reading) {
  return {"secrets " + reading.connection_secret + " and " + reading.role_secret,
          reading.differ ? "hold different passwords" : "hold the same password", reading.at};
}

Judgement judge_accepted(const std::vector<std::string>& wanted, const CredentialReading& reading) {
  const std::string word = accepted_word(reading);
  const std::string why = word == "untried" && !reading.detail.empty() ? ": " + reading.detail : "";
  const Evidence login{"login to database " + reading.database,
                       "accepted with: " + word + " (connection " + reading.connection_secret + ", role " + reading.role_secret + ")" + why,
                       reading.at};
  return judged(contains(wanted, word), {login});
}

Judgement judge_credentials_of(const Json& params, const StackDatabase& database, const FactContext& context) {
  const auto found = context.snapshot.credentials.find(database.name);
  const bool compared = found != context.snapshot.credentials.end() && found->second.compared;
  std::vector<Judgement> parts;
  if (const auto wanted = bool_param(params, "compared")) parts.push_back(judged(*wanted == compared));
  const auto differ = bool_param(params, "differ");
  const auto accepted = list_param(params, "accepted");
  if (!compared && (differ || accepted)) parts.push_back(judged_unknown("the Secrets of database " + database.name + " were not compared"));
  if (compared && differ) parts.push_back(judged(*differ == found->second.differ, {quote_comparison(found->second)}));
  if (compared && accepted) parts.push_back(judge_accepted(*accepted, found->second));
  return all_of(parts);
}

Judgement judge_credentials(const Json& params, const FactContext& context) {
  std::vector<Judgement> parts;
  for (const StackDatabase* database : target_databases(params, context)) parts.push_back(judge_credentials_of(params, *database, context));
  return parts.empty() ? judged_no() : all_of(parts);
}

}  // namespace

Fact credentials_fact() {
  FactSpec spec;
  spec.name = "credentials";
  spec.doc = "The Secret the service logs in with (connection) against the Secret the role's password is set from (role).";
  spec.scopes = {Scope::stack, Scope::database};
  spec.params = {
      {"database", ParamSpec::Type::text, {}, false, "its name in the Stack, or `all`; default: the subject, else all"},
      {"compared", ParamSpec::Type::boolean, {}, false, "both Secrets are declared and could be read and compared"},
      {"differ", ParamSpec::Type::boolean, {}, false, "their passwords differ"},
      {"accepted",
       ParamSpec::Type::text_list,
       {"connection", "role", "both", "neither", "untried"},
       false,
       "which of them the database accepts; untried = not both could be tried"},
  };
  spec.reads = {Reading::credentials};
  return {spec, judge_credentials};
}

}  // namespace refloat
