#include "reconcile/outcome.h"

#include <gtest/gtest.h>

namespace refloat {
namespace {

TEST(Outcome, of_every_kind_of_error) {
  struct Case {
    ErrorKind kind;
    Next next;
  };
  const Case cases[] = {{ErrorKind::transient, Next::again},      {ErrorKind::stale, Next::again},     {ErrorKind::denied, Next::stop},
                        {ErrorKind::unauthenticated, Next::stop}, {ErrorKind::not_found, Next::stop},  {ErrorKind::invalid, Next::stop},
                        {ErrorKind::gone, Next::again},           {ErrorKind::timed_out, Next::again}, {ErrorKind::ambiguous, Next::again}};
  for (const Case& c : cases) EXPECT_EQ(after_failed_read({c.kind, "x"}, 0, 1).next, c.next) << to_string(c.kind);
}

TEST(Outcome, honours_what_the_server_asks) {
  Error e{ErrorKind::transient, "busy"};
  e.retry_after_s = 7;
  EXPECT_GE(after_failed_read(e, 0, 1).wait, std::chrono::seconds(7));
}

}  // namespace
}  // namespace refloat
