#include "detect/placeholders.h"

#include <map>
#include <string>

#include "base/secret.h"
#include "base/text.h"
#include "detect/fact.h"
#include "detect/schema_view.h"
#include "model/application.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {

namespace {

using Values = std::map<std::string, std::string>;

std::string source_of(const Application& app) {
  if (app.repo_url.empty()) return {};
  return printable((app.path.empty() ? "" : app.path + " in ") + redact_patterns(app.repo_url), 200);
}

void add_stack(const Stack& stack, const Snapshot& snapshot, Values& values) {
  values["stack"] = stack.name;
  values["namespace"] = stack.workload_namespace;
  for (const auto& [role, name] : stack.applications) {
    const Application* app = snapshot.application(stack.ns, name);
    values["source:" + role] = app != nullptr ? source_of(*app) : "";
  }
}

void add_database(const StackDatabase& database, const Snapshot& snapshot, Values& values) {
  values["target"] = database.target;
  values["database"] = server_name(view_schema(database, snapshot));
  values["connectionSecret"] = database.connection.secret ? database.connection.secret->name : "";
  values["roleSecret"] = database.role_secret ? database.role_secret->name : "";
}

std::string unknown_words(const std::string& name) {
  return name.rfind("source", 0) == 0 ? "its source in Git" : "<" + name + ">";
}

Values values_of(const FactContext& context) {
  Values values{{"subject", subject_name(context)},
                {"stack", ""},
                {"namespace", ""},
                {"target", ""},
                {"database", ""},
                {"connectionSecret", ""},
                {"roleSecret", ""},
                {"source", ""},
                {"source:migrations", ""},
                {"source:runtime", ""},
                {"source:bootstrap", ""},
                {"source:databases", ""}};
  if (context.stack != nullptr) add_stack(*context.stack, context.snapshot, values);
  if (context.subject.database != nullptr) add_database(*context.subject.database, context.snapshot, values);
  if (context.subject.application != nullptr) values["source"] = source_of(*context.subject.application);
  return values;
}

}  // namespace

std::string subject_name(const FactContext& context) {
  if (context.subject.application != nullptr) return context.subject.application->ref.name;
  if (context.subject.database != nullptr) return context.subject.database->name;
  return context.stack != nullptr ? context.stack->name : "";
}

std::string fill_placeholders(const std::string& text, const FactContext& context) {
  if (text.find('{') == std::string::npos) return text;
  std::string out = text;
  for (const auto& [name, value] : values_of(context)) {
    const std::string mark = "{" + name + "}";
    const std::string shown = value.empty() ? unknown_words(name) : value;
    for (auto at = out.find(mark); at != std::string::npos; at = out.find(mark, at + shown.size())) out.replace(at, mark.size(), shown);
  }
  return out;
}

}  // namespace refloat
