import Time

/// The sessions of a post.
struct PostWeek {
  private typealias Day = (place: Int, header: DayHeader)

  private(set) var sessions: [Session] = []
  /// Days that are not clear, with their lines.
  private(set) var rejected: [Problem] = []
  private(set) var warnings: [String] = []

  /// - Throws: the problem of a post without days, or whose dates are not clear.
  init(_ post: Post) throws(Problem) {
    let days = post.lines.enumerated().compactMap { place, line in DayHeader(line).map { (place: place, header: $0) } }
    guard let first = days.first else {
      throw Problem("no day header: no line begins with a weekday's name and nothing, '(', a dash or ':' behind it")
    }
    let range = try PostRange(post)
    warnings = range.warnings
    warn(of: post.lines, first: first.place, days)
    let problems = try problems(of: days, in: range)
    let ends = days.dropFirst().map(\.place) + [post.lines.count]
    var names: Set<String> = []
    for (index, (place, header)) in days.enumerated() {
      let session = Session(header, on: range.date(of: header), lines: post.lines[(place + 1)..<ends[index]])
      var problem = problems[index]
      if problem == nil, !names.insert("\(session.date) \(session.name)").inserted {
        problem = "the post has the session twice on \(session.date)"
      }
      if let problem {
        let text = post.lines[place..<ends[index]].joined(separator: "\n")
        rejected.append(Problem("'\(header.line.prefix(80))' is not clear: \(problem)", text: text))
      } else {
        sessions.append(session)
      }
    }
  }

  /// Warns of lines that may not be what they were taken for.
  private mutating func warn(of lines: [String], first: Int, _ days: [Day]) {
    if first > 0 {
      warnings.append(
        "\(first) of its lines stand before its first day, and belong to no session: '\(lines[0].prefix(80))'")
    }
    let other = lines.filter { DayHeader.beginsWithDay($0) && DayHeader($0) == nil }
    if !other.isEmpty {
      warnings.append(
        "\(Self.quoted(other)) begins with a weekday's name, and begins no day, for what is behind it: it was taken for text "
          + "of the day above it")
    }
    let prose = days.map(\.header).filter(\.isLikeProse).map(\.line)
    if !prose.isEmpty {
      warnings.append("\(Self.quoted(prose)) looks like a sentence, and was taken for the beginning of a day")
    }
  }

  private static func quoted(_ lines: [String]) -> String {
    let shown = lines.prefix(5).map { "'\($0.prefix(80))'" }.joined(separator: ", ")
    return lines.count > 5 ? "\(shown) and \(lines.count - 5) more: each" : shown
  }

  /// Returns the reason why the date of a day is not clear, for each day.
  /// - Throws: a problem if no date is.
  private mutating func problems(of days: [Day], in range: PostRange) throws(Problem) -> [String?] {
    let dates = days.map { range.date(of: $0.header) }
    var problems: [String?] = Array(repeating: nil, count: days.count)
    let back = dates.indices.dropFirst().first {
      !days[$0].header.isOfSeveralDays && !days[$0 - 1].header.isOfSeveralDays && dates[$0] < dates[$0 - 1]
    }
    for (index, day) in days.enumerated() {
      if day.header.isOfSeveralDays {
        problems[index] = "it names more than one day"
      } else if range.hasTwo, let back, index >= back {
        problems[index] =
          "the post is for more than a week, \(range.text), and its days are not in the order of one week"
      } else if let end = range.end, dates[index] > end {
        guard dates[index...].contains(where: { $0 < dates[index] }) else {
          warnings.append("'\(day.header.line.prefix(80))' is on \(dates[index]), behind its range, \(range.text)")
          continue
        }
        problems[index] =
          "its date would be \(dates[index]), behind the post's range, \(range.text), and days before it follow"
      }
    }
    guard let back else { return problems }
    guard !range.isGuessed else {
      throw Problem(
        "its dates are not clear: neither slug nor title has a range of days, and in the week from \(range.start), when it "
          + "appeared, '\(days[back].header.line.prefix(80))' is before the day above it")
    }
    if !range.hasTwo {
      warnings.append("'\(days[back].header.line.prefix(80))', \(dates[back]), is before the day above it")
    }
    return problems
  }
}
