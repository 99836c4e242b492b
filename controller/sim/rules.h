// What the simulator claims about Kubernetes and Argo CD: each rule names the conformance case that proves it on the real thing too.
#pragma once

#include <string>
#include <vector>

namespace refloat::sim {

struct Rule {
  const char* rule;                      // what the simulator does, in one sentence
  const char* case_name;                 // the case in the conformance suite
  const char* only_simulated = nullptr;  // why the case cannot be made on a real cluster; null = it runs there too
};

const std::vector<Rule>& rules();

}  // namespace refloat::sim
