/// A filter and its place, for messages.
struct JQSource {
  let filter: String
  let place: String
}

/// The text of the program of all filters. Each stands in parentheses on lines of its own, by which an error finds it.
struct JQProgramText {
  private(set) var text: String
  private let filters: [JQSource]
  /// The first line of each filter, from 1.
  private var lines: [Int] = []

  init(_ filters: [JQSource], marks: Bool) {
    self.filters = filters
    text = JQPrelude.text(marks: marks)
    var line = 1 + text.utf8.count { $0 == 0x0A }
    for (index, source) in filters.enumerated() {
      text += "\(index == 0 ? "if" : "elif") .[0] == \(index) then .[1] | (\n\(source.filter)\n)\n"
      lines.append(line + 1)
      line += 3 + source.filter.utf8.count { $0 == 0x0A }
    }
    text += filters.isEmpty ? "empty" : "else empty end"
  }

  /// Turns libjq's messages, such as `jq: error: foo/0 is not defined at <top-level>, line 40:` and a part of the program,
  /// into problems with the filters' places.
  func error(_ messages: [String]) -> JQError {
    var problems: [JQError.Problem] = []
    for message in messages where message.hasPrefix("jq: error: ") {
      var rest = message.dropFirst("jq: error: ".count)
      let mark = rest.firstRange(of: " at <top-level>, line ")
      let number = mark.flatMap { Int(rest[$0.upperBound...].prefix { $0.isNumber }) }
      let quoted = rest.split(separator: "\n", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
      if let mark { rest = rest[..<mark.lowerBound] }
      if let shell = rest.firstRange(of: " (Unix shell quoting issues?)") { rest.removeSubrange(shell) }
      let near = quoted.split(separator: "\n").first.map { $0.filter { $0 != "\t" } } ?? ""
      let end = near.lastIndex { $0 != " " }.map { near.index(after: $0) } ?? near.startIndex
      let part = String(near[..<end].prefix(60))
      let index = number.map { number in lines.lastIndex { $0 <= number } ?? 0 }
      problems.append(
        JQError.Problem(
          place: index.flatMap { filters.indices.contains($0) ? filters[$0].place : nil } ?? "",
          line: zip(index, number).map { max(1, $1 - lines[$0] + 1) },
          text: rest + (part.isEmpty ? "" : ", near '\(part)'")))
    }
    if problems.isEmpty { return JQError(messages.first ?? "the filters cannot be compiled") }
    return JQError(problems)
  }
}

private func zip<First, Second>(_ first: First?, _ second: Second?) -> (First, Second)? {
  if let first, let second { (first, second) } else { nil }
}
