#include "report/catalogue_report.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "model/api_version.h"
#include "model/finding.h"
#include "model/playbook.h"
#include "model/stack.h"
#include "model/vocabulary.h"
#include "report/format.h"
#include "report/style.h"

namespace refloat {
namespace {

constexpr std::size_t line_width = 100;
constexpr std::size_t meaning_width = 72;

// As YAML has it, without what only a program needs: {"atMost": "1.0"} is "atMost 1.0", a list its words.
std::string value_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_structured()) return value.dump();
  std::vector<std::string> parts;
  for (const auto& [key, item] : value.items()) parts.push_back((value.is_object() ? key + " " : "") + value_text(item));
  return join(parts, ", ");
}

std::string params_text(const Json& params) {
  if (!params.is_object() || params.empty()) return {};
  std::vector<std::string> parts;
  for (const auto& [key, value] : params.items()) parts.push_back(key + ": " + value_text(value));
  return " {" + join(parts, "; ") + "}";
}

// The fact's sentence, and below it what is asked of it.
std::string fact_text(const Condition& condition, const Vocabulary& vocabulary, const std::string& indent) {
  const FactSpec* spec = vocabulary.fact(condition.fact);
  const bool told = spec != nullptr && !spec->doc.empty();
  const std::string asked = condition.fact + params_text(condition.params);
  return (told ? wrapped(spec->doc, indent, line_width) : "") + wrapped(asked, indent + (told ? "  " : ""), line_width);
}

std::string condition_text(const Condition& condition, const Vocabulary& vocabulary, const std::string& indent) {
  if (condition.op == Condition::Op::fact) return fact_text(condition, vocabulary, indent);
  if (condition.children.empty()) return {};
  const bool transparent = condition.op != Condition::Op::negate && condition.children.size() == 1;
  std::string result;
  if (!transparent) {
    const char* word = condition.op == Condition::Op::all ? "all of" : "any of";
    result = indent + (condition.op == Condition::Op::negate ? "not" : word) + "\n";
  }
  for (const Condition& child : condition.children) result += condition_text(child, vocabulary, transparent ? indent : indent + "  ");
  return result;
}

std::string step_text(const StepSpec& step, const Vocabulary& vocabulary) {
  const ActionSpec* action = vocabulary.action(step.action);
  std::string line = padded(to_string(step.phase), 10) + step.action;
  if (!step.role.empty()) line += " on " + step.role;
  line += params_text(step.params);
  if (action != nullptr && !action->doc.empty()) line += ": " + action->doc;
  if (step.within) line += " (within " + format_duration(*step.within) + ")";
  std::string result = wrapped(line, "    ", 120);
  if (step.when) result += "      only when\n" + condition_text(*step.when, vocabulary, "        ");
  return result;
}

std::string needs_text(const Playbook& playbook, const Vocabulary& vocabulary) {
  std::vector<std::string> needs;
  if (playbook.signature.needs_stack) needs.emplace_back("a Stack");
  if (!playbook.signature.dialects.empty()) needs.push_back("a database of " + join(playbook.signature.dialects, " or "));
  const auto permissions = permissions_of(playbook, vocabulary);
  if (!permissions.empty()) needs.push_back("allow: " + join(permissions, ", "));
  return needs.empty() ? "nothing" : join(needs, "; ");
}

std::string how_it_ends(const Signature& signature) {
  const std::string own = "spec.modeBySignature: {" + signature.id + ": ...}";
  switch (signature.recoverable) {
    case Recoverable::automatic: return "It may be repaired automatically, where the Stack's mode, or " + own + ", says Auto.";
    case Recoverable::approval:
      return "It is repaired only after a person approved the plan, in every mode; with " + own + " a Stack may observe it only.";
    case Recoverable::no: return "It is never repaired automatically.";
  }
  return {};
}

// A sentence that is about no Stack in particular: "{subject}" reads "<subject>", "{source:runtime}" "<source of runtime>".
std::string in_general(std::string sentence) {
  for (std::size_t open = 0; (open = sentence.find('{', open)) != std::string::npos; ++open) {
    const std::size_t close = sentence.find('}', open);
    if (close == std::string::npos) break;
    std::string name = sentence.substr(open + 1, close - open - 1);
    if (const auto colon = name.find(':'); colon != std::string::npos) name.replace(colon, 1, " of ");
    sentence.replace(open, close - open + 1, "<" + name + ">");
  }
  return sentence;
}

std::string section(const std::string& title, const std::string& body, const Paint& paint) {
  return body.empty() ? "" : "\n" + paint.bold(title) + "\n" + body;
}

std::string explanation_text(const Playbook& playbook, const Vocabulary& vocabulary, const TextStyle& style) {
  const Paint paint(style.colour);
  const Signature& signature = playbook.signature;
  std::string steps;
  for (const StepSpec& step : playbook.steps) steps += step_text(step, vocabulary);
  std::string result = paint.bold(signature.id) + "   " + to_string(signature.severity) + ", playbook " + playbook.name + "\n";
  result += section("What it means", wrapped(playbook.summary, "  ") + wrapped(in_general(signature.meaning), "  "), paint);
  result += section("What raises suspicion (watched objects only)", condition_text(signature.suspect, vocabulary, "  "), paint);
  result += section("How it is proven", condition_text(signature.confirm, vocabulary, "  "), paint);
  if (!signature.explains.empty()) result += section("What it explains", wrapped(join(signature.explains, ", "), "  "), paint);
  result += section("What will be done", wrapped(how_it_ends(signature), "  ") + steps, paint);
  result += section("Why that is safe", paragraphs(playbook.explanation, "  "), paint);
  result += section("What it needs", wrapped(needs_text(playbook, vocabulary), "  "), paint);
  result += section("Affected", wrapped(signature.affected, "  "), paint);
  return result + section("Durable fix", wrapped(in_general(signature.durable_fix), "  "), paint);
}

Json signature_json(const Playbook& playbook, const Vocabulary& vocabulary) {
  const Signature& signature = playbook.signature;
  return {{"id", signature.id},
          {"meaning", signature.meaning},
          {"summary", playbook.summary},
          {"severity", to_string(signature.severity)},
          {"recoverable", to_string(signature.recoverable)},
          {"scope", to_string(signature.scope)},
          {"needs", {{"stack", signature.needs_stack}, {"dialects", signature.dialects}, {"allow", permissions_of(playbook, vocabulary)}}},
          {"affected", signature.affected},
          {"explains", signature.explains},
          {"durableFix", signature.durable_fix},
          {"playbook", playbook.steps.empty() ? "" : playbook.name}};
}

std::string signatures_json(const std::vector<Playbook>& playbooks, const Vocabulary& vocabulary) {
  Json items = Json::array();
  for (const Playbook& playbook : playbooks) items.push_back(signature_json(playbook, vocabulary));
  return Json{{"apiVersion", our_api_version}, {"kind", "SignatureList"}, {"items", items}}.dump(2) + "\n";
}

// What is too much for columns: "needs a Stack | affects Argo CD 3.0-3.5 | playbook fix-it".
std::string details_text(const Playbook& playbook, const Vocabulary& vocabulary) {
  const Signature& signature = playbook.signature;
  std::vector<std::string> details{"needs " + needs_text(playbook, vocabulary)};
  if (!signature.affected.empty()) details.push_back("affects " + signature.affected);
  details.push_back(playbook.steps.empty() ? "no playbook" : "playbook " + playbook.name);
  return join(details, " | ");
}

using Table = std::vector<std::vector<std::string>>;

// The last column of the signature whose row was begun, and rows below it for what does not fit into one.
void add_meaning(const Playbook& playbook, const Vocabulary& vocabulary, const TextStyle& style, Table& rows) {
  const Paint paint(style.colour);
  const std::string meaning = wrapped(playbook.summary, "", meaning_width);
  const std::string details = wrapped(details_text(playbook, vocabulary), "", meaning_width);
  std::vector<std::string> cells = split(trim(meaning), '\n');
  for (const std::string& line : split(trim(details), '\n')) cells.push_back(paint.dim(line));
  rows.back().push_back(cells.front());
  for (std::size_t i = 1; i < cells.size(); ++i) rows.push_back({"", "", "", cells[i]});
}

}  // namespace

std::vector<std::string> permissions_of(const Playbook& playbook, const Vocabulary& vocabulary) {
  std::vector<std::string> result;
  for (const StepSpec& step : playbook.steps) {
    const ActionSpec* action = vocabulary.action(step.action);
    if (action == nullptr || !action->needs) continue;
    const std::string name = to_string(*action->needs);
    if (std::find(result.begin(), result.end(), name) == result.end()) result.push_back(name);
  }
  return result;
}

std::string render_signatures(const std::vector<Playbook>& playbooks, const Vocabulary& vocabulary, Format format, const TextStyle& style) {
  if (format == Format::json) return signatures_json(playbooks, vocabulary);
  Table rows;
  if (format == Format::text) rows.push_back({"SIGNATURE", "SEVERITY", "RECOVERY", "MEANING"});
  for (const Playbook& playbook : playbooks) {
    const Signature& signature = playbook.signature;
    rows.push_back({signature.id, to_string(signature.severity), to_string(signature.recoverable)});
    if (format == Format::text) add_meaning(playbook, vocabulary, style, rows);
  }
  if (format == Format::brief) return table(rows);
  return table(rows) + "\n" + count_of(playbooks.size(), "signature") + "; " + style.program + " explain ID tells more\n";
}

std::string render_explanation(const Playbook& playbook, const Vocabulary& vocabulary, Format format, const TextStyle& style) {
  if (format == Format::text) return explanation_text(playbook, vocabulary, style);
  if (format == Format::brief) return playbook.signature.id + ": " + playbook.summary + "\n";
  Json json = signature_json(playbook, vocabulary);
  json["explanation"] = playbook.explanation;
  json["text"] = explanation_text(playbook, vocabulary, {style.now, false, style.program});
  return json.dump(2) + "\n";
}

}  // namespace refloat
