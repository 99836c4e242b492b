#include <CLI/CLI.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/demo/end_state.h"
#include "cli/demo/incidents.h"
#include "cli/demo/stage.h"
#include "cli/flow.h"
#include "cli/inputs.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "report/format.h"
#include "report/style.h"

namespace refloat {
namespace {

constexpr double watchable_pace = 10.0;  // simulated seconds per real second, when a person watches

struct DemoFlags {
  std::string incident;
  bool list = false;
  double pace = -1;  // simulated seconds per real second; 0 = as fast as possible, negative = not given
};

int list_incidents(Session& session, Format format) {
  Json items = Json::array();
  std::vector<std::vector<std::string>> rows;
  for (const Incident& incident : all_incidents()) {
    items.push_back({{"name", incident.name}, {"story", incident.story}});
    rows.push_back({incident.name, incident.story});
  }
  session.console.out << (format == Format::json ? items.dump(2) + "\n" : table(rows));
  return 0;
}

Error unknown_incident(const std::string& name) {
  std::vector<std::string> names;
  for (const Incident& incident : all_incidents()) names.emplace_back(incident.name);
  const std::string near = nearest(name, names);
  return {ErrorKind::invalid, "demo: no incident is called " + printable(name, 100),
          (near.empty() ? "" : "did you mean " + near + "? ") + "known: " + join(names, ", ")};
}

double pace_of(const Session& session, const DemoFlags& flags) {
  const double simulated_per_real = flags.pace >= 0 ? flags.pace : session.console.err_tty ? watchable_pace : 0;
  return simulated_per_real > 0 ? 1000.0 / simulated_per_real : 0;
}

// The very commands, one after the other, on one stage.
class Play {
 public:
  Play(Session& session, DemoStage& stage, const Incident& incident, Format format)
      : session_(session), stage_(stage), incident_(incident), format_(format), world_(stage.world()) {}

  int run(double pace) {
    session_.options.database_addresses = stage_.addresses();
    auto gathered = gather(session_, world_);
    if (!gathered) return fail(session_.console, gathered.error());
    gathered->inputs.outside_stacks = false;
    RecoverFlags flags;
    flags.yes = true;
    flags.plan_shown = true;
    stage_.set_pace(pace);
    if (const int code = act("diagnosis", "diagnose", [&](Session& s) { return diagnose_flow(s, world_, *gathered); }); code == 1)
      return code;
    if (const int code = act("plan", "plan", [&](Session& s) { return plan_flow(s, world_, *gathered, {}); }); code == 1) return code;
    const auto recovers = [&](Session& s) { return recover_flow(s, world_, *gathered, flags); };
    const int code = act("recovery", "recover temporal-dev --yes", recovers);
    stage_.set_pace(0);
    return end(code);
  }

 private:
  // One command: under its title, or as the part of that name in the one JSON object that the demo prints.
  int act(const char* part, const std::string& command, const std::function<int(Session&)>& flow) {
    if (format_ == Format::json) return collect(part, flow);
    if (format_ == Format::text)
      session_.console.out << "\n" << Paint(style().colour).bold("$ " + session_.program + " " + command) << "\n" << std::flush;
    return flow(session_);
  }

  int collect(const char* part, const std::function<int(Session&)>& flow) {
    std::ostringstream out;
    const Console& own = session_.console;
    Console console{out, own.err, own.in, own.out_tty, own.err_tty, own.in_tty, own.no_color, own.columns, own.utf8};
    Session session{console, session_.engine, session_.program, session_.options};
    const int code = flow(session);
    const Result<Json> printed = parse_json(out.str());
    whole_[part] = printed ? *printed : Json();  // an error is told on stderr
    return code;
  }

  // A recovery that calls itself verified must stand up to a look from outside.
  int end(int code) {
    const auto rows = state_of(stage_);
    const int verdict = code == 0 && !all_good(rows) ? 5 : code;
    if (format_ == Format::json) {
      whole_["state"] = state_json(incident_.name, rows);
      session_.console.out << whole_.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
      return verdict;
    }
    if (format_ == Format::text)
      session_.console.out << "\nhow the stack stands, asked of PostgreSQL and the cluster themselves\n" << state_text(rows, style());
    session_.console.out << (all_good(rows) ? "afloat: everything is as it should be"
                                            : "not afloat: " + count_of(bad(rows), "thing") + " amiss")
                         << " (exit code " << verdict << ")\n";
    return verdict;
  }

  [[nodiscard]] static std::size_t bad(const std::vector<StateRow>& rows) {
    std::size_t count = 0;
    for (const StateRow& row : rows) count += row.good ? 0 : 1;
    return count;
  }
  [[nodiscard]] TextStyle style() const { return style_of(session_, world_.clock->now()); }

  Session& session_;
  DemoStage& stage_;
  const Incident& incident_;
  Format format_;
  World world_;
  Json whole_ = Json::object();  // what -o json prints
};

int play(Session& session, const DemoFlags& flags) {
  const auto format = parse_format(session.options.output);
  if (!format) return fail(session.console, format.error());
  if (flags.list) return list_incidents(session, *format);
  const Incident* incident = find_incident(flags.incident);
  if (incident == nullptr) return fail(session.console, unknown_incident(flags.incident));
  const SignalGuard signals;
  std::ostream& talk = session.console.err;
  talk << "starting a PostgreSQL on loopback and a simulated cluster with Argo CD and a Temporal stack ...\n" << std::flush;
  auto stage = DemoStage::start();
  if (!stage) return fail(session.console, stage.error());
  talk << "healthy: three Applications Synced and Healthy; schema " << (*stage)->software().schema << " and "
       << (*stage)->software().visibility_schema << "\n";
  talk << "incident " << incident->name << ": " << incident->story << "\n" << std::flush;
  if (!incident->strike(**stage)) {
    if (interrupted()) return fail(session.console, {ErrorKind::timed_out, "demo: interrupted before anything was shown"});
    return fail(session.console, {ErrorKind::timed_out, std::string("demo: the incident ") + incident->name + " did not come to pass",
                                  "this is a defect of the simulator; please report it"});
  }
  return Play(session, **stage, *incident, *format).run(pace_of(session, flags));
}

}  // namespace

void add_demo(CLI::App& root, Session& session) {
  CLI::App* command = root.add_subcommand("demo", "break a simulated cluster with a real PostgreSQL, then diagnose, plan and recover it");
  const auto flags = std::make_shared<DemoFlags>();
  flags->incident = all_incidents().front().name;
  command->add_option("--incident", flags->incident, "what happens; --list names them")->type_name("INCIDENT");
  command->add_flag("--list", flags->list, "list the incidents");
  command->add_option("--pace", flags->pace, "simulated seconds per second, 0 as fast as possible; default 10 on a terminal, else 0")
      ->type_name("N")
      ->check(CLI::Validator(
          [](const std::string& text) {
            double pace = 0;
            return CLI::detail::lexical_cast(text, pace) && pace >= 0 ? std::string{} : "\"" + text + "\" is not a number of 0 or more";
          },
          "N"));
  add_output_flags(*command, session.options);
  command->footer(R"(Nothing of the outcome is scripted: the commands that run are those for a real cluster. Needs PostgreSQL's server
programs, no cluster, no root. The exit code is that of recover. With -o json it is one object: diagnosis, plan, recovery, state.

Examples:
  refloat demo
  refloat demo --list
  refloat demo --incident foreign-finalizer)");
  command->callback([&session, flags] { session.action = [&session, flags] { return play(session, *flags); }; });
}

}  // namespace refloat
