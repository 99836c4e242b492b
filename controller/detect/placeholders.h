// The names a playbook's sentences may ask for in braces, so that they speak of this Stack's objects.
#pragma once

#include <string>

#include "detect/fact.h"

namespace refloat {

// {subject}, {stack}, {target}, {database}, {connectionSecret}, {roleSecret}, {namespace} and {source:ROLE} ("charts/x in https://git"),
// {source} = that of the subject Application. An unknown source reads "its source in Git", anything else its own name in angle brackets;
// other braces stay.
std::string fill_placeholders(const std::string& text, const FactContext& context);

// The subject's name: of the Application, the Stack's database, or the Stack.
std::string subject_name(const FactContext& context);

}  // namespace refloat
