#include "sim/temporal_migrations.h"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace refloat {
namespace {

using Statements = std::vector<std::string>;

std::string table(const std::string& name, const std::string& columns) {
  return "CREATE TABLE " + name + " (" + columns + ")";
}

std::string add_column(const std::string& of, const std::string& column) {
  return "ALTER TABLE " + of + " ADD COLUMN " + column;
}

std::string drop_column(const std::string& of, const std::string& column) {
  return "ALTER TABLE " + of + " DROP COLUMN " + column;
}

void tables(Statements& statements, std::initializer_list<const char*> names) {
  for (const char* name : names) statements.push_back(table(name, "shard_id integer NOT NULL, data bytea"));
}

// The one row is inserted third: whoever dies after it leaves a schema on which every retry fails.
Statements main_1_0() {
  Statements statements{
      table("namespaces",
            "partition_id integer NOT NULL, id bytea NOT NULL, name varchar(255) UNIQUE NOT NULL, notification_version bigint NOT NULL, "
            "data bytea NOT NULL DEFAULT '', data_encoding varchar(16) NOT NULL DEFAULT '', is_global boolean NOT NULL DEFAULT false, "
            "PRIMARY KEY (partition_id, id)"),
      table("namespace_metadata", "partition_id integer PRIMARY KEY, notification_version bigint NOT NULL"),
      "INSERT INTO namespace_metadata (partition_id, notification_version) VALUES (54321, 1)",
  };
  tables(statements, {"shards", "transfer_tasks", "executions"});
  statements.push_back(
      table("current_executions", "shard_id integer NOT NULL, create_request_id varchar(64) NOT NULL, start_version bigint NOT NULL"));
  tables(statements,
         {"buffered_events", "tasks", "task_queues", "replication_tasks", "replication_tasks_dlq", "timer_tasks", "activity_info_maps",
          "timer_info_maps", "child_execution_info_maps", "request_cancel_info_maps", "signal_info_maps"});
  statements.push_back(table("signals_requested_sets", "shard_id integer NOT NULL, signal_id varchar(64) NOT NULL"));
  tables(statements, {"history_node", "history_tree"});
  statements.push_back(table("queue", "queue_type integer NOT NULL, message_id bigint NOT NULL"));
  statements.push_back(table("queue_metadata", "queue_type integer NOT NULL, data bytea NOT NULL"));
  statements.push_back(
      table("cluster_metadata", "metadata_partition integer PRIMARY KEY, immutable_data bytea, immutable_data_encoding varchar(16)"));
  statements.push_back(
      table("cluster_membership", "host_id bytea PRIMARY KEY, rpc_address varchar(15), role smallint, record_expiry timestamp"));
  for (const char* index : {"cm_idx_rolehost", "cm_idx_rolelasthb", "cm_idx_rpchost", "cm_idx_lasthb", "cm_idx_recordexpiry"}) {
    statements.push_back("CREATE INDEX " + std::string(index) + " ON cluster_membership (role, record_expiry)");
  }
  return statements;
}

Statements many(std::initializer_list<const char*> names) {
  Statements statements;
  tables(statements, names);
  return statements;
}

std::vector<Migration> main_migrations() {
  const std::string executions = "current_executions";
  std::vector<Statements> steps{
      main_1_0(),
      {add_column("cluster_metadata", "data bytea"), add_column("cluster_metadata", "data_encoding varchar(16)"),
       add_column("cluster_metadata", "version bigint NOT NULL DEFAULT 1")},
      {add_column("queue", "message_encoding varchar(16)"), add_column("queue_metadata", "data_encoding varchar(16)")},
      many({"visibility_tasks"}),
      {drop_column("cluster_metadata", "immutable_data"), drop_column("cluster_metadata", "immutable_data_encoding")},
      {add_column("history_node", "prev_txn_id bigint NOT NULL DEFAULT 0"),
       add_column("executions", "db_record_version bigint NOT NULL DEFAULT 0"),
       "ALTER TABLE cluster_membership ALTER COLUMN rpc_address TYPE varchar(128)"},
      {add_column("queue_metadata", "version bigint NOT NULL DEFAULT 0")},
      {table("cluster_metadata_info", "cluster_name varchar(255) PRIMARY KEY"),
       "ALTER TABLE current_executions ALTER COLUMN start_version SET DEFAULT 0",
       table("tiered_storage_tasks", "shard_id integer NOT NULL")},
      {"DROP TABLE tiered_storage_tasks", "ALTER TABLE current_executions ALTER COLUMN create_request_id TYPE varchar(255)",
       "ALTER TABLE signals_requested_sets ALTER COLUMN signal_id TYPE varchar(255)"},
      many({"history_immediate_tasks", "history_scheduled_tasks"}),
      many({"task_queue_user_data", "build_id_to_task_queue"}),
      many({"queues", "queue_messages"}),
      many({"nexus_incoming_services", "nexus_incoming_services_partition_status"}),
      {"DROP TABLE nexus_incoming_services", "DROP TABLE nexus_incoming_services_partition_status",
       table("nexus_endpoints", "id bytea PRIMARY KEY"), table("nexus_endpoints_partition_status", "id integer PRIMARY KEY DEFAULT 0")},
      {add_column(executions, "start_time timestamp")},
      {"ALTER TABLE current_executions ADD COLUMN data bytea, ADD COLUMN data_encoding varchar(16)"},
      {drop_column(executions, "data_encoding"), add_column(executions, "data_encoding varchar(16) NOT NULL DEFAULT ''")},
      many({"chasm_node_maps"}),
      many({"tasks_v2", "task_queues_v2"}),
  };
  std::vector<Migration> migrations;
  for (std::size_t i = 0; i < steps.size(); ++i)
    migrations.push_back({{1, static_cast<int>(i)}, i == 0 ? "0.1" : "1.0", std::move(steps[i])});
  return migrations;
}

std::string visibility_index(const std::string& name, const std::string& column = "start_time") {
  return "CREATE INDEX " + name + " ON executions_visibility (namespace_id, " + column + ")";
}

std::string visibility_column(const std::string& column) {
  return add_column("executions_visibility", column);
}

void numbered_indexes(Statements& statements, const std::string& name, int count) {
  for (int i = 1; i <= count; ++i) statements.push_back(visibility_index(name + (i < 10 ? "_0" : "_") + std::to_string(i)));
}

const std::initializer_list<const char*> first_indexes{"by_type_start_time", "by_workflow_id_start_time", "by_status_by_start_time",
                                                       "by_type_close_time", "by_workflow_id_close_time", "by_status_by_close_time"};

Statements visibility_1_0() {
  Statements statements{
      table("executions_visibility",
            "namespace_id char(64) NOT NULL, run_id char(64) NOT NULL, start_time timestamp NOT NULL, close_time timestamp, "
            "status integer NOT NULL, PRIMARY KEY (namespace_id, run_id)")};
  for (const char* index : first_indexes) statements.push_back(visibility_index(index));
  return statements;
}

Statements visibility_1_2() {
  Statements statements{
      "CREATE EXTENSION IF NOT EXISTS btree_gin",
      "CREATE FUNCTION convert_ts(s varchar) RETURNS timestamp AS $$ SELECT s::timestamptz AT TIME ZONE 'UTC' $$ LANGUAGE sql",
      visibility_column("search_attributes jsonb"),
      visibility_column("batcheruser varchar(255), ADD COLUMN temporalnamespacedivision varchar(255)"),
      visibility_column("bool01 boolean, ADD COLUMN keyword01 varchar(255)"),
  };
  for (const char* index : first_indexes) statements.push_back("DROP INDEX " + std::string(index));
  statements.emplace_back("DROP INDEX by_close_time_by_status");
  for (const char* index :
       {"default_idx", "by_execution_time", "by_workflow_id", "by_workflow_type", "by_status", "by_history_length", "by_task_queue",
        "by_temporal_change_version", "by_binary_checksums", "by_batcher_user", "by_temporal_scheduled_start_time",
        "by_temporal_scheduled_by_id", "by_temporal_schedule_paused", "by_temporal_namespace_division"}) {
    statements.push_back(visibility_index(index));
  }
  for (const char* kind : {"by_bool", "by_datetime", "by_double", "by_int"}) numbered_indexes(statements, kind, 3);
  numbered_indexes(statements, "by_keyword", 10);
  numbered_indexes(statements, "by_text", 3);
  numbered_indexes(statements, "by_keyword_list", 3);
  return statements;
}

std::vector<Migration> visibility_migrations() {
  const std::string root = "root_workflow_id varchar(255)";
  std::vector<Statements> steps{
      visibility_1_0(),
      {visibility_index("by_close_time_by_status", "close_time")},
      visibility_1_2(),
      {visibility_column("history_size_bytes bigint"), visibility_index("by_history_size_bytes"), visibility_column("buildids jsonb"),
       visibility_index("by_build_ids")},
      {visibility_column("execution_duration bigint"), visibility_index("by_execution_duration"),
       visibility_column("state_transition_count bigint"), visibility_index("by_state_transition_count"),
       visibility_column("parent_workflow_id varchar(255)"), visibility_column("parent_run_id varchar(255)"),
       visibility_index("by_parent_workflow_id"), visibility_index("by_parent_run_id")},
      {visibility_column(root), visibility_column("root_run_id varchar(255)"), visibility_index("by_root_workflow_id", "root_workflow_id"),
       visibility_index("by_root_run_id", "root_run_id")},
      {"DROP INDEX by_root_workflow_id", "DROP INDEX by_root_run_id", drop_column("executions_visibility", "root_workflow_id"),
       drop_column("executions_visibility", "root_run_id"), visibility_column(root + " NOT NULL DEFAULT ''"),
       visibility_column("root_run_id varchar(255) NOT NULL DEFAULT ''"), visibility_index("by_root_workflow_id", "root_workflow_id"),
       visibility_index("by_root_run_id", "root_run_id")},
      {visibility_column("temporalpauseinfo jsonb"), visibility_index("by_temporal_pause_info")},
      {visibility_column("temporalworkerdeploymentversion varchar(255)"),
       visibility_column("temporalworkflowversioningbehavior varchar(255)"), visibility_column("temporalworkerdeployment varchar(255)"),
       visibility_index("by_temporal_worker_deployment_version"), visibility_index("by_temporal_workflow_versioning_behavior"),
       visibility_index("by_temporal_worker_deployment")},
      {visibility_column("_version bigint NOT NULL DEFAULT 0")},
  };
  std::vector<Migration> migrations;
  for (std::size_t i = 0; i < steps.size(); ++i) migrations.push_back({{1, static_cast<int>(i)}, "0.1", std::move(steps[i])});
  return migrations;
}

}  // namespace

const std::vector<Migration>& temporal_migrations(const std::string& dialect) {
  static const std::vector<Migration> main = main_migrations();
  static const std::vector<Migration> visibility = visibility_migrations();
  return dialect == "temporal-visibility" ? visibility : main;
}

}  // namespace refloat
