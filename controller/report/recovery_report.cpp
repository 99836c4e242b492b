#include "report/recovery_report.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "base/text.h"
#include "base/time.h"
#include "model/plan.h"
#include "model/recovery.h"
#include "report/format.h"
#include "report/style.h"

namespace refloat {
namespace {

std::string sign(StepState state, const Paint& paint) {
  switch (state) {
    case StepState::done: return paint.good("ok  ");
    case StepState::failed: return paint.bad("fail");
    case StepState::skipped: return paint.dim("skip");
    case StepState::running: return paint.warn("... ");
    case StepState::waiting: return paint.dim("-   ");
  }
  return "?   ";
}

std::string duration_of(const StepRun& run) {
  return run.started_at && run.finished_at ? format_duration(*run.finished_at - *run.started_at) : "";
}

std::string describe_of(const Recovery& recovery, const StepRun& run) {
  const auto found =
      std::find_if(recovery.plan.steps.begin(), recovery.plan.steps.end(), [&](const PlanStep& step) { return step.id == run.id; });
  return found == recovery.plan.steps.end() ? "" : printable(found->describe, long_text);
}

std::string step_text(const Recovery& recovery, const StepRun& run, const Paint& paint) {
  std::string result = "  " + sign(run.state, paint) + "  " + padded(run.id, 12) + "  " + describe_of(recovery, run);
  if (!duration_of(run).empty()) result += paint.dim("  " + duration_of(run));
  result += "\n";
  const bool tell = run.state == StepState::failed || run.state == StepState::skipped || run.state == StepState::running;
  if (tell && !run.message.empty()) result += "        " + printable(run.message, long_text) + "\n";
  for (const Effect& effect : run.effects) {
    result += paint.dim("        " + std::string(to_string(effect.state)) + "  " + printable(effect.display, long_text)) + "\n";
  }
  return result;
}

std::size_t applied_effects(const Recovery& recovery) {
  std::size_t count = 0;
  for (const StepRun& run : recovery.steps) {
    count += static_cast<std::size_t>(
        std::count_if(run.effects.begin(), run.effects.end(), [](const Effect& effect) { return effect.state == EffectState::applied; }));
  }
  return count;
}

std::string next_command(const Recovery& recovery, const TextStyle& style) {
  const std::string target = stack_arguments(recovery.stack, recovery.ns, style);
  if (recovery.verdict == Verdict::running) return "next  " + style.program + " recover " + target + "   resumes where this stopped\n";
  if (recovery.verdict == Verdict::recovered) return {};
  return "next  " + style.program + " diagnose " + target + "\n";
}

}  // namespace

std::string verdict_line(const Recovery& recovery) {
  const auto done = static_cast<std::size_t>(
      std::count_if(recovery.steps.begin(), recovery.steps.end(), [](const StepRun& run) { return run.state == StepState::done; }));
  const std::string work = count_of(done, "step") + ", " + count_of(applied_effects(recovery), "write");
  const std::string why = recovery.message.empty() ? "" : ": " + printable(recovery.message, long_text);
  switch (recovery.verdict) {
    case Verdict::recovered: {
      if (recovery.steps.empty()) return recovery.message.empty() ? "nothing to recover" : printable(recovery.message, long_text);
      const std::string took = recovery.finished_at ? " in " + format_duration(*recovery.finished_at - recovery.started_at) : "";
      return "recovered and verified" + took + ": " + work;
    }
    case Verdict::failed: return "recovery failed after " + work + why;
    case Verdict::aborted: return "recovery aborted after " + work + why;
    case Verdict::refused: return (recovery.steps.empty() ? "refused" : "refused after " + work) + why;
    case Verdict::running: return "not finished after " + work + "; rerun to resume";
  }
  return "?";
}

std::string render(const Recovery& recovery, Format format, const TextStyle& style) {
  if (format == Format::json) return to_json(recovery).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  const Paint paint(style.colour);
  const bool text = format == Format::text;
  std::string result;
  if (text)
    result = paint.bold(printable(recovery.stack)) + (recovery.ns.empty() ? "" : " (" + printable(recovery.ns) + ")") + "   " +
             recovery.name + "\n";
  for (const StepRun& run : recovery.steps) {
    result += text ? step_text(recovery, run, paint) : printable(recovery.stack) + "  " + run.id + "  " + to_string(run.state) + "\n";
  }
  if (text) result += next_command(recovery, style);
  const bool good = recovery.verdict == Verdict::recovered;
  return result + (good ? paint.good(verdict_line(recovery)) : paint.bad(verdict_line(recovery))) + "\n";
}

}  // namespace refloat
