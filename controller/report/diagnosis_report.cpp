#include "report/diagnosis_report.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "model/api_version.h"
#include "model/evidence.h"
#include "model/finding.h"
#include "model/object_ref.h"
#include "model/snapshot.h"
#include "report/format.h"
#include "report/style.h"

namespace refloat {
namespace {

constexpr std::size_t source_width_max = 60;

std::string sign(Severity severity, const Paint& paint) {
  if (severity == Severity::critical) return paint.bad("x");
  return severity == Severity::warning ? paint.warn("!") : paint.dim("i");
}

std::string subject_of(const ObjectRef& subject) {
  return subject.ns.empty() ? subject.display() : subject.kind + " " + subject.ns + "/" + subject.name;
}

std::string title(const StackDiagnosis& stack) {
  if (stack.name.empty()) return "Applications outside any Stack";
  return printable(stack.name) + (stack.ns.empty() ? "" : " (" + printable(stack.ns) + ")");
}

std::string evidence_text(const Finding& finding, const Paint& paint) {
  std::size_t width = 0;
  for (const Evidence& evidence : finding.evidence) width = std::max(width, columns(printable(evidence.source)));
  width = std::min(width, source_width_max);
  std::string result;
  for (const Evidence& evidence : finding.evidence) {
    result += "      " + padded(printable(evidence.source), width) + "  " + printable(evidence.observed);
    if (evidence.at != Time{}) result += paint.dim("  read " + format_clock(evidence.at));
    result += "\n";
  }
  return result;
}

// "schema-behind (2), bootstrap-job-failed": each effect's signature, with a count when there are several.
std::string effects_text(const Finding& cause, const std::vector<Finding>& suppressed) {
  std::map<std::string, int> counts;
  for (const Finding* effect : effects_of(cause, suppressed)) ++counts[printable(effect->signature)];
  std::vector<std::string> parts;
  parts.reserve(counts.size());
  for (const auto& [signature, count] : counts) parts.push_back(count == 1 ? signature : signature + " (" + std::to_string(count) + ")");
  return join(parts, ", ");
}

std::string what_to_do(const Finding& finding, const StackDiagnosis& stack, const TextStyle& style) {
  if (finding.recoverable == Recoverable::no)
    return "not repaired automatically; see " + style.program + " explain " + printable(finding.signature);
  if (stack.name.empty()) return "declare a Stack that names it, then " + style.program + " recover";
  std::string command = style.program + " recover " + stack_arguments(stack.name, stack.ns, style);
  if (finding.recoverable == Recoverable::approval) command += "   changes data that nothing else can restore: read the plan first";
  return command;
}

std::string labelled(const char* label, const std::string& text) {
  if (text.empty()) return {};
  const std::string indent(16, ' ');
  std::string lines = wrapped(text, indent, 110);
  const std::string head = "    " + padded(label, 12);
  return lines.replace(0, head.size(), head);
}

std::string finding_text(const Finding& finding, const StackDiagnosis& stack, const TextStyle& style) {
  const Paint paint(style.colour);
  std::string line =
      "  " + sign(finding.severity, paint) + " " + paint.bold(printable(finding.signature)) + "  " + printable(finding.summary, long_text);
  line += paint.dim("  [" + printable(subject_of(finding.subject)) + "]");
  if (finding.since) line += "  since " + moment(*finding.since, style.now);
  line += "\n" + evidence_text(finding, paint);
  line += labelled("explains", effects_text(finding, stack.suppressed));
  line += labelled("recover", what_to_do(finding, stack, style));
  return line + labelled("durable fix", printable(finding.durable_fix, long_text));
}

// Effects whose cause is not in the same list (it was left out, or the id is unknown) must not disappear.
std::vector<const Finding*> orphans(const StackDiagnosis& stack) {
  std::vector<const Finding*> result;
  for (const Finding& effect : stack.suppressed) {
    const auto explains = [&](const Finding& cause) {
      const auto effects = effects_of(cause, stack.suppressed);
      return std::find(effects.begin(), effects.end(), &effect) != effects.end();
    };
    if (std::none_of(stack.findings.begin(), stack.findings.end(), explains)) result.push_back(&effect);
  }
  return result;
}

bool silent(const StackDiagnosis& stack) {
  return stack.findings.empty() && stack.suppressed.empty() && stack.pending.empty() && stack.unexamined.empty();
}

std::vector<const StackDiagnosis*> parts_of(const Diagnosis& diagnosis) {
  std::vector<const StackDiagnosis*> parts;
  for (const StackDiagnosis& stack : diagnosis.stacks) parts.push_back(&stack);
  parts.push_back(&diagnosis.applications);
  return parts;
}

std::string render_text(const Diagnosis& diagnosis, const TextStyle& style) {
  std::string result;
  for (const StackDiagnosis& stack : diagnosis.stacks) result += findings_text(stack, style) + "\n";
  if (!silent(diagnosis.applications)) result += findings_text(diagnosis.applications, style) + "\n";
  return result + verdict_line(diagnosis) + "\n";
}

std::string render_short(const Diagnosis& diagnosis, const TextStyle& style) {
  std::string result = printable(diagnosis.cluster) + " at " + format_time(diagnosis.generated_at) + "\n";
  for (const StackDiagnosis* stack : parts_of(diagnosis)) result += findings_short(*stack, style);
  return result + verdict_line(diagnosis) + "\n";
}

Json evidence_json(const std::vector<Evidence>& evidence) {
  Json list = Json::array();
  for (const Evidence& item : evidence) {
    list.push_back({{"source", printable(item.source)}, {"observed", printable(item.observed)}, {"at", format_time(item.at)}});
  }
  return list;
}

Json findings_json(const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& finding : findings) list.push_back(finding_json(finding));
  return list;
}

Json unexamined_json(const std::vector<Unexamined>& unexamined) {
  Json list = Json::array();
  for (const Unexamined& item : unexamined) list.push_back({{"what", printable(item.what)}, {"why", printable(item.why, long_text)}});
  return list;
}

Json subject_json(const ObjectRef& subject) {
  return {{"kind", printable(subject.kind)}, {"namespace", printable(subject.ns)}, {"name", printable(subject.name)}};
}

Json pending_json(const std::vector<Pending>& pending) {
  Json list = Json::array();
  for (const Pending& item : pending) {
    list.push_back({{"signature", item.signature},
                    {"subject", subject_json(item.subject)},
                    {"why", printable(item.why, long_text)},
                    {"lookAgainAt", format_time(item.look_again_at)}});
  }
  return list;
}

Json found_json(const StackDiagnosis& part) {
  return {{"name", printable(part.name)},
          {"namespace", printable(part.ns)},
          {"findings", findings_json(part.findings)},
          {"suppressed", findings_json(part.suppressed)},
          {"pending", pending_json(part.pending)},
          {"unexamined", unexamined_json(part.unexamined)}};
}

Json examined_json(int applications, int databases) {
  return {{"applications", applications}, {"databases", databases}};
}

Json stack_json(const StackDiagnosis& stack) {
  Json json = found_json(stack);
  json["examined"] = examined_json(stack.applications_examined, stack.databases_examined);
  return json;
}

// One entry per subject, so that a program finds an Application by its name; what belongs to none stands under the empty name.
Json applications_json(const StackDiagnosis& all) {
  std::map<std::string, StackDiagnosis> entries;
  const auto entry = [&entries](const ObjectRef& subject) -> StackDiagnosis& {
    StackDiagnosis& stack = entries[subject.ns + "/" + subject.name];
    stack.name = subject.name;
    stack.ns = subject.ns;
    return stack;
  };
  for (const Finding& finding : all.findings) entry(finding.subject).findings.push_back(finding);
  for (const Finding& finding : all.suppressed) entry(finding.subject).suppressed.push_back(finding);
  for (const Pending& pending : all.pending) entry(pending.subject).pending.push_back(pending);
  if (!all.unexamined.empty()) entries[""].unexamined = all.unexamined;
  Json list = Json::array();
  for (const auto& [key, stack] : entries) list.push_back(found_json(stack));
  return list;
}

// How much a diagnosis speaks of, whether anything was found there or not.
struct Examined {
  int applications = 0;
  int databases = 0;
};

Examined examined_of(const Diagnosis& diagnosis) {
  Examined sum;
  for (const StackDiagnosis* part : parts_of(diagnosis)) {
    sum.applications += part->applications_examined;
    sum.databases += part->databases_examined;
  }
  return sum;
}

std::string examined_text(const Diagnosis& diagnosis) {
  const Examined examined = examined_of(diagnosis);
  std::string text = count_of(static_cast<std::size_t>(examined.applications), "Application");
  if (examined.databases > 0) text += ", " + count_of(static_cast<std::size_t>(examined.databases), "database");
  return text + " examined";
}

// The second half of the verdict: what may be found yet, and what nobody knows.
std::string open_text(const std::vector<Pending>& pending, std::size_t unexamined) {
  std::string text = pending.empty() ? "" : "; " + pending_text(pending);
  if (unexamined > 0) text += "; incomplete: " + std::to_string(unexamined) + " not examined";
  return text;
}

}  // namespace

std::vector<const Finding*> effects_of(const Finding& cause, const std::vector<Finding>& suppressed) {
  std::vector<const Finding*> effects;
  std::vector<std::string> reached{cause.id};
  for (std::size_t i = 0; i < reached.size(); ++i) {
    for (const Finding& effect : suppressed) {
      const bool known = std::find(effects.begin(), effects.end(), &effect) != effects.end();
      if (known || effect.caused_by != reached[i]) continue;
      effects.push_back(&effect);
      reached.push_back(effect.id);
    }
  }
  return effects;
}

std::string findings_text(const StackDiagnosis& stack, const TextStyle& style) {
  const Paint paint(style.colour);
  std::string result = paint.bold(title(stack));
  if (!stack.findings.empty()) result += "   " + count_of(stack.findings.size(), "cause");
  if (!stack.suppressed.empty()) result += ", " + count_of(stack.suppressed.size(), "effect");
  if (silent(stack)) result += "   " + paint.good("nothing found");
  result += "\n";
  for (const Finding& finding : stack.findings) result += finding_text(finding, stack, style);
  for (const Finding* effect : orphans(stack)) result += finding_text(*effect, stack, style);
  for (const Pending& pending : stack.pending) {
    result += "  ~ " + printable(pending.signature) + "  " + subject_of(pending.subject) + ": " + printable(pending.why, long_text) +
              "; look again at " + format_clock(pending.look_again_at) + "\n";
  }
  for (const Unexamined& item : stack.unexamined) {
    result += "  " + paint.warn("?") + " " + printable(item.what) + " not examined: " + printable(item.why, long_text) + "\n";
  }
  return result;
}

std::string findings_short(const StackDiagnosis& stack, const TextStyle& style) {
  const std::string where = stack.name.empty() ? "-" : printable(stack.name);
  std::string result;
  const auto add = [&](const Finding& finding, const std::string& tail) {
    result += where + "  " + to_string(finding.severity) + "  " + printable(finding.signature) + "  " +
              printable(subject_of(finding.subject)) + "  " + printable(finding.summary) +
              (finding.since ? "  since " + moment(*finding.since, style.now) : "") + tail + "\n";
  };
  for (const Finding& finding : stack.findings) {
    const std::string effects = effects_text(finding, stack.suppressed);
    add(finding, effects.empty() ? "" : "  explains " + effects);
  }
  for (const Finding* effect : orphans(stack)) add(*effect, "");
  for (const Pending& pending : stack.pending)
    result += where + "  ~  " + printable(pending.signature) + "  " + subject_of(pending.subject) + "  too young to judge\n";
  for (const Unexamined& item : stack.unexamined)
    result += where + "  ?  " + printable(item.what) + " not examined: " + printable(item.why) + "\n";
  return result;
}

Json finding_json(const Finding& finding) {
  Json json = {{"id", printable(finding.id)},
               {"signature", printable(finding.signature)},
               {"severity", to_string(finding.severity)},
               {"subject", subject_json(finding.subject)},
               {"since", finding.since ? Json(format_time(*finding.since)) : Json(nullptr)},
               {"summary", printable(finding.summary, long_text)},
               {"evidence", evidence_json(finding.evidence)},
               {"playbook", printable(finding.playbook)},
               {"recoverable", to_string(finding.recoverable)},
               {"durableFix", printable(finding.durable_fix, long_text)}};
  if (!finding.caused_by.empty()) json["causedBy"] = printable(finding.caused_by);
  return json;
}

Json diagnosis_json(const Diagnosis& diagnosis) {
  Json stacks = Json::array();
  for (const StackDiagnosis& stack : diagnosis.stacks) stacks.push_back(stack_json(stack));
  const Examined examined = examined_of(diagnosis);
  return {{"apiVersion", our_api_version},
          {"kind", "Diagnosis"},
          {"generatedAt", format_time(diagnosis.generated_at)},
          {"cluster", printable(diagnosis.cluster)},
          {"examined", examined_json(examined.applications, examined.databases)},
          {"stacks", std::move(stacks)},
          {"applications", applications_json(diagnosis.applications)}};
}

std::string pending_text(const std::vector<Pending>& pending) {
  Time first = Time::max();
  for (const Pending& item : pending) first = std::min(first, item.look_again_at);
  return std::to_string(pending.size()) + " pending, look again at " + format_clock(first);
}

std::string verdict_line(const Diagnosis& diagnosis) {
  std::map<Severity, std::size_t> severities;
  std::vector<Pending> pending;
  std::size_t effects = 0;
  std::size_t unexamined = 0;
  for (const StackDiagnosis* stack : parts_of(diagnosis)) {
    for (const Finding& finding : stack->findings) ++severities[finding.severity];
    pending.insert(pending.end(), stack->pending.begin(), stack->pending.end());
    effects += stack->suppressed.size();
    unexamined += stack->unexamined.size();
  }
  std::vector<std::string> parts;
  for (const auto& [severity, count] : severities) parts.push_back(std::to_string(count) + " " + to_string(severity));
  if (effects > 0) parts.push_back(count_of(effects, "effect"));
  const std::string open = open_text(pending, unexamined);
  if (!parts.empty()) return "found: " + join(parts, ", ") + open;
  if (!pending.empty()) return "nothing proven yet: " + open.substr(2);
  return (unexamined == 0 ? "nothing found: " : "nothing found in what could be examined: ") + examined_text(diagnosis) + open;
}

std::string render(const Diagnosis& diagnosis, Format format, const TextStyle& style) {
  if (format == Format::json) return diagnosis_json(diagnosis).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  return format == Format::brief ? render_short(diagnosis, style) : render_text(diagnosis, style);
}

}  // namespace refloat
