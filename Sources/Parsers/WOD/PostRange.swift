import Time

/// The days of a post, and where they are from.
struct PostRange {
  private let range: WeekRange
  /// True if neither slug nor title says it.
  let isGuessed: Bool
  private(set) var warnings: [String] = []

  /// More days between a post and its range are odd: it may be the copy of an old one.
  private static let farDays = 180

  /// Takes the days that the slug names, else those of the title, else the week from the day on which the post appeared.
  /// - Throws: a problem if they contradict each other, or there are none.
  init(_ post: Post) throws(Problem) {
    let (slug, title) = (WeekRange.read(post.slug), WeekRange.read(post.title))
    if let named = try Self.named(slug, title) {
      (range, isGuessed) = (named, false)
      if case .range(let other) = title, let end = named.end, let otherEnd = other.end, end != otherEnd {
        warnings.append("its slug ends on \(end), and its title on \(otherEnd)")
      }
      if let published = post.published,
        abs(published.daysSinceEpoch - named.start.daysSinceEpoch) > Self.farDays
      {
        warnings.append(
          "its range begins on \(named.start), and it appeared on \(published): see whether the year is right")
      }
      if named.hasTwo {
        warnings.append("it is for more than a week, \(text): its days were taken for those of the first one")
      }
      return
    }
    guard let published = post.published else {
      throw Problem("its dates are not clear: neither slug nor title has a range of days, and it has no date")
    }
    (range, isGuessed) = (WeekRange(start: published), true)
    warnings.append("neither slug nor title has a range of days: its week begins on \(published), when it appeared")
  }

  private static func named(_ slug: WeekRange.Reading, _ title: WeekRange.Reading) throws(Problem) -> WeekRange? {
    switch (slug, title) {
    case (.range(let range), .range(let other)):
      // A copied post may have its old slug: its sessions would replace those of another week.
      guard range.start == other.start else {
        throw Problem("its dates are not clear: its slug says \(range.start), and its title \(other.start)")
      }
      return range
    case (.range(let range), _), (_, .range(let range)): return range
    case (.impossible(let found), _), (_, .impossible(let found)):
      throw Problem("its dates are not clear: '\(found.prefix(80))' is no range of days")
    case (.none, .none): return nil
    }
  }

  var start: CalendarDate { range.start }
  var end: CalendarDate? { range.end }
  var hasTwo: Bool { range.hasTwo }
  var text: String { "\(range.start) to \(range.end ?? range.start)" }

  func date(of header: DayHeader) -> CalendarDate { range.date(of: header.weekday) }
}
