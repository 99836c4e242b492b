// Ports whose process can die around an effect: just before it is sent, after it took place but before its answer, or after the answer
// (and its journal entry; it dies at its next look). Only effects count: leases, the journal, dry runs and reads do not.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "kube/kube_api.h"
#include "postgres/database.h"

namespace refloat::simulation {

enum class Boundary { before_sending, before_answer, after_answer };
inline constexpr Boundary all_boundaries[] = {Boundary::before_sending, Boundary::before_answer, Boundary::after_answer};
const char* to_string(Boundary boundary);

// Thrown where the process dies; nothing of ours catches it.
struct Died {};

// When the process dies, and what it did until then.
struct Fate {
  std::size_t effect = SIZE_MAX;  // dies around this effect, counted from 0
  Boundary boundary = Boundary::before_sending;
  std::vector<std::string> effects;  // every effect that was carried out
  std::size_t sent = 0;
  bool dying = false;  // the answer is in and on record: the next look is not reached
  bool dead = false;   // nothing it held is given back

  // Dies here if this is the moment.
  void pass(Boundary here) {
    if (sent != effect || here != boundary) return;
    if (here != Boundary::after_answer) die();
    dying = true;
  }
  [[noreturn]] void die() {
    dead = true;
    throw Died{};
  }
};

class MortalKube final : public KubeApi {
 public:
  MortalKube(KubeApi& api, Fate& fate) : api_(api), fate_(fate) {}

  std::string server() const override { return api_.server(); }
  Destinations destinations() const override { return api_.destinations(); }
  Result<Json> get(const Resource& object) override { return fate_.dead ? gone() : api_.get(object); }
  Result<Json> get_raw(const std::string& path) override { return api_.get_raw(path); }
  Result<ObjectList> list(const Resource& r, const ListOptions& o) override {
    if (fate_.dying) fate_.die();
    return api_.list(r, o);
  }
  Result<Json> create(const Resource& r, const Json& b, const WriteOptions& o) override;
  Result<Json> replace(const Resource& r, const Json& b, const WriteOptions& o) override;
  Result<Json> patch(const Resource& r, PatchType t, const Json& b, const WriteOptions& o) override;
  Result<Json> remove(const Resource& r, const DeleteOptions& o) override;
  Result<std::string> logs(const std::string& n, const std::string& p, const LogOptions& o) override { return api_.logs(n, p, o); }
  Result<AccessAnswer> can_i(const AccessQuestion& q) override { return api_.can_i(q); }

 private:
  static Result<Json> gone() { return Error{ErrorKind::transient, "this process is dead"}; }
  KubeApi& api_;
  Fate& fate_;
};

class MortalDatabases final : public DatabaseAccess {
 public:
  MortalDatabases(DatabaseAccess& databases, Fate& fate) : databases_(databases), fate_(fate) {}

  DatabaseReading read(const DatabaseTarget& t, Time now) override { return databases_.read(t, now); }
  LoginAnswer try_login(const DatabaseTarget& t, std::string& detail) override { return databases_.try_login(t, detail); }
  Result<RepairAnswer> repair(const DatabaseTarget& t, const RepairRequest& r) override;

 private:
  DatabaseAccess& databases_;
  Fate& fate_;
};

}  // namespace refloat::simulation
