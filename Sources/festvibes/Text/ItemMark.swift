/// The mark before an item in a table, the same in that of a run and in that of the freshness.
enum ItemMark: String, CaseIterable {
  case done = "✓"
  /// Done, with a remark: it has no records, or lacks a part.
  case incomplete = "~"
  /// A reader gets wrong or old data of it, until an operator has put that right.
  case stale = "!"
  /// Its run has ended without doing it.
  case failed = "✗"
  /// Its run goes on, or none has had it.
  case unknown = "·"

  var style: Style {
    switch self {
    case .done: .green
    case .incomplete: .yellow
    case .stale, .failed: .red
    case .unknown: .dim
    }
  }

  private var meaning: String {
    switch self {
    case .done: "done"
    case .incomplete: "empty or incomplete"
    case .stale: "stale"
    case .failed: "not done"
    case .unknown: "nothing yet"
    }
  }

  /// Returns the cell that names an item.
  func cell(_ id: String) -> TextTable.Cell { .init("\(rawValue) \(id)", style) }

  /// The meanings of the marks of a table, in a line; none if all is done.
  static func legend(_ marks: some Sequence<ItemMark>) -> [String] {
    let shown = Set(marks)
    guard shown.contains(where: { $0 != .done }) else { return [] }
    return [allCases.filter(shown.contains).map { "\($0.rawValue) \($0.meaning)" }.joined(separator: "   ")]
  }
}
