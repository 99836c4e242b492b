// Which CloudNativePG Clusters are asked about a Stack's databases, and what is noted where one cannot be read. Pure.
#pragma once

#include <set>
#include <string>

#include "model/cnpg.h"
#include "model/database_reading.h"
#include "model/snapshot.h"
#include "model/stack.h"

namespace refloat {

// Those that the hosts of the Stack, or of a database that was reached, seem to belong to. "<name>-rw.<word>" may be a host of any domain:
// it counts where the word is a namespace that the Stack's Applications deploy into, or its own.
std::set<PostgresClusterName> clusters_to_ask(const Stack& stack, const Snapshot& snapshot);
std::set<PostgresClusterName> clusters_to_ask(const DatabaseReading& reading, const Stack& stack, const Snapshot& snapshot);

// What an Unexamined says that stands for the Clusters of a namespace: it concerns only the databases that are on them.
std::string unread_clusters(const std::string& ns);
bool is_unread_clusters(const Unexamined& gap);

}  // namespace refloat
