// Writes into a Playbook's status whether it counts, and only when that is news.
#pragma once

#include "base/result.h"
#include "base/time.h"
#include "journal/stack_status_writer.h"
#include "kube/kube_api.h"
#include "model/playbook_verdict.h"

namespace refloat {

// The condition Ready and observedGeneration. An object that is gone or has changed since it was judged is left alone: it is judged anew.
Result<StatusWrite> write_playbook_status(KubeApi& api, const PlaybookVerdict& verdict, Time now);

}  // namespace refloat
