// Where a server of our own may listen.
#pragma once

namespace refloat {

// A loopback port that nobody listens on at this moment, 0 = none; the server itself finds out when it was taken in between.
int free_port();

}  // namespace refloat
