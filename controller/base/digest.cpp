#include "base/digest.h"

#include <openssl/evp.h>

#include <array>
#include <string>
#include <string_view>

namespace refloat {

std::string sha256_hex(std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int length = 0;
  EVP_Digest(data.data(), data.size(), bytes.data(), &length, EVP_sha256(), nullptr);
  static constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  for (unsigned int i = 0; i < length; ++i) {
    out += hex[bytes.at(i) >> 4U];
    out += hex[bytes.at(i) & 0xFU];
  }
  return out;
}

}  // namespace refloat
