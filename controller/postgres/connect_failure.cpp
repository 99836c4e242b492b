#include "postgres/connect_failure.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/secret.h"
#include "base/text.h"
#include "model/database_reading.h"

namespace refloat {
namespace {

using Words = std::pair<std::string_view, Reach>;

// First match wins. PostgreSQL 13-17, PgBouncer 1.18-1.23.
constexpr std::array<Words, 27> causes_of_words{{
    {"password authentication failed", Reach::refused_credentials},
    {"SASL authentication failed", Reach::refused_credentials},
    {"no password supplied", Reach::refused_credentials},
    {"empty password returned by client", Reach::refused_credentials},
    {"is not permitted to log in", Reach::refused_credentials},
    {"server login failed", Reach::refused_credentials},  // a bouncer's own login at the server
    {"no such user", Reach::refused_credentials},
    {"authentication failed for user", Reach::refused_credentials},
    {"auth failed", Reach::refused_credentials},
    {"no pg_hba.conf entry", Reach::unreachable},
    {"pg_hba.conf rejects connection", Reach::unreachable},
    {"is not currently accepting connections", Reach::not_accepting},
    {"too many connections", Reach::not_accepting},
    {"too many clients", Reach::not_accepting},
    {"remaining connection slots are reserved", Reach::not_accepting},
    {"no more connections allowed", Reach::not_accepting},
    {"the database system is starting up", Reach::not_accepting},
    {"the database system is shutting down", Reach::not_accepting},
    {"the database system is in recovery mode", Reach::not_accepting},
    {"the database system is not yet accepting connections", Reach::not_accepting},
    {"the database system is not accepting connections", Reach::not_accepting},
    {"terminating connection due to administrator command", Reach::not_accepting},
    {"pgbouncer is shutting down", Reach::not_accepting},
    {"is disabled", Reach::not_accepting},
    {"no such database", Reach::no_database},
    {"FATAL:  role \"", Reach::refused_credentials},  // role "x" does not exist (trust, peer)
    {"FATAL:  database \"", Reach::no_database},      // database "x" does not exist
}};

}  // namespace

Reach classify_connect_failure(std::string_view text) {
  const auto* found = std::find_if(causes_of_words.begin(), causes_of_words.end(),
                                   [&](const Words& row) { return text.find(row.first) != std::string_view::npos; });
  return found == causes_of_words.end() ? Reach::unreachable : found->second;
}

ErrorKind kind_of(Reach reach) {
  switch (reach) {
    case Reach::refused_credentials: return ErrorKind::denied;
    case Reach::no_database: return ErrorKind::not_found;
    default: return ErrorKind::transient;
  }
}

std::string safe_words(std::string_view text, const Secret& password) {
  std::string words(text);
  if (!password.empty()) words = redact(std::move(words), {password});
  return printable(trim(redact_patterns(words)));
}

}  // namespace refloat
