import Contracts
import JSON
import Loading
import Time

/// The records of a week, for `festvibes show`: a block for each, under its date.
struct WeekReport {
  private static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

  let dataset: String
  /// Monday to Sunday.
  let week: ClosedRange<CalendarDate>
  let date: String
  /// The fields of a record that name it, and those that are its text.
  let names: [String]
  let texts: [String]
  let records: [JSONObject]

  /// Reads the week of a day.
  /// - Throws: `CommandError` if nothing is stored for it.
  init(_ lines: StoredLines, of dataset: Dataset, day: CalendarDate, _ deadline: Deadline) throws {
    self.dataset = dataset.id
    week = Self.week(of: day)
    date = lines.date
    names = lines.names
    texts = lines.fields.filter { !lines.names.contains($0) && $0 != lines.date }
    records = try lines.records(of: week, deadline: deadline)
    guard records.isEmpty else { return }
    throw CommandError(Self.nothing(for: week, in: lines, of: dataset))
  }

  init(
    dataset: String, week: ClosedRange<CalendarDate>, date: String, names: [String], texts: [String],
    records: [JSONObject]
  ) {
    (self.dataset, self.week, self.date, self.names, self.texts) = (dataset, week, date, names, texts)
    self.records = records
  }

  /// Returns the week from Monday to Sunday that has a day.
  static func week(of day: CalendarDate) -> ClosedRange<CalendarDate> {
    let monday = day.adding(days: -((day.weekday + 6) % 7))
    return monday...monday.adding(days: 6)
  }

  private static func nothing(
    for week: ClosedRange<CalendarDate>, in lines: StoredLines, of dataset: Dataset
  ) -> String {
    let name = NextStep.quoted(dataset.id)
    let problem = "nothing is stored for the week from \(week.lowerBound) to \(week.upperBound)"
    // The nearest week before, else the first one: that of a file's last day, which other files may share.
    guard let nearest = lines.dates.last(where: { $0.upperBound < week.lowerBound }) ?? lines.dates.first else {
      return "\(problem)\n\(NextStep("run --dataset \(name)").line)"
    }
    return "\(problem)\n\(NextStep("show \(name) --week \(nearest.upperBound)").line)"
  }

  func lines(for terminal: Terminal, isWide: Bool) -> [String] {
    let width = isWide ? nil : terminal.size?.width
    let labels = texts.map(Self.label)
    let margin = (labels.map(\.count).max() ?? 0) + 4
    var lines = ["The week from \(week.lowerBound) to \(week.upperBound)."]
    for record in records {
      let day = record[date]?.string ?? ""
      let weekday = CalendarDate(day).map { Self.days[$0.weekday] } ?? ""
      let name = names.map { Self.text(record[$0]) }.joined(separator: ", ")
      let title = [day, name.hasPrefix(weekday) ? nil : weekday, name].compactMap(\.self).filter { !$0.isEmpty }
      lines += ["", Style.bold.apply(title.joined(separator: "  "), colors: terminal.colors)]
      for (field, label) in zip(texts, labels) {
        let text = TextWidth.wrapped(Self.text(record[field]), to: width, indent: margin)
        guard let first = text.first else { continue }
        let head = "  \(label)" + String(repeating: " ", count: margin - 2 - label.count)
        lines.append(Style.dim.apply(head, colors: terminal.colors) + first.dropFirst(margin))
        lines += text.dropFirst()
      }
    }
    return lines
  }

  func json() -> String {
    JSONValue.sorted([
      "dataset": .string(dataset), "first": .string("\(week.lowerBound)"), "last": .string("\(week.upperBound)"),
      "records": .array(records.map { .object($0) }),
    ]).text
  }

  /// Returns a field's name for a person: `warm-up` for `warm_up`, `A` for `segment_a`.
  private static func label(_ field: String) -> String {
    let parts = field.split(separator: "_")
    if parts.count == 2, parts[0] == "segment", parts[1].count == 1 { return parts[1].uppercased() }
    return parts.joined(separator: "-")
  }

  private static func text(_ value: JSONValue?) -> String {
    switch value {
    case .string(let text)?: TextWidth.cleaned(text)
    case .null?, nil: ""
    case let value?: TextWidth.cleaned(value.text)
    }
  }
}
