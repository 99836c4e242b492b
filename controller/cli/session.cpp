#include "cli/session.h"

#include <string>

#include "base/text.h"
#include "base/time.h"
#include "cli/options.h"
#include "report/style.h"

namespace refloat {

std::string shell_word(const std::string& text) {
  const bool plain =
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-") == std::string::npos;
  if (plain && !text.empty()) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

namespace {

void append(std::string& flags, const char* flag, const std::string& value) {
  if (!value.empty()) flags += std::string(" ") + flag + " " + shell_word(value);
}

}  // namespace

std::string stack_flags(const Session& session) {
  const Options& options = session.options;
  std::string flags;
  for (const std::string& file : options.files) append(flags, "-f", file);
  for (const std::string& folder : options.playbook_dirs) append(flags, "--playbooks", folder);
  for (const std::string& address : options.database_addresses) append(flags, "--database-address", address);
  for (const std::string& host : options.trusted_hosts) append(flags, "--trusted-database-host", host);
  for (const std::string& secret : options.destination_clusters) append(flags, "--destination-cluster", secret);
  append(flags, "--operation-stuck-after", options.operation_stuck_after);
  return printable(flags, flags.size());
}

std::string cluster_flags(const Session& session) {
  const Options& options = session.options;
  std::string flags;
  append(flags, "--kubeconfig", options.kubeconfig);
  append(flags, "--context", options.context);
  append(flags, "--as", options.as);
  for (const std::string& group : options.as_groups) append(flags, "--as-group", group);
  return printable(flags, flags.size());
}

std::string next_command(const Session& session, const std::string& verb, const std::string& ns, const std::string& name) {
  const std::string where = ns.empty() ? "" : " -n " + shell_word(printable(ns));
  return session.program + " " + verb + " " + shell_word(printable(name)) + where + cluster_flags(session);
}

namespace {

bool in_colour(const Session& session, bool tty) {
  return session.options.color == "always" || (session.options.color == "auto" && tty && !session.console.no_color);
}

}  // namespace

bool talk_in_colour(const Session& session) {
  return in_colour(session, session.console.err_tty);
}

TextStyle style_of(const Session& session, Time now) {
  return {now, in_colour(session, session.console.out_tty), session.program, cluster_flags(session) + stack_flags(session)};
}

void tell(Session& session, const std::string& line) {
  if (session.options.verbosity > 0) session.console.err << printable(line, 2000) << "\n";
}

}  // namespace refloat
