// log: what the last lines of a container say. Text that anyone can print: it may raise suspicion, never prove.
#include <string>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "detect/fact.h"
#include "detect/facts/facts.h"
#include "detect/judgement.h"
#include "detect/params.h"
#include "model/log_reading.h"
#include "model/vocabulary.h"

namespace refloat {

namespace {

Judgement judge_one_log(const LogReading& log, const std::vector<std::string>& words) {
  for (const std::string& line : log.lines) {
    for (const std::string& one : words) {
      if (line.find(one) != std::string::npos) return judged_yes({{"log " + log.pod + "/" + log.container, printable(line, 200), log.at}});
    }
  }
  return judged_no();
}

Judgement judge_log(const Json& params, const FactContext& context) {
  const std::vector<std::string> words = list_param(params, "contains").value_or(std::vector<std::string>{});
  std::vector<Judgement> parts;
  parts.reserve(context.snapshot.logs.size());
  for (const LogReading& log : context.snapshot.logs) parts.push_back(judge_one_log(log, words));
  return any_of(parts);
}

}  // namespace

Fact log_fact() {
  FactSpec spec;
  spec.name = "log";
  spec.doc = "The last lines of a crashing or failed pod of the Stack hold a text. Suspicion and evidence only.";
  spec.params = {{"contains", ParamSpec::Type::text_list, {}, true, "any of these texts, as printed"}};
  spec.reads = {Reading::logs};
  return {spec, judge_log};
}

}  // namespace refloat
