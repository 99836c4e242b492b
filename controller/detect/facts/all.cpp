#include <vector>

#include "detect/fact.h"
#include "detect/facts/facts.h"

namespace refloat {

const std::vector<Fact>& all_facts() {
  static const std::vector<Fact> facts{
      // from watched objects
      role_fact(),
      application_fact(),
      operation_fact(),
      hook_job_fact(),
      job_fact(),
      pods_fact(),
      // from dear reads
      log_fact(),
      database_fact(),
      credentials_fact(),
      schema_fact(),
      bootstrap_fact(),
  };
  return facts;
}

}  // namespace refloat
