// Reads one Stack of the cluster, changes its pause requests and writes it back, whoever else writes at the same moment.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cli/session.h"

namespace refloat {

// The Stack object NAME or NAMESPACE/NAME, wherever it is when no namespace was given.
Result<Json> find_stack_object(const Session& session, World& world, const std::string& name);

// What is asked of the Stack now.
std::vector<std::string> pause_requests_of(const Json& stack);

using EditRequests = std::function<std::vector<std::string>(std::vector<std::string>)>;

// Writes the edited requests, fenced by the version that was read, up to five times. Returns the Stack as it is then.
Result<Json> edit_pause_requests(World& world, const Json& stack, const EditRequests& edit);

// A note on stderr when Git declares the Stack: self-heal may undo the edit.
void warn_if_declared(Session& session, const Json& stack);

}  // namespace refloat
