import FoundationEssentials

/// The result of loading one document into one sink.
public struct LoadReport: Equatable, Sendable {
  /// A record that was not loaded.
  public struct Rejection: Equatable, Sendable {
    /// The record's index in the document, from 0. Rows that the scraper rejected follow the records.
    public let position: Int
    public let reason: String
    /// The record's key at the source; nil if it has none.
    public let key: String?

    /// Takes no NUL, which a source may have in both texts. The ledger could not store it: the item would never load.
    public init(position: Int, reason: String, key: String?) {
      self.position = position
      self.reason = reason.utf8.contains(0) ? reason.replacing("\0", with: "\u{fffd}") : reason
      self.key = key.flatMap { $0.utf8.contains(0) ? nil : $0 }
    }
  }

  /// The fate of a record of an earlier document that was rejected.
  public enum Resolution: String, Sendable {
    case loaded
    /// A complete document does not have it.
    case notListed = "not listed"
  }

  /// The counts of the dataset's records.
  public var records: RecordCounts
  /// The counts of each kind of entity, by its plural name: `events`, `venues`.
  public var counts: [String: RecordCounts]
  public var rejections: [Rejection]
  /// The JSON of rejected records by their positions, of those that the sink has read already.
  public var rejected: [Int: String]
  /// The fates of earlier rejections that were open, by the records' keys, as far as the sink knows.
  public var resolutions: [String: Resolution]
  /// True if a later document of the item had been loaded before, so that this one changed nothing.
  public var isSuperseded: Bool
  /// True if a later document of an item of a dataset with `incremental` had been loaded before, so that this one has added
  /// records only. Its changes of stored ones are not written, so that it moves no checkpoint.
  public var isLate = false
  /// True if all changes of the document are in the destination, so that its checkpoint may hold.
  public var movesCheckpoint: Bool { !isSuperseded && !isLate }
  /// The time at which the source last confirmed the document's listing; nil if the document does not say.
  public var listedAt: Date?
  /// True if the sink wrote the load into the ledger, in one transaction with the data. The loader writes the others.
  public var isInLedger: Bool
  /// A warning about the source for a person, which begins with an error's name: `SourceChanged: 34 of 36 venue pages …`.
  /// The document was loaded, other than the fields that it names. Nil if there is none.
  public var notice: String?
  /// Breaches of expectations that change no status.
  public var warnings: [String] = []
  /// Expectations that could not be applied, for the log.
  public var remarks: [String] = []
  /// The time of the last point of each series that the document has replaced, by the series' codes; empty for other sinks.
  public var watermarks: [String: String] = [:]
  /// The results of the dataset's sinks, if they are several or do not take all records.
  public var sinks: [SinkResult] = []
  /// True if the sink keeps no records (`Sink.keepsRecords`), so that it does not know which of them are new, or whether
  /// an earlier rejection is resolved: other sinks of the item say that.
  public var isStateless = false
  /// The sinks that the definition leaves out, and why.
  public var leftOut: [String] = []

  public init(
    records: RecordCounts, counts: [String: RecordCounts] = [:], rejections: [Rejection] = [],
    rejected: [Int: String] = [:],
    resolutions: [String: Resolution] = [:],
    isSuperseded: Bool = false, listedAt: Date? = nil, isInLedger: Bool = false, notice: String? = nil
  ) {
    self.records = records
    self.counts = counts
    self.rejections = rejections
    self.rejected = rejected
    self.resolutions = resolutions
    self.isSuperseded = isSuperseded
    self.listedAt = listedAt
    self.isInLedger = isInLedger
    self.notice = notice
  }
}
