import Pipeline

/// A brake on mass cancellation. A listing of which the source lost the most part looks like any other, and to take
/// its word for it would take a day off the stage; that so many shows are really off is rare enough to be asked about.
enum Shrinkage {
  /// Days with fewer stored shows are not held back: there a few that are off are soon more than half.
  static let fewestShows = 10
  /// The greatest part of a day's stored shows that one listing cancels: a half.
  static let greatestShare = (numerator: 1, denominator: 2)

  /// - Parameters:
  ///   - cancelled: how many of the `stored` scheduled shows are not in the listing any more.
  /// - Throws: `SourceChanged`.
  static func check(
    _ document: LoadDocument, listed: Int, stored: Int, cancelled: Int
  ) throws(PipelineError) {
    guard !document.allowsShrinkage, stored >= fewestShows,
      cancelled * greatestShare.denominator > stored * greatestShare.numerator
    else { return }
    throw PipelineError(
      .sourceChanged,
      "the listing of \(document.date) has \(listed) shows where \(stored) are stored, and \(cancelled) of them would be "
        + "cancelled: if that is right, load it with {\"allow_shrink\": true}")
  }
}
