import JSON
import Time

/// A day of a post, with what is done on it.
struct Session {
  static let restDay = "Rest Day"

  let date: CalendarDate
  /// The day's header, or `Rest Day`.
  let name: String
  /// The texts of the parts that it has.
  private(set) var texts: [Segment: String] = [:]

  /// - Parameter lines: those between the day's header and the next one's.
  init(_ header: DayHeader, on date: CalendarDate, lines: some Collection<String>) {
    self.date = date
    name = header.isRestDay || !header.namesSession && lines.isEmpty ? Self.restDay : header.line
    var parts: [Segment: [String]] = [:]
    var segment = Segment.notes
    for line in lines {
      // A part that comes again goes on.
      if let next = Segment(header: line) { segment = next } else { parts[segment, default: []].append(line) }
    }
    texts = parts.mapValues { $0.joined(separator: " ") }
  }

  /// - Parameter withKind: true if records have a kind.
  func record(of post: Post, withKind: Bool) -> JSONObject {
    var members: [JSONObject.Member] = withKind ? [("kind", "session")] : []
    members += [("date", .string("\(date)")), ("session", .string(name))]
    members += Segment.allCases.map { ($0.rawValue, .string(texts[$0] ?? "")) }
    members += [("post_id", .number(post.id)), ("slug", .string(post.slug))]
    if let modified = post.modified { members.append(("modified", .string(modified))) }
    return JSONObject(unique: members)
  }
}
