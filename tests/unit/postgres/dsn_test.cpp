#include "postgres/dsn.h"

#include <gtest/gtest.h>

namespace refloat {
namespace {

Result<DatabaseTarget> parse(const std::string& text) {
  return parse_dsn(Secret(text));
}

TEST(Dsn, UriIsTakenApartAndDecoded) {
  const auto target =
      parse("postgresql://user%40x:p%40%2F%3A%23%25%3Fss@pg.example:6432/data%20base?sslmode=verify-full&sslrootcert=/ca.pem");
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_EQ(target->user, "user@x");
  EXPECT_EQ(target->password.reveal(), "p@/:#%?ss");
  EXPECT_EQ(target->host, "pg.example");
  EXPECT_EQ(target->port, 6432);
  EXPECT_EQ(target->database, "data base");
  EXPECT_EQ(target->ssl_mode, "verify-full");
  EXPECT_EQ(target->ssl_root_cert, "/ca.pem");
}

TEST(Dsn, KeywordsAreTakenApart) {
  const auto target = parse("host=pg user=u password='a b\\'c' dbname=d");
  ASSERT_TRUE(target) << target.error().message;
  EXPECT_EQ(target->password.reveal(), "a b'c");
  EXPECT_EQ(target->port, 5432);
  EXPECT_EQ(target->database, "d");
}

TEST(Dsn, DatabaseDefaultsToTheUser) {
  EXPECT_EQ(parse("postgres://u:p@h")->database, "u");
}

TEST(Dsn, WhatItCannotReadIsRefusedWithoutQuotingIt) {
  for (const char* text : {"postgres://u:canary:rd#%1@127.0.0.1/d", "postgres://u:canary@h:99999/d",
                           "postgres://u:canary@h/d?pgbouncer=true", "postgres+asyncpg://u:canary@h/d", "mysql://u:canary@h/d",
                           "postgres://u:canary@h1:1,h2:2/d", "postgres://u:canary@h/d?sslmode=sometimes", "host=h password='canary", ""}) {
    const auto target = parse(text);
    ASSERT_FALSE(target) << text;
    EXPECT_EQ(target.error().kind, ErrorKind::invalid);
    EXPECT_EQ((target.error().message + target.error().hint).find("canary"), std::string::npos) << target.error().message;
  }
}

}  // namespace
}  // namespace refloat
