import Contracts

/// A brake on mass cancellation. A listing of which the source lost the most part looks like any other, and to take
/// its word for it would take a day off the stage; that so many shows are really off is rare enough to be asked about.
enum CancellationGuard {
  /// Days with fewer stored shows are not held back: there a few that are off are soon more than half.
  static let minimumShows = 10

  /// - Parameters:
  ///   - floor: a listing with less than this part of the shows that are stored has shrunk suspiciously, from 0 to 1.
  ///     One that is as long as it was may hold other shows, as when the source numbers its events anew.
  ///   - listed: how many shows the listing has.
  ///   - cancelled: how many of the `stored` scheduled shows are not in it any more.
  /// - Throws: `SourceChanged`.
  static func check(
    _ document: LoadDocument, floor: Double, listed: Int, stored: Int, cancelled: Int
  ) throws(PipelineError) {
    guard !document.allowsShrinkage, stored >= minimumShows, cancelled > 0, Double(listed) < Double(stored) * floor
    else { return }
    throw PipelineError(
      .sourceChanged,
      "the listing of \(document.date) has \(listed) shows where \(stored) are stored, less than \(floor) of them "
        + "(SHRINK_FLOOR), and \(cancelled) would be cancelled; nothing stored was touched. If that is right, "
        + "`festvibes replay \(document.date) --allow-shrink` loads it")
  }
}
