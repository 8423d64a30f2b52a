import FoundationEssentials

/// The result of extracting one work item.
public struct Extract<Record: DocumentRecord>: Sendable {
  public var records: [Record]
  /// Rows of the source that could not be taken as records.
  public var rejected: [RejectedRow]
  /// Problems of records that were kept.
  public var warnings: [RowProblem]
  /// Pages that could not be read.
  public var failedPages: [FailedPage]
  /// The number of pages that were read.
  public var pagesRead: Int
  /// The time at which the source last confirmed its listing. Of two documents of an item, the later one counts.
  public var listedAt: Date
  /// True if these are all records that the source has of the item, so that a stored one that is missing has vanished;
  /// nil if the dataset's own sink decides that.
  public var isComplete: Bool?
  /// The reason why the item lacks records that nobody has decided to leave out, for the run's result; nil if there is none.
  public var notice: String?
  /// The checkpoints around the extract; nil for a dataset without `incremental`.
  public var checkpoint: CheckpointSpan?

  public init(
    records: [Record], rejected: [RejectedRow] = [], warnings: [RowProblem] = [], failedPages: [FailedPage] = [],
    pagesRead: Int, listedAt: Date, isComplete: Bool? = nil, notice: String? = nil
  ) {
    self.records = records
    self.rejected = rejected
    self.warnings = warnings
    self.failedPages = failedPages
    self.pagesRead = pagesRead
    self.listedAt = listedAt
    self.isComplete = isComplete
    self.notice = notice
  }
}

extension Extract: Equatable where Record: Equatable {}

/// A problem with one row of the source.
public struct RowProblem: Codable, Equatable, Sendable, CustomStringConvertible {
  /// The reason, for a person.
  public var reason: String
  /// The row's link as the source has it; empty if there is none.
  public var href: String

  public init(reason: String, href: String = "") {
    self.reason = reason
    self.href = href
  }

  public var description: String { href.isEmpty ? reason : "\(href): \(reason)" }
}

/// A row of the source that could not be taken as a record.
public struct RejectedRow: Equatable, Sendable {
  public var problem: RowProblem
  /// The record's key at the source, such as an event's root-relative address; nil if the row has none.
  public var key: String?
  /// The row's text.
  public var text: String

  public init(_ problem: RowProblem, key: String? = nil, text: String = "") {
    self.problem = problem
    self.key = key
    self.text = text
  }
}

/// A page that could not be read.
public struct FailedPage: Codable, Equatable, Sendable {
  public var url: String
  /// The error, for a person.
  public var error: String

  public init(url: String, error: String) {
    self.url = url
    self.error = error
  }
}
