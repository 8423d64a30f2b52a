import Contracts

/// Refuses a listing that has lost most of its events, because a truncated page would otherwise cancel the rest of the
/// day. Mass cancellations are rare enough for a person to confirm them.
enum CancellationGuard {
  /// The number of stored events below which any listing is accepted: on a small day a few cancellations are soon more
  /// than half.
  static let minimumEvents = 10

  /// - Parameters:
  ///   - minimumRatio: the share of the stored events below which the listing is refused, from 0 to 1. A listing of the
  ///     former length may have other events, as after the source has renumbered them.
  ///   - listed: the number of events in the listing.
  ///   - stored: the number of stored scheduled events.
  ///   - cancelled: the number of stored events that the listing lacks.
  /// - Throws: `SourceChanged`.
  static func check(
    _ document: LoadDocument, minimumRatio: Double, listed: Int, stored: Int, cancelled: Int
  ) throws(PipelineError) {
    guard !document.target.allowsShrinkage, stored >= minimumEvents, cancelled > 0,
      Double(listed) < Double(stored) * minimumRatio
    else { return }
    throw PipelineError(
      .sourceChanged,
      "the listing of \(document.date) has \(listed) events where \(stored) are stored, less than \(minimumRatio) of them "
        + "(MIN_LISTING_RATIO), and \(cancelled) would be cancelled. Nothing was changed. If the listing is right, "
        + "`festvibes replay \(document.date) --allow-shrink` loads it")
  }
}
