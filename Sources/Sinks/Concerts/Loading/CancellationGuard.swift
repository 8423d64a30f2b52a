import Contracts

/// Refuses a listing that has lost most of the stored events, because a truncated page would otherwise cancel the rest of
/// the day; and one that has other events in their place, because a source that gives its events other addresses would
/// otherwise cancel all and store them again as new. Either is rare enough for a person to confirm it.
struct CancellationGuard {
  /// The number of stored events below which any listing is accepted: on a small day a few cancellations are soon more
  /// than half.
  static let minimumEvents = 10
  /// The share of the stored events below which a listing is of other events. Between two runs a real day keeps far more
  /// than a fifth; after a change of addresses it keeps none, or the few that changed back.
  ///
  /// Only the address counts. An event at another address with the former artist, venue and time is the fault itself, not
  /// a sign that all is well.
  static let minimumShared = 0.2

  /// The share of the stored events below which the listing is refused, from 0 to 1; 0 accepts any listing.
  let minimumRatio: Double
  /// The number of events in the listing, with those that it has as cancelled.
  let listed: Int
  /// The number of stored scheduled events.
  let stored: Int
  /// The number of those that the listing has.
  let shared: Int
  /// The number of those that would be cancelled: 0 for a listing that is not whole.
  let cancelled: Int
  /// True if a later listing was loaded, so that this one changes nothing.
  let isSuperseded: Bool

  /// - Throws: `SourceChanged`.
  func check(_ document: LoadDocument) throws(PipelineError) {
    guard !document.target.allowsShrinkage, !isSuperseded, minimumRatio > 0, stored >= Self.minimumEvents else {
      return
    }
    let date = document.date
    let way = "Nothing was changed. If the listing is right, `festvibes replay \(date) --allow-shrink` loads it"
    if cancelled > 0, Double(listed) < Double(stored) * minimumRatio {
      throw PipelineError(
        .sourceChanged,
        "the listing of \(date) has \(listed) events where \(stored) are stored, less than \(minimumRatio) of them "
          + "(MIN_LISTING_RATIO), and \(cancelled) would be cancelled. \(way)")
    }
    // A listing that is not whole may be short; it is measured by what it has.
    if Double(shared) < Double(min(stored, listed)) * Self.minimumShared {
      throw PipelineError(
        .sourceChanged,
        "the listing of \(date) has \(listed) events, but only \(shared) of the \(stored) that are stored: the source "
          + "may have given its events other addresses. \(cancelled) would be cancelled and \(listed - shared) new. \(way)"
      )
    }
  }
}
