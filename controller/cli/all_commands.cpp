#include <vector>

#include "cli/commands.h"

namespace refloat {

const std::vector<AddCommand>& all_commands() {
  static const std::vector<AddCommand> commands = {add_diagnose, add_plan,     add_recover, add_controller, add_approve,    add_reject,
                                                   add_abort,    add_retry,    add_pause,   add_resume,     add_history,    add_signatures,
                                                   add_explain,  add_playbook, add_crds,    add_demo,       add_completion, add_version};
  return commands;
}

}  // namespace refloat
