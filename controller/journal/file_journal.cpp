#include "journal/file_journal.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"
#include "journal/journal.h"
#include "journal/safe_file.h"
#include "model/api_version.h"
#include "model/recovery.h"

namespace refloat {
namespace {

constexpr const char* journal_kind = "RecoveryJournal";

// What one file holds.
struct Content {
  std::int64_t version = 0;  // grows with every save: the compare in compare-and-swap
  std::vector<Recovery> recoveries;
};

std::string dump(const Json& json) {
  return json.dump(1, ' ', false, Json::error_handler_t::replace);
}

bool finished(const Recovery& recovery) {
  return recovery.verdict != Verdict::running;
}

class FileJournal final : public Journal {
 public:
  explicit FileJournal(FileJournalOptions options) : options_(std::move(options)), path_(options_.directory + "/" + file_name()) {}

  std::string where() const override { return "file " + path_; }

  Result<std::optional<Recovery>> unfinished(const std::string& ns, const std::string& stack) override {
    if (ns != options_.ns || stack != options_.stack) return other_stack(stack);
    Result<Content> content = load();
    if (!content) return content.error();
    for (Recovery& recovery : content->recoveries) {
      if (!finished(recovery)) return std::optional(std::move(recovery));
    }
    return std::optional<Recovery>();
  }

  Result<> save(Recovery& recovery) override {
    if (recovery.ns != options_.ns || recovery.stack != options_.stack) return other_stack(recovery.stack);
    if (Result<> made = ensure_private_directory(options_.directory); !made) return made;
    const Result<FileLock> lock = FileLock::acquire(path_ + ".lock");
    if (!lock) return lock.error();
    Result<Content> content = load();
    if (!content) return content.error();
    if (Result<> put = merge(recovery, *content); !put) return put;
    content->version += 1;
    if (Result<> stored = replace_file(path_, text_of(*content), options_.before_rename); !stored) return stored;
    recovery.resource_version = std::to_string(content->version);
    return ok();
  }

 private:
  [[nodiscard]] std::string file_name() const {
    const std::string identity = options_.cluster + "\n" + options_.ns + "\n" + options_.stack;
    return options_.ns + "." + options_.stack + "-" + sha256_hex(identity).substr(0, 12) + ".json";
  }

  static Error other_stack(const std::string& stack) { return {ErrorKind::invalid, "this journal is not of Stack " + stack}; }

  [[nodiscard]] Error damaged(const std::string& why) const {
    return {
        ErrorKind::invalid, "journal " + path_ + " is damaged: " + why,
        "it may hold a recovery that is not finished: look at the Stack with `refloat diagnose`, then move the file away to start anew"};
  }

  // Compare-and-swap: what the caller read must be what is there.
  Result<> merge(const Recovery& recovery, Content& content) const {
    auto& all = content.recoveries;
    const auto same = std::find_if(all.begin(), all.end(), [&](const Recovery& r) { return r.name == recovery.name; });
    if (recovery.resource_version.empty()) {
      const auto open = std::find_if(all.begin(), all.end(), [](const Recovery& r) { return !finished(r); });
      if (open != all.end()) return Error{ErrorKind::stale, "recovery " + open->name + " of this Stack is not finished", "resume it first"};
      if (same != all.end()) return Error{ErrorKind::stale, "a recovery named " + recovery.name + " exists already"};
      all.push_back(recovery);
    } else {
      const bool current = same != all.end() && recovery.resource_version == std::to_string(content.version);
      if (!current) return Error{ErrorKind::stale, "recovery " + recovery.name + " was written by another process", "read it again"};
      *same = recovery;
    }
    forget_oldest(all);
    return ok();
  }

  void forget_oldest(std::vector<Recovery>& all) const {
    auto count = std::count_if(all.begin(), all.end(), finished);
    for (auto it = all.begin(); it != all.end() && count > options_.finished_max;) {
      if (finished(*it)) {
        it = all.erase(it);
        --count;
      } else {
        ++it;
      }
    }
  }

  [[nodiscard]] std::string text_of(const Content& content) const {
    Json recoveries = Json::array();
    for (Recovery recovery : content.recoveries) {
      recovery.resource_version.clear();  // the file's version speaks for all
      recoveries.push_back(to_json(recovery));
    }
    const std::string digest = sha256_hex(dump(recoveries));
    return dump({{"apiVersion", our_api_version},
                 {"kind", journal_kind},
                 {"cluster", options_.cluster},
                 {"namespace", options_.ns},
                 {"stack", options_.stack},
                 {"version", content.version},
                 {"digest", digest},
                 {"recoveries", std::move(recoveries)}}) +
           "\n";
  }

  Result<Content> load() const {
    const Result<std::optional<std::string>> text = read_file(path_);
    if (!text) return text.error();
    if (!*text) return Content{};
    const Result<Json> json = parse_json(**text);
    if (!json) return damaged("not JSON (" + json.error().message + ")");
    if (text_at(*json, {"apiVersion"}) != our_api_version || text_at(*json, {"kind"}) != journal_kind)
      return damaged("not a " + std::string(journal_kind) + " of " + our_api_version);
    const bool ours = text_at(*json, {"cluster"}) == options_.cluster && text_at(*json, {"namespace"}) == options_.ns &&
                      text_at(*json, {"stack"}) == options_.stack;
    if (!ours) return damaged("it is about another cluster or Stack");
    return parse(*json);
  }

  Result<Content> parse(const Json& json) const {
    const Json& recoveries = at_path(json, {"recoveries"});
    Content content;
    content.version = int_at(json, {"version"}, -1);
    if (content.version < 0 || !recoveries.is_array()) return damaged("version or recoveries are missing");
    if (text_at(json, {"digest"}) != sha256_hex(dump(recoveries))) return damaged("its content does not match its digest");
    for (const Json& each : recoveries) {
      Result<Recovery> recovery = recovery_from_json(each);
      if (!recovery) return damaged(recovery.error().message);
      recovery->resource_version = std::to_string(content.version);
      content.recoveries.push_back(std::move(*recovery));
    }
    return content;
  }

  FileJournalOptions options_;
  std::string path_;
};

}  // namespace

Result<std::string> default_state_directory() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return std::string(state) + "/refloat";  // the specification says: ignore a relative one
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return std::string(home) + "/.local/state/refloat";
  return Error{ErrorKind::invalid, "no place for the journal: neither XDG_STATE_HOME nor HOME is set", "set XDG_STATE_HOME to a directory"};
}

std::unique_ptr<Journal> make_file_journal(FileJournalOptions options) {
  return std::make_unique<FileJournal>(std::move(options));
}

}  // namespace refloat
