// Who runs a recovery: machine and process, so that a dead holder on this machine is recognised.
#pragma once

#include <string>

namespace refloat {

// "<host>/<pid>@<boot>.<pid namespace>.<start time>" of this process: unique among processes that ever ran.
std::string own_identity();

// True when `identity` names a process of this machine, boot and pid namespace that no longer runs. Anything doubtful is false.
bool is_dead_here(const std::string& identity);

// "<host>, process <pid>", for people.
std::string holder_for_people(const std::string& identity);

}  // namespace refloat
