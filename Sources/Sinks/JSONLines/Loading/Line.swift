import Contracts
import JSON
import Time

/// A record as a line of its group's file.
struct Line: Equatable {
  /// The JSON text, as Python's json.dumps writes it without ASCII escapes: system 004's readers compare such texts.
  let text: [UInt8]
  let date: CalendarDate
  /// The values of the fields by which lines are sorted. The line of a record that was edited has the same ones.
  let sortKey: [String]
  /// The record's place in the document: of equal ones, the first comes first.
  let position: Int

  /// - Throws: a problem for a record without a date.
  init(_ record: JSONObject, at position: Int, _ settings: LinesSettings) throws(LineProblem) {
    guard let text = record[settings.date]?.string, let date = CalendarDate(text) else {
      let found = record[settings.date].map { ": it is \($0.text.prefix(40))" } ?? ""
      throw LineProblem(
        reason: "its \(settings.date) must be a date such as 2024-05-31, by which its file is "
          + "named\(found)")
    }
    self.date = date
    self.position = position
    sortKey = Self.sortKey(of: record, settings)
    var bytes: [UInt8] = [UInt8(ascii: "{")]
    for (index, field) in settings.fields.enumerated() {
      if index > 0 { bytes += ", ".utf8 }
      JSONValue.string(field).write(into: &bytes)
      bytes += ": ".utf8
      (record[field] ?? .null).write(into: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
    self.text = bytes
  }

  static func sortKey(of record: JSONObject, _ settings: LinesSettings) -> [String] {
    settings.sort.map { record[$0]?.lineText ?? "" }
  }

  static func precedes(_ left: Line, _ right: Line) -> Bool {
    for (first, second) in zip(left.sortKey, right.sortKey) where first != second {
      return first.utf8.lexicographicallyPrecedes(second.utf8)
    }
    return left.position < right.position
  }

  /// The line in a few words, for a person.
  var label: String { sortKey.joined(separator: " ") }
}

/// The reason why a record is no line.
struct LineProblem: Error, Equatable {
  let reason: String
}

extension JSONValue {
  /// The text of a string or a number; nil for another value, and for an empty one.
  var lineText: String? {
    switch self {
    case .string(let text): text.isEmpty ? nil : text
    case .number(let number): number.text
    default: nil
    }
  }
}
