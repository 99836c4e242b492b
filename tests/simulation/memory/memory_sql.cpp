// The SQL that the model understands: what the migration tool, the server, the tests' breaks and Refloat's repairs send, and no more.
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulation/memory/memory_server.h"

namespace refloat::simulation {

namespace {

constexpr const char* the_partition = "54321";

// Words, quoted literals (with their quotes) and single signs.
std::vector<std::string> tokens_of(std::string_view sql) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < sql.size();) {
    const auto is_word = [&](std::size_t i) {
      return std::isalnum(static_cast<unsigned char>(sql[i])) != 0 || sql[i] == '_' || sql[i] == '.';
    };
    std::size_t end = at + 1;
    if (std::isspace(static_cast<unsigned char>(sql[at])) != 0) {
      at = end;
      continue;
    }
    if (sql[at] == '\'') {
      while (end < sql.size() && sql[end] != '\'') ++end;
      ++end;
    } else if (sql[at] == '$' && sql.substr(at, 2) == "$$") {
      end = sql.find("$$", at + 2) + 2;
    } else if (is_word(at)) {
      while (end < sql.size() && is_word(end)) ++end;
    }
    out.emplace_back(sql.substr(at, end - at));
    at = end;
  }
  return out;
}

std::string unquoted(const std::string& token) {
  return token.size() >= 2 && token.front() == '\'' ? token.substr(1, token.size() - 2) : token;
}

std::string local(const std::string& name) {
  return name.starts_with("public.") ? name.substr(7) : name;
}

Error refused(const std::string& words) {
  return {ErrorKind::invalid, "ERROR:  " + words + "\n"};
}

[[noreturn]] void unknown(const std::string& statement) {
  std::fprintf(stderr, "the model of PostgreSQL does not know this statement: %s\n", statement.c_str());
  std::abort();
}

// One column's type and constraints, from the token after its name.
Column column_from(const std::vector<std::string>& words, std::size_t at, std::size_t end) {
  Column column;
  for (std::size_t i = at; i < end; ++i) {
    if (words[i] == "varchar" && i + 2 < words.size() && words[i + 1] == "(") column.width = std::atoi(words[i + 2].c_str());
    if (i + 1 < end && ((words[i] == "NOT" && words[i + 1] == "NULL") || (words[i] == "PRIMARY" && words[i + 1] == "KEY")))
      column.not_null = true;
  }
  return column;
}

// End of the part that begins at `at`: the next comma or closing parenthesis on the same level.
std::size_t part_end(const std::vector<std::string>& words, std::size_t at) {
  int depth = 0;
  for (; at < words.size(); ++at) {
    if (depth == 0 && (words[at] == "," || words[at] == ")")) break;
    depth += words[at] == "(" ? 1 : words[at] == ")" ? -1 : 0;
  }
  return at;
}

class Statement {
 public:
  Statement(MemoryDatabase& database, std::string role, const std::string& text)
      : database_(database), schema_(database.schema), role_(std::move(role)), text_(text), words_(tokens_of(text)) {}

  Result<TextRows> run() {
    if (starts({"CREATE", "TABLE"})) return create_table();
    if (starts({"CREATE", "INDEX"})) return create_index();
    if (starts({"CREATE", "EXTENSION"})) return TextRows{};
    if (starts({"CREATE", "FUNCTION"})) return create_function();
    if (starts({"ALTER", "TABLE"})) return alter_table();
    if (starts({"DROP", "TABLE"})) return drop_table();
    if (starts({"DROP", "INDEX"})) return drop_index();
    if (starts({"INSERT", "INTO"})) return insert();
    if (starts({"UPDATE"})) return update();
    if (starts({"DELETE", "FROM"})) return remove();
    if (starts({"SELECT"})) return select();
    if (text_ == "REVOKE USAGE ON SCHEMA public FROM PUBLIC") {
      schema_.usage = false;
      return TextRows{};
    }
    unknown(text_);
  }

 private:
  [[nodiscard]] bool starts(std::initializer_list<const char*> words) const {
    return words_.size() >= words.size() &&
           std::equal(words.begin(), words.end(), words_.begin(), [](const char* a, const std::string& b) { return b == a; });
  }
  [[nodiscard]] const std::string& word(std::size_t at) const {
    if (at >= words_.size()) unknown(text_);
    return words_[at];
  }
  [[nodiscard]] std::size_t position(const char* of) const {
    return static_cast<std::size_t>(std::find(words_.begin(), words_.end(), of) - words_.begin());
  }
  [[nodiscard]] bool superuser() const { return role_ == memory_superuser; }
  [[nodiscard]] bool owns_database() const { return superuser() || database_.owner == role_; }

  MemoryTable* visible(const std::string& name) {
    const auto found = schema_.tables.find(name);
    return found == schema_.tables.end() || !(owns_database() || schema_.usage) ? nullptr : &found->second;
  }
  static Error no_relation(const std::string& name) { return refused("relation \"" + name + "\" does not exist"); }

  // The table, if this role may read or change its rows.
  Result<MemoryTable*> table_for_rows(const std::string& name) {
    MemoryTable* table = visible(name);
    if (table == nullptr) return no_relation(name);
    if (!superuser() && table->owner != role_) return refused("permission denied for table " + name);
    return table;
  }
  // The table, if this role may change what it is made of.
  Result<MemoryTable*> table_to_alter(const std::string& name) {
    MemoryTable* table = visible(name);
    if (table == nullptr) return no_relation(name);
    if (!superuser() && table->owner != role_) return refused("must be owner of table " + name);
    return table;
  }

  Result<TextRows> create_table() {
    const bool careful = starts({"CREATE", "TABLE", "IF", "NOT", "EXISTS"});
    const std::size_t at = careful ? 5 : 2;
    const std::string name = local(word(at));
    if (!owns_database())
      return refused(schema_.usage ? "permission denied for schema public" : "no schema has been selected to create in");
    if (schema_.tables.count(name) != 0)
      return careful ? Result<TextRows>(TextRows{}) : refused("relation \"" + name + "\" already exists");
    MemoryTable table;
    table.owner = role_;
    for (std::size_t part = at + 2; part < words_.size() && word(part) != ")";) {
      const std::size_t end = part_end(words_, part);
      if (word(part) == "PRIMARY") {
        for (std::size_t i = part; i < end; ++i) {
          if (table.columns.count(words_[i]) != 0) table.columns[words_[i]].not_null = true;
        }
      } else {
        table.columns[word(part)] = column_from(words_, part + 1, end);
      }
      part = end < words_.size() && words_[end] == "," ? end + 1 : end;
    }
    schema_.tables[name] = std::move(table);
    return TextRows{};
  }

  // CREATE INDEX name ON table (columns)
  Result<TextRows> create_index() {
    const std::string name = word(2);
    const std::string of = local(word(4));
    const auto table = table_to_alter(of);
    if (!table) return table.error();
    MemoryIndex index{of, {}};
    for (std::size_t i = 6; word(i) != ")"; ++i) {
      if (words_[i] == ",") continue;
      if ((*table)->columns.count(words_[i]) == 0) return refused("column \"" + words_[i] + "\" does not exist");
      index.columns.insert(words_[i]);
    }
    if (schema_.indexes.count(name) != 0) return refused("relation \"" + name + "\" already exists");
    schema_.indexes[name] = std::move(index);
    return TextRows{};
  }

  Result<TextRows> create_function() {
    if (!owns_database()) return refused("permission denied for schema public");
    if (!schema_.functions.insert(word(2)).second) return refused("function \"" + word(2) + "\" already exists with same argument types");
    return TextRows{};
  }

  // ALTER TABLE name, then parts: ADD COLUMN c type | DROP COLUMN c | ALTER COLUMN c TYPE t | ALTER COLUMN c SET DEFAULT x
  Result<TextRows> alter_table() {
    const std::string name = local(word(2));
    const auto found = table_to_alter(name);
    if (!found) return found.error();
    MemoryTable next = **found;
    for (std::size_t part = 3; part < words_.size();) {
      const std::size_t end = part_end(words_, part);
      const std::string column = word(part + 2);
      const bool there = next.columns.count(column) != 0;
      if (word(part) == "ADD") {
        if (there) return refused("column \"" + column + "\" of relation \"" + name + "\" already exists");
        next.columns[column] = column_from(words_, part + 3, end);
      } else {
        if (!there) return refused("column \"" + column + "\" of relation \"" + name + "\" does not exist");
        if (word(part) == "DROP") drop_column(next, name, column);
        if (word(part) == "ALTER" && word(part + 3) == "TYPE")
          next.columns[column].width = column_from(words_, part + 4, words_.size()).width;
      }
      part = end + 1;
    }
    **found = std::move(next);
    return TextRows{};
  }

  void drop_column(MemoryTable& table, const std::string& name, const std::string& column) {
    table.columns.erase(column);
    std::erase_if(schema_.indexes,
                  [&](const auto& index) { return index.second.table == name && index.second.columns.count(column) != 0; });
  }

  Result<TextRows> drop_table() {
    const std::string name = local(word(2));
    if (visible(name) == nullptr) return refused("table \"" + name + "\" does not exist");
    if (const auto table = table_to_alter(name); !table) return table.error();
    schema_.tables.erase(name);
    std::erase_if(schema_.indexes, [&](const auto& index) { return index.second.table == name; });
    return TextRows{};
  }

  Result<TextRows> drop_index() {
    if (schema_.indexes.erase(word(2)) == 0) return refused("index \"" + word(2) + "\" does not exist");
    return TextRows{};
  }

  Result<TextRows> insert() {
    const std::string name = local(word(2));
    const auto table = table_for_rows(name);
    if (!table) return table.error();
    if (name == "schema_version") return write_version(**table);
    if (name == "schema_update_history") return TextRows{};  // nothing looks at it
    if (name == "namespace_metadata") return insert_metadata(**table);
    if (name == "namespaces") return insert_namespace(**table);
    unknown(text_);
  }

  // INSERT INTO schema_version VALUES (0, 'db', now(), 'version', 'least') ON CONFLICT ... DO UPDATE
  Result<TextRows> write_version(MemoryTable& table) {
    std::vector<std::string> literals;
    std::copy_if(words_.begin(), words_.end(), std::back_inserter(literals), [](const std::string& w) { return w.front() == '\''; });
    if (literals.size() != 3) unknown(text_);
    MemoryRow row{
        {"db_name", unquoted(literals[0])}, {"curr_version", unquoted(literals[1])}, {"min_compatible_version", unquoted(literals[2])}};
    const auto same =
        std::find_if(table.rows.begin(), table.rows.end(), [&](const MemoryRow& r) { return r.at("db_name") == row["db_name"]; });
    if (same != table.rows.end())
      *same = std::move(row);
    else
      table.rows.push_back(std::move(row));
    return TextRows{};
  }

  Result<TextRows> insert_metadata(MemoryTable& table) {
    if (position("VALUES") == words_.size()) unknown(text_);
    if (!table.rows.empty()) return refused("duplicate key value violates unique constraint \"namespace_metadata_pkey\"");
    table.rows.push_back({{"partition_id", the_partition}, {"notification_version", "1"}});
    return TextRows{};
  }

  // ... SELECT partition_id, id, name, notification_version FROM namespace_metadata [ON CONFLICT DO NOTHING]
  Result<TextRows> insert_namespace(MemoryTable& table) {
    const auto metadata = table_for_rows("namespace_metadata");
    if (!metadata) return metadata.error();
    std::vector<std::string> literals;
    std::copy_if(words_.begin(), words_.end(), std::back_inserter(literals), [](const std::string& w) { return w.front() == '\''; });
    if (literals.size() != 2) unknown(text_);
    const std::string name = unquoted(literals[1]);
    for (const MemoryRow& row : (*metadata)->rows) {
      const bool there = std::any_of(table.rows.begin(), table.rows.end(), [&](const MemoryRow& r) { return r.at("name") == name; });
      if (there && position("CONFLICT") == words_.size())
        return refused("duplicate key value violates unique constraint \"namespaces_name_key\"");
      if (!there) table.rows.push_back({{"name", name}, {"notification_version", row.at("notification_version")}});
    }
    return TextRows{};
  }

  // UPDATE table SET column = 'text' | column + 1
  Result<TextRows> update() {
    const auto table = table_for_rows(local(word(1)));
    if (!table) return table.error();
    const std::string column = word(3);
    for (MemoryRow& row : (*table)->rows) {
      if (words_.size() == 6) {
        row[column] = unquoted(word(5));
      } else if (words_.size() == 8 && word(5) == column && word(7) == "1") {
        row[column] = std::to_string(std::atoll(row[column].c_str()) + 1);
      } else {
        unknown(text_);
      }
    }
    return TextRows{};
  }

  // Of WHERE column = 'text' [AND ...]; what names the one partition is true of every row.
  [[nodiscard]] bool matches(const MemoryRow& row) const {
    for (std::size_t i = position("WHERE"); i + 3 < words_.size(); ++i) {
      if (words_[i] != "WHERE" && words_[i] != "AND") continue;
      const std::string& column = words_[i + 1];
      if (column == "version_partition" || column == "partition_id") continue;
      const auto found = row.find(column);
      if (words_[i + 2] != "=" || found == row.end()) unknown(text_);
      if (found->second != unquoted(words_[i + 3])) return false;
    }
    return true;
  }

  Result<TextRows> remove() {
    const auto table = table_for_rows(local(word(2)));
    if (!table) return table.error();
    std::erase_if((*table)->rows, [&](const MemoryRow& row) { return matches(row); });
    return TextRows{};
  }

  // SELECT [count(*) | column] FROM table [WHERE ...]
  Result<TextRows> select() {
    const std::size_t from = position("FROM");
    const auto table = table_for_rows(local(word(from + 1)));
    if (!table) return table.error();
    TextRows rows;
    for (const MemoryRow& row : (*table)->rows) {
      if (!matches(row)) continue;
      rows.push_back(from == 2 ? std::vector<std::string>{row.count(word(1)) != 0 ? row.at(word(1)) : ""} : std::vector<std::string>{});
    }
    if (word(1) != "count") return rows;
    return TextRows{{std::to_string(rows.size())}};
  }

  MemoryDatabase& database_;
  MemorySchema& schema_;
  std::string role_;
  const std::string& text_;
  std::vector<std::string> words_;
};

}  // namespace

Result<TextRows> run_statement(MemoryDatabase& database, const std::string& role, const std::string& statement) {
  return Statement(database, role, statement).run();
}

Catalog MemorySchema::catalog() const {
  Catalog catalog;
  for (const auto& [name, table] : tables) {
    catalog.tables.insert(name);
    for (const auto& [column, properties] : table.columns) catalog.columns[name + "." + column] = properties;
  }
  for (const auto& [name, index] : indexes) catalog.indexes.insert(name);
  return catalog;
}

}  // namespace refloat::simulation
