#include "postgres/expect_query.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <pqxx/except>
#include <pqxx/result>
#include <string>
#include <utility>

#include "base/text.h"
#include "model/database_reading.h"

namespace refloat {
namespace {

std::string without_semicolon(const std::string& query) {
  std::string text = trim(query);
  while (!text.empty() && text.back() == ';') {
    text.pop_back();
    text = trim(text);
  }
  return text;
}

bool is_select(const std::string& text) {
  std::string word = text.substr(0, 6);
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word == "select" && text.size() > 6 && std::isalnum(static_cast<unsigned char>(text[6])) == 0 && text[6] != '_';
}

ExpectAnswer failed(std::string why) {
  ExpectAnswer answer;
  answer.asked = true;
  answer.error = std::move(why);
  return answer;
}

// Many errors quote data, and a cast makes any of them do so ("relation \"<value>\" does not exist"): only the code leaves the database.
std::string words_of(const pqxx::sql_error& error) {
  struct Meaning {
    const char* code;
    const char* words;
  };
  static constexpr Meaning meanings[] = {
      {"42601", "a syntax error"},          {"42P01", "a table is not there"},       {"42703", "a column is not there"},
      {"42883", "a function is not there"}, {"42501", "a right to read is missing"}, {"57014", "it took too long"}};
  const auto* known = std::find_if(std::begin(meanings), std::end(meanings), [&](const Meaning& m) { return error.sqlstate() == m.code; });
  return "SQLSTATE " + error.sqlstate() + (known == std::end(meanings) ? "" : std::string(": ") + known->words);
}

ExpectAnswer judge(const pqxx::result& rows) {
  constexpr unsigned bool_oid = 16;
  if (rows.columns() != 1 || rows.column_type(0) != bool_oid) return failed("the query must return one boolean column");
  if (rows.size() > 1) return failed("the query must return one row");
  ExpectAnswer answer;
  answer.asked = true;
  answer.holds = rows.size() == 1 && !rows[0][0].is_null() && rows[0][0].as<bool>();
  return answer;
}

}  // namespace

ExpectAnswer ask_expectation(pqxx::transaction_base& transaction, const std::string& query, bool superuser) {
  const std::string text = without_semicolon(query);
  if (!is_select(text)) return failed("the query must be one SELECT");
  if (superuser) return failed("refused: the role is a superuser");
  try {
    return judge(transaction.exec_params("SELECT * FROM (" + text + "\n) AS expectation LIMIT 2"));
  } catch (const pqxx::sql_error& error) {
    return failed(words_of(error));
  }
}

}  // namespace refloat
