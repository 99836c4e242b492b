// Where the checkout lies, for tests that read its files.
#pragma once

#include <filesystem>

namespace refloat {

// The project's root. Only one object file knows the path: all others are the same in every checkout, so that ccache finds them.
std::filesystem::path source_dir();

}  // namespace refloat
