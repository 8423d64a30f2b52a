import APIRouting
import JSON

/// The words of the OpenAPI document about the routes of time series.
enum SeriesDocumentation {
  static let list = RouteDocumentation(
    "Ordered by code.", tag: "Series",
    schema: SchemaForm.page(
      of: SchemaForm.object(
        [
          ("code", SchemaForm.text("The code, for GET /series/{id}/{code}.")),
          ("points", SchemaForm.integer("The number of points.")),
          ("first_month", SchemaForm.text("The month of the first point: 2024-02.", isNullable: true)),
          ("last_month", SchemaForm.text("The month of the last point.", isNullable: true)),
        ], "A series."), "The series of a dataset.", with: members),
    statuses: [404: "The dataset has no series, or no response has had this cursor"])

  static let points = RouteDocumentation(
    "The newest state of each point: revisions of the source are applied. Values have the source's digits.",
    tag: "Series",
    schema: SchemaForm.page(
      of: SchemaForm.object(
        [
          ("obs_time", SchemaForm.text("The time, with the source's offset.", format: "date-time")),
          ("value", SchemaForm.number("The value.")),
          ("unit", SchemaForm.text("The unit.", isNullable: true)),
          ("frequency", SchemaForm.text("D, M and so on.", isNullable: true)),
          ("collection_date", SchemaForm.text("When the point was first read as it is.", isNullable: true)),
        ], "A point."), "Points of a series.", with: members + [("series", SchemaForm.text("The series' code."))]),
    statuses: [404: "The dataset has no such series, or no response has had this cursor"])

  private static let members = [
    ("dataset", SchemaForm.text("The dataset's id.")),
    ("version", SchemaForm.text("The version that was projected last.", isNullable: true)),
  ]
}
