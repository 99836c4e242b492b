// The tables, columns and indexes of schema public that tell one Temporal schema version from another, as the system catalog lists them.
// The catalog is readable without any right on the schema, so "missing" never stands for "not allowed".
#pragma once

#include <map>
#include <set>
#include <string>

namespace refloat {

struct Column {
  bool not_null = false;
  int width = -1;  // of varchar(n); -1 = unlimited or another type
};

struct Catalog {
  std::set<std::string> tables;
  std::set<std::string> indexes;
  std::map<std::string, Column> columns;  // "table.column"

  [[nodiscard]] bool has_table(const std::string& name) const { return tables.count(name) != 0; }
  [[nodiscard]] bool has_index(const std::string& name) const { return indexes.count(name) != 0; }
  [[nodiscard]] bool has_column(const std::string& name) const { return columns.count(name) != 0; }
};

}  // namespace refloat
