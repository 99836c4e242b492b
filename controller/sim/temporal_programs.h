// The Temporal stack's containers as stand-ins that work on a real PostgreSQL: migration tool, server, namespace bootstrap.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/sql_session.h"
#include "sim/temporal_stack.h"
#include "sim/temporal_tool.h"

namespace refloat::sim {

// Which Temporal it is and how its containers reach the databases.
struct TemporalSoftware {
  std::function<std::string(const std::string& user, const std::string& password, const std::string& database)> connection;
  SqlOpener open = open_session;
  std::string schema = "1.18", visibility_schema = "1.9";  // what the server needs and the migration leads to
  std::vector<std::string> declared_namespaces{"default"};
  std::optional<KillPoint> next_kill;  // the next migration of the main database dies here; used up by it
};

// The containers' programs; they share the software, so a kill point set later takes effect.
TemporalPrograms temporal_programs(const std::shared_ptr<TemporalSoftware>& software);

// Breaking the databases of a stack on this server. The role and both databases must exist.
DatabaseEffects database_effects(SqlServer& server, const TemporalNames& names, const std::shared_ptr<TemporalSoftware>& software);

// Creates the stack's role and its two empty databases.
Result<> create_temporal_databases(SqlServer& server, const TemporalNames& names);

}  // namespace refloat::sim
