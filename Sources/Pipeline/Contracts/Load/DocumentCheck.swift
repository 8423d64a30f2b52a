import Time

/// The rules of a dataset about an item's document, which the loader asks before any sink has it.
public protocol DocumentCheck: AnyObject {
  /// Looks at a document with all its parts.
  /// - Returns: what it does not meet, and what was not compared, of a document that is loaded all the same.
  /// - Throws: `SourceChanged` for a document that must not be loaded; `StorageCorrupt` for one that cannot be read; the
  ///   errors of the reader of parts, and of the ledger.
  func check(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> CheckResult
}

/// The result of the rules for a document that is loaded.
public struct CheckResult: Equatable, Sendable {
  /// The breaches that make the item incomplete, which begin with an error's name; nil if there are none.
  public var notice: String?
  /// The breaches that change no status.
  public var warnings: [String]
  /// Rules that could not be applied, for the log.
  public var remarks: [String]

  public init(notice: String? = nil, warnings: [String] = [], remarks: [String] = []) {
    self.notice = notice
    self.warnings = warnings
    self.remarks = remarks
  }
}
