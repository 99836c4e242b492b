#include "postgres/fingerprint.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "model/versions.h"
#include "postgres/catalog.h"

namespace refloat {
namespace {

struct Mark {
  const char* version;
  bool (*there)(const Catalog& catalog);
};

bool not_null(const Catalog& catalog, const char* column) {
  const auto found = catalog.columns.find(column);
  return found != catalog.columns.end() && found->second.not_null;
}

bool width(const Catalog& catalog, const char* column, int characters) {
  const auto found = catalog.columns.find(column);
  return found != catalog.columns.end() && found->second.width == characters;
}

// Newest first: the first mark that is there decides.
// 1.8 is told from 1.7 by the column it widens, not by the table it drops: inside 1.7 that table is not there yet either.
constexpr std::array<Mark, 19> main_marks{{
    {"1.18", [](const Catalog& c) { return c.has_table("tasks_v2"); }},
    {"1.17", [](const Catalog& c) { return c.has_table("chasm_node_maps"); }},
    {"1.16", [](const Catalog& c) { return not_null(c, "current_executions.data_encoding"); }},
    {"1.15", [](const Catalog& c) { return c.has_column("current_executions.data"); }},
    {"1.14", [](const Catalog& c) { return c.has_column("current_executions.start_time"); }},
    {"1.13", [](const Catalog& c) { return c.has_table("nexus_endpoints"); }},
    {"1.12",
     [](const Catalog& c) { return c.has_table("nexus_incoming_services") || c.has_table("nexus_incoming_services_partition_status"); }},
    {"1.11", [](const Catalog& c) { return c.has_table("queue_messages"); }},
    {"1.10", [](const Catalog& c) { return c.has_table("task_queue_user_data"); }},
    {"1.9", [](const Catalog& c) { return c.has_table("history_scheduled_tasks"); }},
    {"1.8", [](const Catalog& c) { return width(c, "current_executions.create_request_id", 255); }},
    {"1.7", [](const Catalog& c) { return c.has_table("cluster_metadata_info"); }},
    {"1.6", [](const Catalog& c) { return c.has_column("queue_metadata.version"); }},
    {"1.5", [](const Catalog& c) { return c.has_column("executions.db_record_version"); }},
    {"1.4", [](const Catalog& c) { return c.has_table("visibility_tasks") && !c.has_column("cluster_metadata.immutable_data"); }},
    {"1.3", [](const Catalog& c) { return c.has_table("visibility_tasks"); }},
    {"1.2", [](const Catalog& c) { return c.has_column("queue.message_encoding"); }},
    {"1.1", [](const Catalog& c) { return c.has_column("cluster_metadata.data"); }},
    {"1.0", [](const Catalog& c) { return c.has_table("cluster_membership"); }},
}};

constexpr std::array<Mark, 10> visibility_marks{{
    {"1.9", [](const Catalog& c) { return c.has_column("executions_visibility._version"); }},
    {"1.8", [](const Catalog& c) { return c.has_column("executions_visibility.temporalworkerdeploymentversion"); }},
    {"1.7", [](const Catalog& c) { return c.has_column("executions_visibility.temporalpauseinfo"); }},
    {"1.6", [](const Catalog& c) { return not_null(c, "executions_visibility.root_workflow_id"); }},
    {"1.5",
     [](const Catalog& c) {
       return c.has_column("executions_visibility.root_workflow_id") || c.has_column("executions_visibility.root_run_id");
     }},
    {"1.4", [](const Catalog& c) { return c.has_column("executions_visibility.execution_duration"); }},
    {"1.3", [](const Catalog& c) { return c.has_column("executions_visibility.history_size_bytes"); }},
    {"1.2", [](const Catalog& c) { return c.has_column("executions_visibility.search_attributes"); }},
    {"1.1", [](const Catalog& c) { return c.has_index("by_close_time_by_status"); }},
    {"1.0", [](const Catalog& c) { return c.has_table("executions_visibility"); }},
}};

template <std::size_t Count>
std::string newest(const Catalog& catalog, const std::array<Mark, Count>& marks) {
  const auto* found = std::find_if(marks.begin(), marks.end(), [&](const Mark& mark) { return mark.there(catalog); });
  return found == marks.end() ? "" : found->version;
}

DroppedObject table(const std::string& name, SchemaVersion made, SchemaVersion dropped) {
  return {"table " + name, made, dropped, "CREATE TABLE public." + name + " ()"};
}

DroppedObject column(const std::string& of, const std::string& name, const std::string& type, SchemaVersion made, SchemaVersion dropped) {
  return {"column " + of + "." + name, made, dropped, "ALTER TABLE public." + of + " ADD COLUMN " + name + " " + type};
}

// Partial and empty, so that it costs no more than one scan of a table that may be large.
DroppedObject index(const std::string& name, SchemaVersion made, SchemaVersion dropped) {
  return {"index " + name, made, dropped, "CREATE INDEX " + name + " ON public.executions_visibility (namespace_id) WHERE false"};
}

std::vector<DroppedObject> main_objects() {
  return {
      column("cluster_metadata", "immutable_data", "bytea", {1, 0}, {1, 4}),
      column("cluster_metadata", "immutable_data_encoding", "varchar(16)", {1, 0}, {1, 4}),
      table("tiered_storage_tasks", {1, 7}, {1, 8}),
      table("nexus_incoming_services", {1, 12}, {1, 13}),
      table("nexus_incoming_services_partition_status", {1, 12}, {1, 13}),
      column("current_executions", "data_encoding", "varchar(16)", {1, 15}, {1, 16}),
  };
}

std::vector<DroppedObject> visibility_objects() {
  std::vector<DroppedObject> objects;
  for (const char* name : {"by_type_start_time", "by_workflow_id_start_time", "by_status_by_start_time", "by_type_close_time",
                           "by_workflow_id_close_time", "by_status_by_close_time"}) {
    objects.push_back(index(name, {1, 0}, {1, 2}));
  }
  objects.push_back(index("by_close_time_by_status", {1, 1}, {1, 2}));
  objects.push_back(index("by_root_workflow_id", {1, 5}, {1, 6}));
  objects.push_back(index("by_root_run_id", {1, 5}, {1, 6}));
  objects.push_back(column("executions_visibility", "root_workflow_id", "varchar(255)", {1, 5}, {1, 6}));
  objects.push_back(column("executions_visibility", "root_run_id", "varchar(255)", {1, 5}, {1, 6}));
  return objects;
}

bool there(const Catalog& catalog, const DroppedObject& object) {
  const std::string name = object.name.substr(object.name.find(' ') + 1);
  return catalog.has_table(name) || catalog.has_column(name) || catalog.has_index(name);
}

}  // namespace

std::string fingerprint(const Catalog& catalog, const std::string& dialect) {
  return dialect == dialect_visibility ? newest(catalog, visibility_marks) : newest(catalog, main_marks);
}

SchemaVersion newest_known(const std::string& dialect) {
  return dialect == dialect_visibility ? SchemaVersion{1, 9} : SchemaVersion{1, 18};
}

const std::vector<DroppedObject>& dropped_objects(const std::string& dialect) {
  static const std::vector<DroppedObject> main = main_objects();
  static const std::vector<DroppedObject> visibility = visibility_objects();
  return dialect == dialect_visibility ? visibility : main;
}

std::vector<std::string> missing_objects(const Catalog& catalog, const std::string& dialect, const SchemaVersion& recorded) {
  std::vector<std::string> names;
  for (const DroppedObject& object : dropped_objects(dialect)) {
    if (object.made_in <= recorded && recorded < object.dropped_in && !there(catalog, object)) names.push_back(object.name);
  }
  return names;
}

const DroppedObject* find_dropped_object(const std::string& name) {
  for (const char* dialect : {dialect_main, dialect_visibility}) {
    for (const DroppedObject& object : dropped_objects(dialect)) {
      if (object.name == name) return &object;
    }
  }
  return nullptr;
}

std::vector<std::string> marked_relations() {
  return {"tasks_v2",
          "chasm_node_maps",
          "current_executions",
          "nexus_endpoints",
          "nexus_incoming_services",
          "nexus_incoming_services_partition_status",
          "queue_messages",
          "task_queue_user_data",
          "history_scheduled_tasks",
          "cluster_metadata_info",
          "tiered_storage_tasks",
          "queue_metadata",
          "executions",
          "visibility_tasks",
          "cluster_metadata",
          "queue",
          "cluster_membership",
          "executions_visibility",
          "by_type_start_time",
          "by_workflow_id_start_time",
          "by_status_by_start_time",
          "by_type_close_time",
          "by_workflow_id_close_time",
          "by_status_by_close_time",
          "by_close_time_by_status",
          "by_root_workflow_id",
          "by_root_run_id"};
}

}  // namespace refloat
