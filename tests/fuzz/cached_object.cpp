// A watched object of any bytes, of every kind the cache keeps: no crash, and it is either kept or reported as unreadable.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/clock.h"
#include "cache/store.h"
#include "model/stack.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto kind = static_cast<refloat::Watched>(data[0] % refloat::watched_count);
  const std::string object(data + 1, data + size);
  const refloat::SystemClock clock;
  refloat::Store store({"https://10.0.0.1:443"}, clock);
  const auto sink = store.sink(kind, "");
  sink->list_begins();
  sink->changed(object);
  sink->list_ends();
  sink->changed(object);
  if (store.count(kind) + store.unreadable_count() == 0) std::abort();
  refloat::Stack stack;
  stack.name = stack.ns = "a";
  for (const refloat::Concern& concern : store.take_dirty()) (void)concern;
  (void)store.slice(stack);
  sink->deleted(object);
  return 0;
}
