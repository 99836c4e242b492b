// Sends one write and says what came of it. The only place of the program that changes anything outside.
#pragma once

#include <string>

#include "kube/kube_api.h"
#include "model/recovery.h"
#include "model/write.h"
#include "postgres/database.h"

namespace refloat {

struct Sent {
  EffectState state = EffectState::applied;
  std::string answer;      // the server's words
  Json removed = nullptr;  // rows a repair removed
};

// A write on the Kubernetes API; `rehearse` = dryRun=All.
Sent send(KubeApi& api, const KubeWrite& write, bool rehearse);

// A guarded repair; `rehearse` = rolled back.
Sent send(DatabaseAccess& databases, const DatabaseTarget& target, const SqlWrite& write, bool rehearse);

}  // namespace refloat
