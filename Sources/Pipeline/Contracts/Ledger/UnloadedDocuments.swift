import FoundationEssentials
import Time

/// A work item of an earlier run that the ledger has no load of. Its document may be in S3: the run may have been stopped
/// after the scraper had stored it, or the load may have failed.
public struct UnloadedDocument: Equatable, Sendable {
  /// The largest number of loads that are tried. A document that fails as often is set aside.
  public static let maximumAttempts = 3

  public let run: String
  /// The start of the run, which is a part of the document's key.
  public let started: Date
  public let item: WorkItem

  public init(run: String, started: Date, item: WorkItem) {
    self.run = run
    self.started = started
    self.item = item
  }
}

/// A document that is not tried again.
public struct SetAsideDocument: Equatable, Sendable {
  public let key: String
  public let run: String
  public let item: String
  public let attempts: Int
  /// The name of the last error; nil if the loader ended without one, as it does when it is out of memory.
  public let error: String?
  /// The last error's message.
  public let cause: String?
  public let setAsideAt: Date

  public init(
    key: String, run: String, item: String, attempts: Int, error: String?, cause: String?, setAsideAt: Date
  ) {
    self.key = key
    self.run = run
    self.item = item
    self.attempts = attempts
    self.error = error
    self.cause = cause
    self.setAsideAt = setAsideAt
  }

  /// The reason, for a person.
  public var reason: String {
    guard let error else { return "the loader ended without an error each time that it loaded it" }
    return cause.map { "\(error): \($0)" } ?? error
  }
}

/// The documents of earlier runs in the ledger.
public protocol UnloadedDocuments: AnyObject {
  /// Returns the items of other runs, of the last 30 days, that were not loaded, from the oldest run on; none whose
  /// document was set aside, or is known not to exist.
  func unloaded(
    in dataset: Dataset, besides run: String, deadline: Deadline
  ) throws(PipelineError) -> [UnloadedDocument]

  /// Counts an attempt to load a document before it begins, so that one that ends the loader's process is counted, too.
  /// - Returns: the document, set aside now, if it was tried as often as it may be; nil if it can be tried.
  func beginAttempt(
    _ document: UnloadedDocument, at key: String, of dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> SetAsideDocument?

  /// Records the end of an attempt.
  /// - Returns: the document if it is set aside with this attempt.
  func endAttempt(
    at key: String, _ end: AttemptEnd, deadline: Deadline
  ) throws(PipelineError) -> SetAsideDocument?
}

/// The end of an attempt to load a document of an earlier run.
public enum AttemptEnd: Equatable, Sendable {
  case loaded
  /// There is no such document: the run had not stored it.
  case absent
  /// The document could not be loaded.
  case failed(PipelineError)
  /// The attempt says nothing about the document: a store was away, or there was no time left for it.
  case notTried
}

extension PipelineError.Name {
  /// True for a store that is away or a lock that is lost: nothing else can be loaded either.
  public var stopsLoads: Bool {
    switch self {
    case .storageUnavailable, .databaseUnavailable, .cacheUnavailable, .destinationUnavailable, .runLocked: true
    case .invalidInput, .configurationInvalid, .databaseMissing, .sourceUnavailable, .sourceThrottled, .sourceRefused,
      .sourceChanged, .storageCorrupt, .databaseConflict, .schemaMismatch, .deadlineExceeded:
      false
    }
  }

  /// True for an error that says nothing about the document that could not be loaded. A conflict does: the loader has tried
  /// again, and one that comes each time is with something in the table that stays.
  public var isOfOthers: Bool { stopsLoads || isOfSettings }
}
