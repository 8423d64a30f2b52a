import Contracts

/// Refuses a document that has lost most of an item's stored rows, or has others in their place: a source that answered with
/// a part, or that gives its records other keys, would otherwise delete the rest. Either is rare enough for a person to
/// confirm it.
struct ShrinkageGuard {
  /// The number of stored rows below which any document is accepted.
  static let minimumRows = 10
  /// The share of the stored rows below which a document is of other records.
  static let minimumShared = 0.2

  let minimumRatio: Double
  /// The number of records in the document.
  let listed: Int
  /// The number of the item's stored rows that are not deleted.
  let stored: Int
  /// The number of those that the document has.
  let shared: Int
  /// The number of those that would be deleted.
  let deleted: Int

  /// - Throws: `SourceChanged`.
  func check(_ target: LoadTarget, _ table: String) throws(PipelineError) {
    guard minimumRatio > 0, stored >= Self.minimumRows, deleted > 0 else { return }
    let way = "Nothing was changed. If the document is right, a replay of \(target.item) with --allow-shrink loads it"
    if Double(listed) < Double(stored) * minimumRatio {
      throw PipelineError(
        .sourceChanged,
        "the item \(target.item) has \(listed) records where the table \(table) has \(stored), less than \(minimumRatio) of "
          + "them (minimum_ratio), and \(deleted) would be deleted. \(way)")
    }
    if Double(shared) < Double(min(stored, listed)) * Self.minimumShared {
      throw PipelineError(
        .sourceChanged,
        "the item \(target.item) has \(listed) records, but only \(shared) of the \(stored) in the table \(table): the source "
          + "may have given its records other keys. \(deleted) would be deleted. \(way)")
    }
  }
}
