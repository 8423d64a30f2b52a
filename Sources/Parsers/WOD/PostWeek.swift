import Time

/// The sessions of a post.
struct PostWeek {
  private(set) var sessions: [Session] = []
  /// Days that are not clear, with their lines.
  private(set) var rejected: [Problem] = []
  private(set) var warnings: [String] = []

  /// - Throws: the problem of a post without days, or whose dates are not clear.
  init(_ post: Post) throws(Problem) {
    let headers = post.lines.enumerated().compactMap { place, line in DayHeader(line).map { (place: place, header: $0) }
    }
    guard let first = headers.first else {
      throw Problem("no day header: no line begins with a weekday's name and nothing, '(', a dash or ':' behind it")
    }
    let range = try range(of: post)
    if first.place > 0 {
      warnings.append(
        "\(first.place) of its lines stand before its first day, and belong to no session: '\(post.lines[0].prefix(80))'"
      )
    }
    let ends = headers.dropFirst().map(\.place) + [post.lines.count]
    var days = RepeatedDays()
    var names: Set<String> = []
    for ((place, header), end) in zip(headers, ends) {
      let repeats = days.repeats(header.weekday)
      let session = Session(header, on: range.date(of: header.weekday), lines: post.lines[(place + 1)..<end])
      let problem: String? =
        if header.isOfSeveralDays { "it names more than one day" } else if range.hasTwo, repeats {
          "the post is for more than a week, \(range.start) to \(range.end ?? range.start), and the day comes twice"
        } else if !names.insert("\(session.date) \(session.name)").inserted {
          "the post has the session twice on \(session.date)"
        } else { nil }
      if let problem {
        let text = post.lines[place..<end].joined(separator: "\n")
        rejected.append(Problem("'\(header.line.prefix(80))' is not clear: \(problem)", text: text))
      } else {
        sessions.append(session)
      }
    }
  }

  /// Returns the days that the slug names, else those of the title, else the week from the day on which the post appeared.
  private mutating func range(of post: Post) throws(Problem) -> WeekRange {
    let (slug, title) = (WeekRange.read(post.slug), WeekRange.read(post.title))
    if case .range(let range) = slug {
      if case .range(let other) = title, other.start != range.start {
        warnings.append("its title says \(other.start), and its slug \(range.start): the slug counts")
      }
      return range
    }
    if case .range(let range) = title { return range }
    for case .impossible(let found) in [slug, title] {
      throw Problem("its dates are not clear: '\(found.prefix(80))' is no range of days")
    }
    guard let published = post.published else {
      throw Problem("its dates are not clear: neither slug nor title has a range of days, and it has no date")
    }
    warnings.append("neither slug nor title has a range of days: its week begins on \(published), when it appeared")
    return WeekRange(start: published)
  }
}

/// The weekdays of a post so far.
private struct RepeatedDays {
  private var seen: Set<Int> = []
  private var last: Int?
  private var hasRepeated = false

  /// Returns true for a day that comes again after another one, and for those behind it: they are of another week.
  mutating func repeats(_ weekday: Int) -> Bool {
    if weekday != last, !seen.insert(weekday).inserted { hasRepeated = true }
    last = weekday
    return hasRepeated
  }
}
