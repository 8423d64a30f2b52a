import APIRouting
import JSON

/// The words of the OpenAPI document about system 003's routes.
enum DataDocumentation {
  static let root = RouteDocumentation(
    schema: SchemaForm.object(
      [
        ("message", SchemaForm.text("The API's name.")), ("version", SchemaForm.text("Its version.")),
        ("endpoints", SchemaForm.any("Each path with what it is.")),
      ], "What there is."))

  static let health = RouteDocumentation(
    """
    No database, one that is not migrated, or the last runs of all sources failed: unhealthy. Those of some failed: \
    degraded. No failure, or no source: healthy. If this server is too busy to look, or the database does not answer \
    in two seconds, degraded, without sources. A response may be three seconds old.
    """,
    schema: SchemaForm.object(
      [
        ("status", SchemaForm.choice(["healthy", "degraded", "unhealthy"], "The state.")),
        ("timestamp", time("When the state was read.", isNullable: false)),
        ("database_connected", SchemaForm.flag("False if there is no connection to the database.")),
        ("etl_checkpoints", SchemaForm.list(checkpoint, "A source each.")),
        ("total_sources", SchemaForm.integer("The sources that have had runs.")),
        ("successful_sources", SchemaForm.integer("Those whose last run that has ended was a success.")),
        ("failed_sources", SchemaForm.integer("Those whose last run that has ended failed.")),
      ], "The state."),
    statuses: [503: "The state is unhealthy, or the server is busy"], sameFormStatuses: [503])

  static let data = RouteDocumentation(
    "Send `next_cursor` as `cursor` for the next page: at any depth that is as fast as the first one, unlike `page`. A page of large items ends early; its `next_cursor` goes on.",
    schema: SchemaForm.object(
      [
        ("items", SchemaForm.list(item, "The items.")),
        (
          "pagination",
          SchemaForm.object(
            [
              ("total_items", SchemaForm.integer("The items that fit, when the first page was read.")),
              ("total_pages", SchemaForm.integer("Their pages.")),
              ("current_page", SchemaForm.integer("The page's number, from 1.")),
              ("page_size", SchemaForm.integer("The most items of a page.")),
              ("has_next", SchemaForm.flag("True if there is a page after this one.")),
              ("has_previous", SchemaForm.flag("True if there is one before.")),
              ("next_cursor", SchemaForm.text("The cursor of the next page; null for the last.", isNullable: true)),
            ], "The place of the page.")
        ),
        ("filters_applied", SchemaForm.any("The filters, by parameter.")),
      ], "Items of all sources."),
    statuses: [404: "No response to these filters has had this cursor"])

  static let stats = RouteDocumentation(
    schema: SchemaForm.object(
      [
        ("timestamp", time("When the numbers were read.", isNullable: false)),
        ("total_records", SchemaForm.integer("All items.")),
        ("total_sources", SchemaForm.integer("The sources that have runs or items.")),
        ("active_sources", SchemaForm.integer("Those whose last run that has ended did not fail.")),
        ("records_by_source_type", SchemaForm.any("The number of items by kind of source.")),
        (
          "records_by_category",
          SchemaForm.any("The number of items by category; under the empty name those without a category.")
        ),
        ("source_statistics", SchemaForm.list(StatsDocumentation.source, "A source each.")),
        ("recent_runs", SchemaForm.list(StatsDocumentation.run, "The last runs, the newest first.")),
        ("last_etl_success", time(lastSuccess)),
        ("last_etl_failure", time(lastFailure)),
        (
          "avg_etl_duration_seconds", SchemaForm.number("The average time of a successful run.", isNullable: true)
        ),
      ], "Numbers."))

  static let lastFailure = "The end of the last run that failed, or whose items all failed."
  static let lastSuccess = "The end of the last run whose status is success; a partial run does not count."

  private static func time(_ text: String, isNullable: Bool = true) -> JSONValue {
    SchemaForm.text(text, format: "date-time", isNullable: isNullable)
  }

  private static let checkpoint = SchemaForm.object(
    [
      ("source_type", SchemaForm.text("The kind of the source.", isNullable: true)),
      ("source_name", SchemaForm.text("The dataset's id.")),
      ("status", SchemaForm.text("The status of the last run.")),
      ("last_run_at", time("Its beginning.")), ("last_success_at", time(lastSuccess)),
      ("last_failure_at", time(lastFailure)),
      ("checkpoint_value", SchemaForm.text("Up to where the source is loaded.", isNullable: true)),
      ("total_records_processed", SchemaForm.integer("The records of all runs.")),
      ("last_records_processed", SchemaForm.integer("Those of the last run.")),
      ("error_message", SchemaForm.text("The name of the last run's error.", isNullable: true)),
    ], "A source.")

  private static let item = SchemaForm.object(
    [
      ("source_type", SchemaForm.text("The kind of the source.", isNullable: true)),
      ("source_name", SchemaForm.text("The source.", isNullable: true)),
      ("external_id", SchemaForm.text("The item's id at the source.", isNullable: true)),
      ("title", SchemaForm.text("The title.", isNullable: true)),
      ("description", SchemaForm.text("The description.", isNullable: true)),
      ("category", SchemaForm.text("The category.", isNullable: true)),
      ("url", SchemaForm.text("The item's page.", isNullable: true)),
      ("image_url", SchemaForm.text("Its picture.", isNullable: true)),
      ("author", SchemaForm.text("Its author.", isNullable: true)),
      ("amount", SchemaForm.number("A price or another amount.", isNullable: true)),
      ("quantity", SchemaForm.integer("A quantity.", isNullable: true)),
      ("rating", SchemaForm.number("0 to 5.", isNullable: true)),
      ("tags", SchemaForm.any("Words.")), ("extra_metadata", SchemaForm.any("What else the source says.")),
      ("status", SchemaForm.text("active, inactive, deleted or pending.", isNullable: true)),
      ("published_at", time("The time of publication.")),
      ("created_at", time("When the source was read that first had it.")),
      ("updated_at", time("When the source was read that last changed it.")),
    ], "An item.")
}
