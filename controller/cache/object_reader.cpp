#include "cache/object_reader.h"

#include <simdjson.h>

#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "argo/client/application.h"
#include "base/json.h"
#include "base/result.h"
#include "cache/json_fields.h"
#include "cache/read_argo.h"
#include "cache/read_cnpg.h"
#include "cache/read_kubernetes.h"
#include "kube/cnpg_objects.h"
#include "kube/objects.h"
#include "model/application.h"
#include "model/application_set.h"
#include "model/claim.h"
#include "model/cnpg.h"
#include "model/job.h"
#include "model/node.h"
#include "model/pod.h"
#include "model/replica_set.h"
#include "model/workload.h"

namespace refloat {
namespace {

// The reference: what is unusual is read as everything else in the program reads it.
void parse(const Json& object, Application& into) {
  into = parse_application(object);
}
void parse(const Json& object, WatchedProject& into) {
  into.project = parse_project(object);
  into.ref = {"AppProject", text_at(object, {"metadata", "namespace"}), into.project.name, text_at(object, {"metadata", "uid"})};
  into.resource_version = text_at(object, {"metadata", "resourceVersion"});
}
void parse(const Json& object, Job& into) {
  into = parse_job(object);
}
void parse(const Json& object, Pod& into) {
  into = parse_pod(object);
}
void parse(const Json& object, Workload& into) {
  into = parse_workload(object);
}
void parse(const Json& object, ReplicaSet& into) {
  into = parse_replica_set(object);
}
void parse(const Json& object, Node& into) {
  into = parse_node(object);
}
void parse(const Json& object, Claim& into) {
  into = parse_claim(object);
}
void parse(const Json& object, ApplicationSet& into) {
  into = parse_application_set(object);
}
void parse(const Json& object, PostgresCluster& into) {
  into = parse_postgres_cluster(object);
}
void parse(const Json& object, PostgresDatabase& into) {
  into = parse_postgres_database(object);
}
void parse(const Json& object, PostgresPooler& into) {
  into = parse_postgres_pooler(object);
}

template <class T>
Result<> read_slowly(std::string_view text, T& into) {
  const Result<Json> object = parse_json(text);
  if (!object) return object.error();
  parse(*object, into);
  return ok();
}

}  // namespace

struct ObjectReader::Buffers {
  simdjson::ondemand::parser parser;
  std::string padded;  // the text, with the room behind it that simdjson reads into

  // False: not plain enough for the fast path.
  template <class T>
  bool read_fast(std::string_view text, T& into) {
    if (padded.size() < text.size() + simdjson::SIMDJSON_PADDING) padded.resize(text.size() + simdjson::SIMDJSON_PADDING);
    std::memcpy(padded.data(), text.data(), text.size());
    std::memset(padded.data() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
    try {
      simdjson::ondemand::document document = parser.iterate(padded.data(), text.size(), padded.size());
      read_fields(document.get_value().value(), into);
      return document.current_location().error() == simdjson::OUT_OF_BOUNDS;  // nothing may follow the object
    } catch (const simdjson::simdjson_error&) {
      return false;
    } catch (const fields::Unusual&) {
      return false;
    }
  }

  template <class T>
  Result<> read(std::string_view text, T& into) {
    into = T{};
    if (!text.empty() && read_fast(text, into)) return ok();
    into = T{};
    return read_slowly(text, into);
  }
};

ObjectReader::ObjectReader() : buffers_(std::make_unique<Buffers>()) {}
ObjectReader::~ObjectReader() = default;

template <class T>
Result<> ObjectReader::read(std::string_view text, T& into) {
  return buffers_->read(text, into);
}

template Result<> ObjectReader::read(std::string_view text, Application& into);
template Result<> ObjectReader::read(std::string_view text, WatchedProject& into);
template Result<> ObjectReader::read(std::string_view text, Job& into);
template Result<> ObjectReader::read(std::string_view text, Pod& into);
template Result<> ObjectReader::read(std::string_view text, Workload& into);
template Result<> ObjectReader::read(std::string_view text, ReplicaSet& into);
template Result<> ObjectReader::read(std::string_view text, Node& into);
template Result<> ObjectReader::read(std::string_view text, Claim& into);
template Result<> ObjectReader::read(std::string_view text, ApplicationSet& into);
template Result<> ObjectReader::read(std::string_view text, PostgresCluster& into);
template Result<> ObjectReader::read(std::string_view text, PostgresDatabase& into);
template Result<> ObjectReader::read(std::string_view text, PostgresPooler& into);

}  // namespace refloat
