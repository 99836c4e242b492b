#include "journal/file_journal.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "unit/journal/fixture.h"

namespace refloat {
namespace {

namespace fs = std::filesystem;

struct FileJournal : testing::Test {
  fs::path root;
  FileJournalOptions options;

  FileJournal() {
    std::string name = (fs::temp_directory_path() / "refloat-journal-XXXXXX").string();
    root = ::mkdtemp(name.data());
    options.directory = (root / "state" / "refloat").string();
    options.cluster = "https://cluster:6443";
    options.ns = "argocd";
    options.stack = "temporal-dev";
  }
  ~FileJournal() override { fs::remove_all(root); }

  [[nodiscard]] std::unique_ptr<Journal> open() const { return make_file_journal(options); }
  [[nodiscard]] fs::path file() const {
    for (const auto& entry : fs::directory_iterator(options.directory)) {
      if (entry.path().extension() == ".json") return entry.path();
    }
    return {};
  }
  [[nodiscard]] std::string text() const {
    std::ostringstream all;
    all << std::ifstream(file()).rdbuf();
    return all.str();
  }
  void overwrite(const std::string& content) const { std::ofstream(file(), std::ios::trunc) << content; }
  [[nodiscard]] std::optional<Recovery> unfinished() const {
    auto found = open()->unfinished("argocd", "temporal-dev");
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    return found ? *found : std::nullopt;
  }
  // Runs `body` in a process of its own and returns how that ended.
  template <class Body>
  static int in_child(Body body) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(body());
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
  }
};

TEST_F(FileJournal, nothing_is_there_before_the_first_save_and_asking_makes_no_file) {
  EXPECT_FALSE(unfinished());
  EXPECT_FALSE(fs::exists(options.directory));
}

TEST_F(FileJournal, another_process_finds_what_was_saved) {
  Recovery recovery = test::small_recovery();
  recovery.steps[0].effects.push_back({});
  ASSERT_TRUE(open()->save(recovery));
  const auto found = unfinished();
  ASSERT_TRUE(found);
  EXPECT_EQ(to_json(*found), to_json(recovery));
}

TEST_F(FileJournal, is_readable_by_nobody_else) {
  Recovery recovery = test::small_recovery();
  ASSERT_TRUE(open()->save(recovery));
  struct stat info{};
  ASSERT_EQ(::stat(file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  ASSERT_EQ(::stat(options.directory.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0700U);
}

TEST_F(FileJournal, a_directory_that_others_may_write_to_is_refused) {
  fs::create_directories(options.directory);
  ASSERT_EQ(::chmod(options.directory.c_str(), 0777), 0);
  Recovery recovery = test::small_recovery();
  EXPECT_FALSE(open()->save(recovery));
}

TEST_F(FileJournal, the_second_of_two_writers_is_stale_and_changes_nothing) {
  Recovery first = test::small_recovery();
  ASSERT_TRUE(open()->save(first));
  Recovery second = *unfinished();
  first.message = "first";
  ASSERT_TRUE(open()->save(first));
  second.message = "second";
  const auto saved = open()->save(second);
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().kind, ErrorKind::stale);
  EXPECT_EQ(unfinished()->message, "first");
}

TEST_F(FileJournal, a_new_recovery_waits_until_the_old_one_is_finished) {
  Recovery first = test::small_recovery("one");
  ASSERT_TRUE(open()->save(first));
  Recovery second = test::small_recovery("two");
  EXPECT_EQ(open()->save(second).error().kind, ErrorKind::stale);
  first.verdict = Verdict::recovered;
  ASSERT_TRUE(open()->save(first));
  EXPECT_FALSE(unfinished());
  EXPECT_TRUE(open()->save(second));
  EXPECT_EQ(unfinished()->name, "two");
}

TEST_F(FileJournal, keeps_a_bounded_history_and_never_drops_the_unfinished_one) {
  options.finished_max = 3;
  for (int i = 0; i < 6; ++i) {
    Recovery recovery = test::small_recovery("r" + std::to_string(i));
    ASSERT_TRUE(open()->save(recovery));
    recovery.verdict = Verdict::failed;
    ASSERT_TRUE(open()->save(recovery));
  }
  Recovery last = test::small_recovery("last");
  ASSERT_TRUE(open()->save(last));
  const Json json = parse_json(text()).value();
  std::vector<std::string> names;
  for (const Json& each : json["recoveries"]) names.push_back(each["metadata"]["name"]);
  EXPECT_EQ(names, (std::vector<std::string>{"r3", "r4", "r5", "last"}));
}

TEST_F(FileJournal, clusters_and_stacks_do_not_mix) {
  Recovery recovery = test::small_recovery();
  ASSERT_TRUE(open()->save(recovery));
  options.cluster = "https://other:6443";
  EXPECT_FALSE(unfinished());
  options.stack = "other";
  Recovery foreign = test::small_recovery();
  EXPECT_FALSE(open()->save(foreign));
}

TEST_F(FileJournal, a_truncated_file_is_an_error_that_names_it_at_every_length) {
  Recovery recovery = test::small_recovery();
  ASSERT_TRUE(open()->save(recovery));
  const std::string whole = text();
  for (std::size_t length = 0; length + 2 < whole.size(); length += 7) {
    overwrite(whole.substr(0, length));
    const auto found = open()->unfinished("argocd", "temporal-dev");
    ASSERT_FALSE(found) << length;
    EXPECT_NE(found.error().message.find(file().string()), std::string::npos);
    EXPECT_FALSE(found.error().hint.empty());
    Recovery next = test::small_recovery("next");
    EXPECT_FALSE(open()->save(next)) << "a damaged journal must not be overwritten";
  }
}

TEST_F(FileJournal, a_changed_byte_is_noticed) {
  Recovery recovery = test::small_recovery();
  recovery.steps[0].effects.push_back({});
  ASSERT_TRUE(open()->save(recovery));
  std::string changed = text();
  const auto at = changed.find("intended\"");
  ASSERT_NE(at, std::string::npos);
  overwrite(changed.replace(at, 8, "rejected"));  // still good JSON of the right shape
  EXPECT_FALSE(open()->unfinished("argocd", "temporal-dev"));
}

TEST_F(FileJournal, a_kill_between_writing_and_renaming_leaves_the_old_content_and_a_working_journal) {
  Recovery recovery = test::small_recovery();
  ASSERT_TRUE(open()->save(recovery));
  const std::string before = text();
  const int status = in_child([&] {
    options.before_rename = [] { ::raise(SIGKILL); };
    recovery.message = "lost";
    return open()->save(recovery) ? 0 : 1;
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(text(), before);
  recovery.message = "again";
  ASSERT_TRUE(open()->save(recovery)) << "the dead process's lock and half file do not stand in the way";
  EXPECT_EQ(unfinished()->message, "again");
}

TEST_F(FileJournal, a_full_disk_is_an_error_and_the_old_content_stands) {
  Recovery recovery = test::small_recovery();
  ASSERT_TRUE(open()->save(recovery));
  const std::string before = text();
  recovery.message = std::string(100'000, 'x');
  const int status = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto saved = open()->save(recovery);
    return !saved && saved.error().kind == ErrorKind::invalid ? 0 : 1;
  });
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(text(), before);
}

TEST_F(FileJournal, a_place_that_cannot_be_a_directory_is_an_error_that_names_it) {
  std::ofstream(root / "file") << "x";
  options.directory = (root / "file" / "refloat").string();
  Recovery recovery = test::small_recovery();
  const auto saved = open()->save(recovery);
  ASSERT_FALSE(saved);
  EXPECT_NE(saved.error().message.find((root / "file").string()), std::string::npos);
}

TEST_F(FileJournal, a_read_only_directory_is_an_error) {
  if (::geteuid() == 0) {
    // Root writes anywhere: become somebody else in a child.
    fs::create_directories(options.directory);
    ::chmod(root.c_str(), 0755);
    const int status = in_child([&] {
      if (::setuid(65534) != 0) return 2;
      Recovery recovery = test::small_recovery();
      return open()->save(recovery) ? 1 : 0;
    });
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    return;
  }
  fs::create_directories(options.directory);
  ::chmod(options.directory.c_str(), 0500);
  Recovery recovery = test::small_recovery();
  EXPECT_FALSE(open()->save(recovery));
}

TEST_F(FileJournal, of_many_writers_at_once_exactly_one_wins_each_round) {
  Recovery recovery = test::small_recovery();
  ASSERT_TRUE(open()->save(recovery));
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    const pid_t child = ::fork();
    if (child == 0) {
      recovery.message = std::to_string(i);
      ::_exit(open()->save(recovery) ? 0 : 1);
    }
    children.push_back(child);
  }
  int won = 0;
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    won += WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 1 : 0;
  }
  EXPECT_EQ(won, 1);
}

TEST(default_state_directory, follows_the_environment) {
  ::setenv("HOME", "/home/x", 1);
  ::unsetenv("XDG_STATE_HOME");
  EXPECT_EQ(default_state_directory().value(), "/home/x/.local/state/refloat");
  ::setenv("XDG_STATE_HOME", "relative", 1);
  EXPECT_EQ(default_state_directory().value(), "/home/x/.local/state/refloat");
  ::setenv("XDG_STATE_HOME", "/state", 1);
  EXPECT_EQ(default_state_directory().value(), "/state/refloat");
  ::unsetenv("XDG_STATE_HOME");
  ::unsetenv("HOME");
  EXPECT_FALSE(default_state_directory());
}

}  // namespace
}  // namespace refloat
