// One signature or playbook in prose.
#pragma once

#include <string>

#include "cli/session.h"

namespace refloat {

// Prints the playbook whose name or signature id is `id`; an unknown id is an error with the nearest one as hint.
int explain(Session& session, const std::string& id, bool of_cluster = false);

}  // namespace refloat
