import Time

/// The body of the response to a ledger event: the state of the run after it, and the sum of its loads so far.
public struct LedgerResponse: Codable, Equatable, Sendable {
  public struct Run: Codable, Equatable, Sendable {
    /// `running`, `success`, `partial` or `failed`.
    public let status: String
    public let dates: Int
    public let datesLoaded: Int
    public let datesFailed: Int
    public let found: Int
    public let new: Int
    public let changed: Int
    public let unchanged: Int
    public let rejected: Int
    public let cancelled: Int
    /// The start of the last run before it that was a `success`, RFC 3339; nil if there is none.
    public let lastSuccess: String?
    /// The medians of the runs before it; left out if the run has not ended, or if there are too few of them.
    public let usual: Usual?

    enum CodingKeys: String, CodingKey {
      case status, dates, found, new, changed, unchanged, rejected, cancelled, usual
      case datesLoaded = "dates_loaded"
      case datesFailed = "dates_failed"
      case lastSuccess = "last_success"
    }
  }

  /// The medians of the counts of earlier runs.
  public struct Usual: Codable, Equatable, Sendable {
    /// The number of these runs.
    public let runs: Int
    public let found: Int
    public let new: Int
    public let changed: Int
    public let unchanged: Int
    public let rejected: Int
    public let cancelled: Int

    init(_ comparison: RunComparison) {
      let usual = comparison.usual
      runs = comparison.runs
      (found, new, changed) = (usual.found, usual.new, usual.changed)
      (unchanged, rejected, cancelled) = (usual.unchanged, usual.rejected, usual.cancelled ?? 0)
    }
  }

  public let status: String
  public let run: String
  /// Nil for a failed item of a run that the ledger has no opening of.
  public let ledger: Run?
  /// The items with their checkpoints, for a run that was just opened of a dataset with `incremental` whose checkpoints are
  /// in Postgres; left out for any other.
  public let items: [WorkItem]?
  /// Documents of earlier runs that were loaded before the run that was opened; left out if there were none.
  public let documentsLoaded: Int?
  /// Documents of earlier runs that were set aside now; left out if there were none.
  public let documentsSetAside: Int?
  /// Lines about a run that has ended, for its summary: see `RunRecord.remarks`; left out if there are none.
  public let remarks: [String]?

  enum CodingKeys: String, CodingKey {
    case status, run, ledger, items, remarks
    case documentsLoaded = "documents_loaded"
    case documentsSetAside = "documents_set_aside"
  }

  public init(
    run: String, record: RunRecord?, items: [WorkItem]? = nil, earlier: (loaded: Int, setAside: Int) = (0, 0)
  ) {
    status = "success"
    self.run = run
    self.items = items
    documentsLoaded = earlier.loaded > 0 ? earlier.loaded : nil
    documentsSetAside = earlier.setAside > 0 ? earlier.setAside : nil
    remarks = record.flatMap { $0.remarks.isEmpty ? nil : $0.remarks }
    ledger = record.map {
      Run(
        status: $0.status.rawValue, dates: $0.items.count, datesLoaded: $0.itemsLoaded, datesFailed: $0.itemsFailed,
        found: $0.records.found, new: $0.records.new, changed: $0.records.changed, unchanged: $0.records.unchanged,
        rejected: $0.records.rejected, cancelled: $0.records.cancelled ?? 0,
        lastSuccess: $0.lastSuccess.map { RFC3339.utc($0) }, usual: $0.comparison.map { Usual($0) })
    }
  }
}
