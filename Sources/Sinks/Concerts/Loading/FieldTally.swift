/// The pages of one kind that had a field, and those of them that have lost it. Stored as JSON in `loads.counts`, so that
/// a load can add up the tallies of its run.
struct FieldTally: Codable, Equatable {
  /// Entities whose page was read, and whose stored row has the field.
  var had = 0
  /// Those of them whose page no longer has it.
  var lost = 0

  /// The number of lost values below which the pages are believed: a venue that closes its website is no change of the
  /// source, nor are two.
  static let minimumLost = 3

  /// True if most of the pages have lost the field. An editor removes a value here and there; a new layout, a consent
  /// page or a cut page removes the values of most pages at once.
  var isSuspicious: Bool { lost >= Self.minimumLost && lost * 2 > had }

  mutating func count(isLost: Bool) {
    had += 1
    if isLost { lost += 1 }
  }

  static func + (left: Self, right: Self) -> Self { Self(had: left.had + right.had, lost: left.lost + right.lost) }
}
