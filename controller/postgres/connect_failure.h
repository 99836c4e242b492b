// Why a connection failed. libpq hands no SQLSTATE to a client whose login fails, so the text decides.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "model/database_reading.h"

namespace refloat {

// What the client's or server's words mean; never Reach::ok.
Reach classify_connect_failure(std::string_view text);

// The error kind for a caller that wanted to do something and could not connect.
ErrorKind kind_of(Reach reach);

// The words in one printable line, without the password.
std::string safe_words(std::string_view text, const Secret& password);

}  // namespace refloat
