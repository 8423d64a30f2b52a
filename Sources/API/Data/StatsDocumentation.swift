import APIRouting
import JSON

/// The words of the OpenAPI document about the members of `/stats`.
enum StatsDocumentation {
  static let source = SchemaForm.object(
    [
      ("source_type", SchemaForm.text("The kind of the source.", isNullable: true)),
      ("source_name", SchemaForm.text("The source.")),
      ("total_records", SchemaForm.integer("Its items.")),
      ("active_records", SchemaForm.integer("Those whose status is active.")),
      ("last_run_at", time("The beginning of its last run.")),
      ("last_success_at", time(DataDocumentation.lastSuccess)),
      ("last_failure_at", time(DataDocumentation.lastFailure)),
      ("total_runs", SchemaForm.integer("Its runs that have ended.")),
      (
        "success_rate",
        SchemaForm.number(
          "Of these the ones whose status is success, in percent; a partial run does not count.", isNullable: true)
      ),
      ("avg_records_per_run", SchemaForm.number("The records of a run, on average.", isNullable: true)),
    ], "A source.")

  static let run = SchemaForm.object(
    [
      ("run_id", SchemaForm.text("The run's name.")),
      ("source_type", SchemaForm.text("The kind of the source.", isNullable: true)),
      ("source_name", SchemaForm.text("The dataset's id.")),
      ("status", SchemaForm.text("running, success, partial or failed.")),
      ("started_at", time("The beginning.")), ("completed_at", time("The end; null while it runs.")),
      ("records_extracted", SchemaForm.integer("The records that were read.")),
      ("records_loaded", SchemaForm.integer("Those that were loaded.")),
      ("records_failed", SchemaForm.integer("Those that were rejected.")),
    ], "A run.")

  private static func time(_ text: String) -> JSONValue {
    SchemaForm.text(text, format: "date-time", isNullable: true)
  }
}
