#include <cstdlib>

#include "base/text.h"
#include "postgres/connect_failure.h"
#include "unit/postgres/fixture.h"

namespace refloat::test {
namespace {

class ReachTest : public DatabaseTest {
 protected:
  DatabaseReading look(const DatabaseTarget& at) {
    const DatabaseReading reading = access_.read(at, Time{});
    EXPECT_EQ(reading.detail.find(at.password.reveal()), std::string::npos) << reading.detail;
    EXPECT_FALSE(reading.schema.has_value());
    return reading;
  }
};

TEST_F(ReachTest, WrongPasswordIsRefused) {
  create();
  DatabaseTarget wrong = target();
  wrong.password = Secret("canary-that-is-wrong");
  EXPECT_EQ(look(wrong).reach, Reach::refused_credentials);
  std::string detail;
  EXPECT_EQ(access_.try_login(wrong, detail), LoginAnswer::refused);
  EXPECT_EQ(detail.find("canary"), std::string::npos);
  EXPECT_EQ(access_.try_login(target(), detail), LoginAnswer::accepted);
}

TEST_F(ReachTest, TrailingNewlineIsAnotherPassword) {
  create();
  DatabaseTarget wrong = target();
  std::string word = canary;
  word += '\n';
  wrong.password = Secret(word);
  EXPECT_EQ(look(wrong).reach, Reach::refused_credentials);
}

TEST_F(ReachTest, MissingRoleIsRefused) {
  create();
  DatabaseTarget missing = target();
  missing.user = "nobody' host='elsewhere";
  EXPECT_EQ(look(missing).reach, Reach::refused_credentials);
}

TEST_F(ReachTest, AbsentPasswordIsRefusedEvenWhenTheEnvironmentHasOne) {
  create();
  setenv("PGPASSWORD", canary, 1);
  DatabaseTarget absent = target();
  absent.password = Secret();
  const DatabaseReading reading = access_.read(absent, Time{});
  unsetenv("PGPASSWORD");
  EXPECT_EQ(reading.reach, Reach::refused_credentials) << reading.detail;
}

TEST_F(ReachTest, MissingDatabaseIsToldFromARefusal) {
  DatabaseTarget missing = target();
  missing.database = "not there";
  EXPECT_EQ(look(missing).reach, Reach::no_database);
  std::string detail;
  EXPECT_EQ(access_.try_login(missing, detail), LoginAnswer::accepted);
}

TEST_F(ReachTest, ClosedPortAndUnknownHostAreUnreachable) {
  DatabaseTarget closed = target();
  closed.port = 1;
  EXPECT_EQ(look(closed).reach, Reach::unreachable);
  DatabaseTarget unknown = target();
  unknown.host = "no-such-host.invalid";
  EXPECT_EQ(look(unknown).reach, Reach::unreachable);
  unknown.dial_host = "no-such-host.invalid";
  EXPECT_EQ(look(unknown).reach, Reach::unreachable);
  std::string detail;
  EXPECT_EQ(access_.try_login(closed, detail), LoginAnswer::not_tried);
}

TEST_F(ReachTest, DialHostReplacesOnlyWhereWeConnect) {
  create();
  DatabaseTarget elsewhere = target();
  elsewhere.host = "postgres.example.svc";
  elsewhere.dial_host = "localhost";
  const DatabaseReading reading = access_.read(elsewhere, Time{});
  EXPECT_EQ(reading.reach, Reach::ok) << reading.detail;
  EXPECT_NE(reading.address.find("postgres.example.svc"), std::string::npos);
}

TEST_F(ReachTest, RequiredTlsOnAPlainServerIsUnreachable) {
  create();
  DatabaseTarget secure = target();
  secure.ssl_mode = "require";
  EXPECT_EQ(look(secure).reach, Reach::unreachable);
}

TEST_F(ReachTest, DatabaseThatTakesNoConnectionsIsNotAccepting) {
  create();
  ASSERT_TRUE(server().execute("postgres", "ALTER DATABASE \"" + database_ + "\" ALLOW_CONNECTIONS false"));
  EXPECT_EQ(look(target()).reach, Reach::not_accepting);
}

TEST_F(ReachTest, RoleThatMayNotLogInIsRefused) {
  create();
  ASSERT_TRUE(server().execute("postgres", "CREATE ROLE barred NOLOGIN PASSWORD 'word'"));
  DatabaseTarget barred = target();
  barred.user = "barred";
  barred.password = Secret("word-x");
  EXPECT_EQ(look(barred).reach, Reach::refused_credentials);
}

TEST_F(ReachTest, RepairWithoutAConnectionSaysWhyWithoutThePassword) {
  create();
  DatabaseTarget wrong = target();
  wrong.password = Secret("canary-that-is-wrong");
  const auto answer = access_.repair(wrong, {RepairKind::remove_orphaned_metadata_row, {}, false});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::denied);
  EXPECT_EQ(answer.error().message.find("canary"), std::string::npos);
}

TEST(ConnectFailure, WordsDecide) {
  const auto of = classify_connect_failure;
  EXPECT_EQ(of("FATAL:  SASL authentication failed"), Reach::refused_credentials);
  EXPECT_EQ(of("fe_sendauth: no password supplied"), Reach::refused_credentials);
  EXPECT_EQ(of("FATAL:  role \"x\" does not exist"), Reach::refused_credentials);
  EXPECT_EQ(of("FATAL:  no such database: x"), Reach::no_database);
  EXPECT_EQ(of("FATAL:  no pg_hba.conf entry for host \"10.0.0.1\", user \"u\", database \"d\", no encryption"), Reach::unreachable);
  EXPECT_EQ(of("FATAL:  the database system is starting up"), Reach::not_accepting);
  EXPECT_EQ(of("FATAL:  too many connections for role \"x\""), Reach::not_accepting);
  EXPECT_EQ(of("FATAL:  sorry, too many clients already"), Reach::not_accepting);
  EXPECT_EQ(of("server does not support SSL, but SSL was required"), Reach::unreachable);
  EXPECT_EQ(of("server certificate for \"pg.example\" does not match host name \"x\""), Reach::unreachable);
  EXPECT_EQ(of("timeout expired"), Reach::unreachable);
}

}  // namespace
}  // namespace refloat::test
