// job: what has become of all Jobs of an Application, hooks or not (batch/v1 Job conditions).
#include "model/job.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"
#include "detect/fact.h"
#include "detect/facts/facts.h"
#include "detect/hooks.h"
#include "detect/judgement.h"
#include "detect/params.h"
#include "model/evidence.h"
#include "model/vocabulary.h"

namespace refloat {

namespace {

using Jobs = std::vector<const Job*>;

bool failed(const Job* job) {
  return job->failed_finally;
}

bool unfinished(const Job* job) {
  return !job->failed_finally && !job->complete;
}

// One failure counts more than what else succeeded.
std::string state_of(const Jobs& jobs) {
  if (jobs.empty()) return "absent";
  if (std::any_of(jobs.begin(), jobs.end(), failed)) return "failed";
  return std::any_of(jobs.begin(), jobs.end(), unfinished) ? "active" : "complete";
}

std::string observed(const Job& job) {
  if (job.failed_finally) return "failed: " + printable(redact_patterns(job.failed_reason + " " + job.failed_message));
  if (job.complete) return "complete";
  return "active " + std::to_string(job.active) + ", failed " + std::to_string(job.failed) + " of " + std::to_string(job.backoff_limit + 1);
}

std::vector<Evidence> evidence_of(const Jobs& jobs, bool only_failed, Time at) {
  std::vector<Evidence> out;
  for (const Job* job : jobs) {
    if (!only_failed || failed(job)) out.push_back({"job " + job->ref.name, observed(*job), at});
  }
  return out;
}

std::optional<Time> earliest_failure(const Jobs& jobs) {
  std::optional<Time> out;
  for (const Job* job : jobs) {
    if (failed(job) && job->finished_at && (!out || *job->finished_at < *out)) out = job->finished_at;
  }
  return out;
}

Judgement judge_job(const Json& params, const FactContext& context) {
  const RoleTarget target = target_application(params, context);
  if (target.application == nullptr) return target.declared ? judged_unknown(target.why) : judged_no();
  const std::string why = unseen(*target.application, context.snapshot, "jobs.batch");
  if (!why.empty()) return judged_unknown(why);
  const Jobs jobs = context.snapshot.jobs_of(*target.application);
  const std::string state = state_of(jobs);
  std::vector<Evidence> evidence = evidence_of(jobs, state == "failed", context.snapshot.taken_at);
  if (jobs.empty()) evidence = {{"application " + target.application->ref.name, "has no Job", context.snapshot.taken_at}};
  return judged(contains(list_param(params, "state").value_or(std::vector<std::string>{}), state), evidence, earliest_failure(jobs));
}

}  // namespace

Fact job_fact() {
  FactSpec spec;
  spec.name = "job";
  spec.doc = "What has become of the Jobs of an Application taken together.";
  spec.params = {
      {"role", ParamSpec::Type::text, {}, false, "the Application of this role; default: the subject"},
      {"state",
       ParamSpec::Type::text_list,
       {"failed", "complete", "active", "absent"},
       true,
       "any of these. failed: some Job failed for good. complete: all have completed. active: none failed, some not finished. absent: "
       "none"},
  };
  return {spec, judge_job};
}

}  // namespace refloat
