#include "sim/temporal_programs.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "sim/program.h"
#include "sim/sql_session.h"
#include "sim/temporal_server.h"
#include "sim/temporal_stack.h"
#include "sim/temporal_tool.h"

namespace refloat::sim {

namespace {

using Software = std::shared_ptr<TemporalSoftware>;

std::string variable(const ProcessStart& start, const char* name) {
  const auto it = start.env.find(name);
  return it == start.env.end() ? "" : it->second;
}

std::string connection_to(const Software& software, const ProcessStart& start, const char* database) {
  return software->connection(variable(start, "SQL_USER"), variable(start, "SQL_PASSWORD"), variable(start, database));
}

// The hook's script: setup-schema and update-schema of both databases, one command per look, ended by the first that fails.
class Migration final : public Process {
 public:
  Migration(const Software& software, const ProcessStart& start) {
    const ToolTarget main{connection_to(software, start, "SQL_DATABASE"), variable(start, "SQL_DATABASE"), "temporal", software->open};
    const ToolTarget visibility{connection_to(software, start, "SQL_VISIBILITY_DATABASE"), variable(start, "SQL_VISIBILITY_DATABASE"),
                                "temporal-visibility", software->open};
    commands_ = {[main] { return setup_schema(main); },
                 [main, software] { return update_schema(main, software->schema, std::exchange(software->next_kill, std::nullopt)); },
                 [visibility] { return setup_schema(visibility); },
                 [visibility, software] { return update_schema(visibility, software->visibility_schema); }};
  }

  ProcessState poll(Time /*now*/) override {
    ToolRun run = commands_[next_]();
    ++next_;
    ProcessState state;
    state.lines = std::move(run.log);
    if (run.exit_code != 0 || next_ == commands_.size()) {
      state.exit_code = run.exit_code;
    }
    return state;
  }
  [[nodiscard]] Duration poll_every() const override { return Duration{500}; }

 private:
  std::vector<std::function<ToolRun()>> commands_;
  std::size_t next_ = 0;
};

// Checks its databases, then serves until they fail it.
class Server final : public Process {
 public:
  Server(const Software& software, const ProcessStart& start)
      : main_{connection_to(software, start, "SQL_DATABASE"), variable(start, "SQL_DATABASE"), software->schema, software->open},
        visibility_{connection_to(software, start, "SQL_VISIBILITY_DATABASE"), variable(start, "SQL_VISIBILITY_DATABASE"),
                    software->visibility_schema, software->open},
        session_(main_) {}

  ProcessState poll(Time now) override {
    ProcessState state;
    if (!serving_since_) {
      state.lines = start_server(main_, visibility_);
      serving_since_ = now;
    } else if (const std::string trouble = session_.trouble(); !trouble.empty()) {
      state.lines = {trouble};
    }
    if (!state.lines.empty()) {
      state.exit_code = 1;
    } else {
      state.ready = now >= *serving_since_ + std::chrono::seconds(1);
    }
    return state;
  }
  [[nodiscard]] Duration poll_every() const override { return std::chrono::seconds(serving_since_ ? 5 : 1); }

 private:
  ServerStore main_, visibility_;
  ServerSession session_;
  std::optional<Time> serving_since_;
};

// Registers what is declared, through the frontend: without one there is nobody to talk to.
class Bootstrap final : public Process {
 public:
  Bootstrap(Software software, ProcessStart start) : software_(std::move(software)), start_(std::move(start)) {}

  ProcessState poll(Time /*now*/) override {
    ProcessState state;
    const bool answers = start_.somebody_ready({{"app.kubernetes.io/name", "temporal"}, {"app.kubernetes.io/component", "frontend"}});
    if (!answers) {
      state.lines = {
          "Error: failed reaching server: last connection error: connection error: desc = \"transport: Error while dialing: dial tcp "
          "127.0.0.1:7233: connect: connection refused\""};
      state.exit_code = 1;
      return state;
    }
    const std::string error =
        register_namespaces(connection_to(software_, start_, "SQL_DATABASE"), software_->declared_namespaces, software_->open);
    state.lines = {error.empty() ? "registered namespaces" : "Error: " + error};
    state.exit_code = error.empty() ? 0 : 1;
    return state;
  }

 private:
  Software software_;
  ProcessStart start_;
};

}  // namespace

TemporalPrograms temporal_programs(const Software& software) {
  TemporalPrograms programs;
  programs.migrate = [software](const ProcessStart& start) { return std::make_unique<Migration>(software, start); };
  programs.frontend = [software](const ProcessStart& start) { return std::make_unique<Server>(software, start); };
  programs.backend = programs.frontend;
  programs.bootstrap = [software](const ProcessStart& start) { return std::make_unique<Bootstrap>(software, start); };
  return programs;
}

DatabaseEffects database_effects(SqlServer& server, const TemporalNames& names, const Software& software) {
  DatabaseEffects effects;
  effects.drop_and_recreate = [&server, names] {
    for (const std::string& database : {names.database, names.visibility_database}) {
      (void)server.drop_database(database);
      (void)server.create_database(database, names.user);
    }
  };
  effects.kill_next_migration = [software](const std::string& version, int statements) {
    software->next_kill = KillPoint{version, statements};
  };
  effects.reset_version = [&server, names](const std::string& version) {
    (void)server.execute(names.database, "UPDATE schema_version SET curr_version = '" + version + "'");
  };
  return effects;
}

Result<> create_temporal_databases(SqlServer& server, const TemporalNames& names) {
  if (Result<> made = server.create_role(names.user, names.password); !made) {
    return made;
  }
  for (const std::string& database : {names.database, names.visibility_database}) {
    if (Result<> made = server.create_database(database, names.user); !made) {
      return made;
    }
  }
  return ok();
}

}  // namespace refloat::sim
