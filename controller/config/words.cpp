#include "config/words.h"

#include <string>
#include <utility>
#include <vector>

#include "model/finding.h"
#include "model/playbook.h"
#include "model/stack.h"

namespace refloat {

const std::vector<std::pair<std::string, Scope>>& scope_words() {
  static const std::vector<std::pair<std::string, Scope>> words{
      {"stack", Scope::stack}, {"application", Scope::application}, {"database", Scope::database}};
  return words;
}

const std::vector<std::pair<std::string, Phase>>& phase_words() {
  static const std::vector<std::pair<std::string, Phase>> words{{"unblock", Phase::unblock},     {"repair", Phase::repair},
                                                                {"migrate", Phase::migrate},     {"restart", Phase::restart},
                                                                {"bootstrap", Phase::bootstrap}, {"verify", Phase::verify}};
  return words;
}

const std::vector<std::pair<std::string, Severity>>& severity_words() {
  static const std::vector<std::pair<std::string, Severity>> words{
      {"critical", Severity::critical}, {"warning", Severity::warning}, {"info", Severity::info}};
  return words;
}

const std::vector<std::pair<std::string, Recoverable>>& recoverable_words() {
  static const std::vector<std::pair<std::string, Recoverable>> words{
      {"auto", Recoverable::automatic}, {"approval", Recoverable::approval}, {"no", Recoverable::no}};
  return words;
}

const std::vector<std::pair<std::string, Mode>>& mode_words() {
  static const std::vector<std::pair<std::string, Mode>> words{
      {"Observe", Mode::observe}, {"Approve", Mode::approve}, {"Auto", Mode::automatic}};
  return words;
}

const std::vector<std::pair<std::string, Permission>>& permission_words() {
  static const std::vector<std::pair<std::string, Permission>> words{{"deleteRows", Permission::delete_rows},
                                                                     {"insertRows", Permission::insert_rows},
                                                                     {"updateVersionRow", Permission::update_version_row},
                                                                     {"alterSchema", Permission::alter_schema},
                                                                     {"unlockMigrations", Permission::unlock_migrations},
                                                                     {"dropDatabases", Permission::drop_databases},
                                                                     {"prune", Permission::prune}};
  return words;
}

const std::vector<std::string>& role_words() {
  static const std::vector<std::string> words{"migrations", "runtime", "bootstrap", "databases"};
  return words;
}

const std::vector<std::string>& dialect_words() {
  static const std::vector<std::string> words{"temporal", "temporal-visibility"};
  return words;
}

const std::vector<std::string>& tls_mode_words() {
  static const std::vector<std::string> words{"disable", "require", "verify-ca", "verify-full"};
  return words;
}

}  // namespace refloat
