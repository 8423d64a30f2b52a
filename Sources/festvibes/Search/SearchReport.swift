import Foundation
import Search
import Time

/// The answer of `festvibes search`.
struct SearchReport {
  let answer: SearchAnswer
  /// True if the parts of the scores are shown.
  var isExplained = false
  /// True if texts are not cut.
  var isWide = false

  func lines(for terminal: Terminal) -> [String] {
    var lines: [String] = []
    if !answer.readAs.isEmpty { lines.append("Read as: \(answer.readAs)") }
    if !answer.question.genres.isEmpty { lines.append("Genres: \(answer.question.genres.joined(separator: ", "))") }
    if isExplained, !answer.question.meaning.isEmpty { lines.append("Compared by meaning: \(answer.question.meaning)") }
    lines = lines.map { Style.dim.apply($0, colors: terminal.colors) }
    lines += answer.notes.map { Style.yellow.apply($0, colors: terminal.colors) }
    guard !answer.events.isEmpty else { return lines }
    if !lines.isEmpty { lines.append("") }
    return lines + table.lines(width: isWide ? nil : terminal.size?.width, colors: terminal.colors)
  }

  private var table: TextTable {
    let hasDistance = answer.events.contains { $0.distance != nil }
    var table = TextTable(
      [
        .init(title: "date"), .init(title: "time"), .init(title: "artist", minimum: 16),
        .init(title: "venue", minimum: 12),
        .init(title: "genres", rank: 1, minimum: 8),
      ] + (hasDistance ? [.init(title: "metres", isRight: true, rank: 2)] : [])
        + [.init(title: "score", isRight: true, rank: 3)])
    for event in answer.events {
      let cells: [TextTable.Cell] = [
        .init(Self.day(event.date)), .init(event.time ?? ""), .init(event.artist), .init(event.venue),
        .init(event.genres.joined(separator: ", "), .dim),
      ]
      let distance: [TextTable.Cell] =
        hasDistance ? [.init(event.distance.map { String(Int($0.rounded())) } ?? "")] : []
      table.rows.append(cells + distance + [.init(Self.number(event.score))])
      if isExplained { table.rows.append([.init(""), .init(Self.explanation(of: event), .dim)]) }
    }
    return table
  }

  private static func day(_ date: CalendarDate) -> String {
    "\(["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][date.weekday]) \(date)"
  }

  private static func number(_ value: Double) -> String { String(format: "%.2f", value) }

  /// `meaning 0.61 (text 0.58, artist 0.66), words 0.80 (brass, band), time 1.00`
  private static func explanation(of event: FoundEvent) -> String {
    func list(_ parts: [(String, Double?)]) -> [String] {
      parts.compactMap { name, value in value.map { "\(name) \(number($0))" } }
    }
    let parts = event.parts
    let similarities = list([
      ("text", parts.text), ("description", parts.description), ("artist", parts.artist), ("genre", parts.genre),
      ("venue", parts.venue),
    ])
    let meaning = parts.meaning.map { value in
      "meaning \(number(value))" + (similarities.isEmpty ? "" : " (\(similarities.joined(separator: ", ")))")
    }
    let words = parts.words.map { value in
      "words \(number(value))"
        + (event.matchedWords.isEmpty ? "" : " (\(event.matchedWords.joined(separator: ", ")))")
    }
    let rest = list([
      ("names", parts.names), ("genres", parts.genres), ("time", parts.time), ("place", parts.place),
      ("date", parts.date),
    ])
    return ([meaning, words].compactMap { $0 } + rest).joined(separator: ", ")
  }
}
