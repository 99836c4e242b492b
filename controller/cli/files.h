// Reading and writing the files that a user names.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "base/result.h"

namespace refloat {

// The whole file; "-" reads `stdin_stream`.
Result<std::string> read_file(const std::string& path, std::istream& stdin_stream);

// Writes a new file beside the old one and renames it, so that a reader never sees half of it; readable by its owner only.
Result<> write_file(const std::string& path, const std::string& text);

// The playbook files of a folder: NAME/playbook.yaml and *.yaml, sorted by name. A path that is a file stands for itself.
Result<std::vector<std::string>> playbook_files(const std::string& path);

}  // namespace refloat
