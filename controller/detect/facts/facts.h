// The facts' factories: one file per fact. all.cpp lists them.
#pragma once

#include "detect/fact.h"

namespace refloat {

Fact operation_fact();
Fact hook_job_fact();
Fact job_fact();
Fact pods_fact();
Fact application_fact();
Fact log_fact();
Fact schema_fact();
Fact database_fact();
Fact credentials_fact();
Fact bootstrap_fact();
Fact role_fact();

}  // namespace refloat
