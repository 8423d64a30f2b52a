import Time
import Warehouse

/// The body of the loader's answer. `status` is `partial` when records were rejected, and `superseded` when a later
/// listing of the date was loaded before, so that this one changed nothing. `rejected` lists the first of the rejected
/// records, the table `rejected_records` all.
public struct LoaderBody: Encodable {
  /// So many fit into a state of Step Functions (256 KiB) by far.
  static let maximumRejected = 100

  struct OperationSummary: Encodable {
    let filesProcessed = 1
    let artistsCreated: Int
    let venuesCreated: Int
    let genresCreated: Int
    let eventsCreated: Int

    enum CodingKeys: String, CodingKey {
      case filesProcessed = "files_processed"
      case artistsCreated = "artists_created"
      case venuesCreated = "venues_created"
      case genresCreated = "genres_created"
      case eventsCreated = "events_created"
    }
  }

  struct Rejected: Encodable {
    /// The record's index in the document, from 0; rows that the scraper rejected are counted on behind the records.
    let position: Int
    let reason: String
    let href: String?
  }

  let status: String
  let message: String
  let operationSummary: OperationSummary
  let counts: LoadCounts
  let rejected: [Rejected]
  let s3Key: String
  let date: CalendarDate

  enum CodingKeys: String, CodingKey {
    case status, message, counts, rejected, date
    case operationSummary = "operation_summary"
    case s3Key = "s3_key"
  }

  init(_ report: LoadReport, of assignment: LoaderRequest.Assignment) {
    let events = report.counts.events
    status = report.isSuperseded ? "superseded" : report.rejections.isEmpty ? "success" : "partial"
    message =
      "\(events.found) events of \(assignment.date): \(events.new) new, \(events.changed) changed, "
      + "\(events.unchanged) unchanged, \(events.rejected) rejected, "
      + "\(report.counts.cancelled) cancelled"
      + (report.isSuperseded ? "; a later listing was loaded before" : "")
    operationSummary = OperationSummary(
      artistsCreated: report.counts.artists.new, venuesCreated: report.counts.venues.new,
      genresCreated: report.counts.genres.new, eventsCreated: events.new)
    counts = report.counts
    rejected = report.rejections.prefix(Self.maximumRejected).map {
      Rejected(position: $0.position, reason: $0.reason.description, href: $0.href)
    }
    s3Key = assignment.key
    date = assignment.date
  }
}
