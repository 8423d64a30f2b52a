import APIRouting
import JSON

/// The words of the OpenAPI document about the routes of the ledger.
enum RunDocumentation {
  static let runs = RouteDocumentation(
    "", tag: "Runs", schema: SchemaForm.page(of: SchemaForm.object(members + [items], "A run."), "Runs."),
    statuses: Page.statuses)

  static let run = RouteDocumentation(
    "The items are in the run's order.", tag: "Runs",
    schema: SchemaForm.object(members + [("items", SchemaForm.list(item, "The work items."))], "A run."),
    statuses: [404: "There is no such run"])

  static let rejected = RouteDocumentation(
    "", tag: "Runs", schema: SchemaForm.page(of: SchemaForm.object(rejection, "A record."), "Records."),
    statuses: Page.statuses)

  static let datasets = RouteDocumentation(
    "Ordered by id. A dataset that was never run has no data, and is not in the list.", tag: "Runs",
    schema: SchemaForm.page(of: SchemaForm.object(dataset, "A dataset."), "Datasets."), statuses: Page.statuses)

  private static let items = ("items", SchemaForm.integer("The number of work items, such as days."))

  private static func time(_ text: String, isNullable: Bool = true) -> JSONValue {
    SchemaForm.text(text, format: "date-time", isNullable: isNullable)
  }

  private static func count(_ text: String) -> JSONValue {
    SchemaForm.integer("\(text); null while it runs.", isNullable: true)
  }

  private static let members: [(String, JSONValue)] = [
    ("id", SchemaForm.text("The run's name.")),
    ("dataset", SchemaForm.text("The dataset's id.")),
    ("job", SchemaForm.text("The job; null for the dataset's own plan.", isNullable: true)),
    ("trigger", SchemaForm.text("schedule, manual, replay or event.")),
    (
      "status",
      SchemaForm.choice(
        ["running", "success", "partial", "failed"],
        "partial: it reached its end, and an item failed, a record was rejected, a load has a notice, or the cache may "
          + "be older than the database; failed: it was given up, or stopped.")
    ),
    ("started_at", time("The beginning.", isNullable: false)),
    ("ended_at", time("The end; null while it runs.")),
    ("items_loaded", count("The work items that were loaded")),
    ("items_failed", SchemaForm.integer("The work items that failed.")),
    ("records_found", count("The records that were read")),
    ("records_new", count("Those that were not stored before")),
    ("records_changed", count("Those that were stored and have changed")),
    ("records_unchanged", count("Those that were stored as they are")),
    ("records_rejected", count("Those that could not be loaded")),
    ("records_cancelled", count("The stored records that the source no longer has")),
    (
      "error", SchemaForm.text("The name of the error with which the run failed; null if it did not.", isNullable: true)
    ),
    ("cause", SchemaForm.text("The error's text.", isNullable: true)),
  ]

  private static let item = SchemaForm.object(
    [
      ("id", SchemaForm.text("The item's id, such as the day.")),
      (
        "status",
        SchemaForm.choice(
          ["loaded", "failed", "aborted", "not tried", "open"],
          "loaded: its records are stored (festvibes status says done); failed: a stage failed after all retries; "
            + "aborted: it had begun when the run was stopped; not tried: it never began; open: it waits or is under "
            + "way, or the run has ended and what became of it is not known.")
      ),
      ("stage", SchemaForm.text("The stage that failed: scrape, load or cache.", isNullable: true)),
      ("error", SchemaForm.text("The name of the error.", isNullable: true)),
      ("cause", SchemaForm.text("The error's text.", isNullable: true)),
      ("loaded_at", time("The time of the last load.")),
      ("records_found", SchemaForm.integer("As of the run.", isNullable: true)),
      ("records_new", SchemaForm.integer("As of the run.", isNullable: true)),
      ("records_changed", SchemaForm.integer("As of the run.", isNullable: true)),
      ("records_unchanged", SchemaForm.integer("As of the run.", isNullable: true)),
      ("records_rejected", SchemaForm.integer("As of the run.", isNullable: true)),
      ("records_cancelled", SchemaForm.integer("As of the run.", isNullable: true)),
      ("pages_failed", SchemaForm.integer("The pages that could not be read.", isNullable: true)),
    ], "A work item.")

  private static let rejection: [(String, JSONValue)] = [
    ("id", SchemaForm.integer("The row's id.")),
    ("dataset", SchemaForm.text("The dataset's id.")),
    ("item", SchemaForm.text("The work item.")),
    ("date", SchemaForm.text("The item's day; null for one without.", format: "date", isNullable: true)),
    ("run", SchemaForm.text("The run that rejected it; null for a load without one.", isNullable: true)),
    ("reason", SchemaForm.text("The reason.")),
    ("record", SchemaForm.any("The record, or the row of the source.")),
    ("document", SchemaForm.text("The document's key in S3.")),
    ("position", SchemaForm.integer("The record's place in the document, from 0.")),
    ("rejected_at", time("When it was rejected.", isNullable: false)),
    ("resolved_at", time("When a later document resolved it; null while it is open.")),
    ("resolution", SchemaForm.text("How it was resolved.", isNullable: true)),
  ]

  private static let dataset: [(String, JSONValue)] = [
    ("id", SchemaForm.text("The dataset's id.")),
    ("last_run", SchemaForm.text("The name of the last run.")),
    ("last_status", SchemaForm.choice(["running", "success", "partial", "failed"], "Its status.")),
    ("last_started_at", time("Its beginning.", isNullable: false)),
    ("last_success_at", time("The end of the last run whose status is success; a partial run does not count.")),
    ("last_loaded_at", time("The time of the last load.")),
    ("runs", SchemaForm.integer("The number of runs.")),
    ("open_rejections", SchemaForm.integer("Rejected records that no later document has resolved.")),
  ]
}
