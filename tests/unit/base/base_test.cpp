#include <gtest/gtest.h>

#include "base/backoff.h"
#include "base/base64.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"

namespace refloat {
namespace {

TEST(Time, parses_what_kubernetes_writes) {
  EXPECT_EQ(format_time(*parse_time("2025-12-03T10:31:54Z")), "2025-12-03T10:31:54Z");
  EXPECT_EQ(format_time(*parse_time("2025-12-03T10:31:54.123456Z")), "2025-12-03T10:31:54Z");
  EXPECT_EQ(format_time(*parse_time("2025-12-03T12:31:54+02:00")), "2025-12-03T10:31:54Z");
  EXPECT_EQ(format_micro_time(*parse_time("2025-12-03T10:31:54.5Z")), "2025-12-03T10:31:54.500000Z");
}

TEST(Time, refuses_everything_else) {
  for (const char* text :
       {"", "now", "2025-13-01T00:00:00Z", "2025-02-30T00:00:00Z", "2025-12-03T10:31:54", "2025-12-03", "2025-12-03T25:00:00Z"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(Duration, reads_gos_form) {
  EXPECT_EQ(parse_duration("1m30s"), std::chrono::seconds(90));
  EXPECT_EQ(parse_duration("250ms"), std::chrono::milliseconds(250));
  EXPECT_EQ(parse_duration("5"), std::chrono::seconds(5));
  EXPECT_EQ(parse_duration("1.5h"), std::chrono::minutes(90));
  for (const char* text : {"", "s", "5 s", "5x", "-5s", "1h5", "9999999999999h"}) EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Secret, is_compared_whole_and_redacted_in_both_forms) {
  EXPECT_TRUE(Secret("abc").equals(Secret("abc")));
  EXPECT_FALSE(Secret("abc").equals(Secret("abcabc")));
  EXPECT_FALSE(Secret("abcabc").equals(Secret("abc")));
  EXPECT_FALSE(Secret("").equals(Secret("a")));
  EXPECT_FALSE(Secret("a").equals(Secret("")));
  const std::string text = redact("login p@ss/word or p%40ss%2Fword", {Secret("p@ss/word")});
  EXPECT_EQ(text.find("p@ss"), std::string::npos);
  EXPECT_EQ(text.find("p%40ss"), std::string::npos);
}

TEST(Secret, patterns_hide_passwords_nobody_told_us_about) {
  for (const char* text :
       {"postgres://u:hunter22@h/db", "password=hunter22 host=h", "PGPASSWORD: 'hunter22'", "Authorization: Bearer hunter22abc",
        "{\"password\":\"hunter22\"}", "parse \"postgres://u:ab/hunter22@pg/t\": invalid port", "AWS_SECRET_ACCESS_KEY=hunter22",
        "DB_PASS=hunter22", "password=ab;hunter22", "postgres://u:a@hunter22@h/d", "postgres://u:a'hunter22@h/d",
        R"({\"password\":\"hunter22\",\"x\":1})", R"({"password":"a\"hunter22"})", R"({\"password\":\"ahunter22)", "password=\"hunter22",
        "temporal-sql-tool --ep h --password hunter22 --db x", "--pw hunter22", "tool -pw hunter22 setup", "pw=hunter22"}) {
    EXPECT_EQ(redact_patterns(text).find("hunter22"), std::string::npos) << text;
  }
  for (const char* text : {"passed: 5 tests", "duplicate key: 3", "see https://example.com/a/b and mail me", "the token was not accepted",
                           "password authentication failed for user \"temporal\""})
    EXPECT_EQ(redact_patterns(text), text);
  EXPECT_EQ(redact_patterns("relation \"schema_version\" does not exist"), "relation \"schema_version\" does not exist");
}

TEST(Text, untrusted_text_becomes_one_harmless_line) {
  EXPECT_EQ(printable("a\nb\tc"), "a b c");
  EXPECT_EQ(printable("\x1b[31mred"), "?[31mred");
  EXPECT_EQ(printable("a\xE2\x80\xAE"
                      "b"),
            "a?b")
      << "bidi override";
  EXPECT_EQ(printable("\xff\xc3"), "??");
  EXPECT_EQ(printable("abcdef", 3), "abc...");
  EXPECT_EQ(printable("größe"), "größe");
  EXPECT_EQ(valid_utf8("a\xC3("), "a\xEF\xBF\xBD(");
}

TEST(Text, a_number_is_the_whole_text_or_none) {
  EXPECT_EQ(positive_number("17"), 17);
  for (const char* text : {"", "x", "0", "-1", "1x", "99999999999999999999"}) EXPECT_EQ(positive_number(text), 0) << text;
}

TEST(Text, globs_as_argo_cd) {
  EXPECT_TRUE(glob_match("*", "anything"));
  EXPECT_TRUE(glob_match("dev-*-x?", "dev-a-b-xy"));
  EXPECT_FALSE(glob_match("dev-*", "prod-a"));
  EXPECT_FALSE(glob_match("", "a"));
  EXPECT_TRUE(glob_match("a**b", "ab"));
}

TEST(Text, the_nearest_word_is_near) {
  EXPECT_EQ(nearest("diagose", {"diagnose", "plan"}), "diagnose");
  EXPECT_EQ(nearest("xyzzy", {"diagnose", "plan"}), "");
  EXPECT_EQ(nearest(std::string(64, 'x'), {std::string(63, 'x')}), std::string(63, 'x'));
  EXPECT_EQ(nearest(std::string(65, 'x'), {std::string(64, 'x')}), "") << "nobody's typo, and dear to compare";
  EXPECT_EQ(nearest(std::string(64, 'x'), {std::string(65, 'x')}), "");
}

TEST(Base64, round_trips_and_refuses) {
  for (const std::string& text : {std::string(), std::string("a"), std::string("ab"), std::string("abc"), std::string("\0\xff\x80", 3)}) {
    EXPECT_EQ(base64_decode(base64_encode(text)), text);
  }
  for (const char* text : {"a", "ab=c", "!!!!", "abcde"}) EXPECT_FALSE(base64_decode(text)) << text;
}

TEST(Digest, is_sha256) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Json, reads_what_may_be_absent_and_bounds_depth) {
  const Json j = Json::parse(R"({"a": {"b": "c", "n": 4}})");
  EXPECT_EQ(text_at(j, {"a", "b"}), "c");
  EXPECT_EQ(text_at(j, {"a", "n"}, "no text"), "no text");
  EXPECT_EQ(int_at(j, {"a", "n"}), 4);
  EXPECT_TRUE(at_path(j, {"a", "b", "c"}).is_null());
  EXPECT_FALSE(parse_json(std::string(100000, '[')));
  EXPECT_FALSE(parse_json("{\"a\": "));
  EXPECT_FALSE(parse_json("{\"a\": 888888E8880000}")) << "beyond all numbers";
  EXPECT_TRUE(parse_json("{\"a\": \"" + std::string(1000, '[') + "\"}"));
}

TEST(Backoff, grows_to_its_cap_and_is_repeatable) {
  const Backoff b{Duration(100), Duration(1000), 2.0, 0.5};
  EXPECT_EQ(b.wait(3, 7), b.wait(3, 7));
  for (int attempt = 0; attempt < 50; ++attempt) {
    EXPECT_LE(b.wait(attempt, 1), Duration(1000));
    EXPECT_GE(b.wait(attempt, 1), Duration(50));
  }
}

}  // namespace
}  // namespace refloat
