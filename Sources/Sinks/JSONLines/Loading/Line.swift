import Contracts
import JSON
import Time

/// A record as a line of its group's file.
struct Line: Equatable {
  /// The JSON text, as Python's json.dumps writes it without ASCII escapes: system 004's readers compare such texts.
  let text: [UInt8]
  let date: CalendarDate
  /// The date and the names, by which the line is known in another version of its file.
  let id: [String]
  /// The values of the fields by which lines are sorted.
  let sortKey: [String]
  /// The record's place in the document: of equal ones, the first comes first.
  let position: Int
  /// True for a line of the stored file that the document lacks, and that stays.
  let isKept: Bool

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
    isKept = false
    id = Self.id(of: record, settings)
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

  /// Reads a line of a file, which stays as it is, behind those of the document that are sorted like it.
  /// - Returns: nil for one without a date, as another program may have written.
  init?(stored text: [UInt8], at place: Int, _ settings: LinesSettings) {
    guard let record = (try? JSONValue(parsing: text))?.object,
      let date = record[settings.date]?.string.flatMap({ CalendarDate($0) })
    else { return nil }
    (self.text, self.date, position, isKept) = (text, date, Int.max / 2 + place, true)
    id = Self.id(of: record, settings)
    sortKey = Self.sortKey(of: record, settings)
  }

  static func id(of record: JSONObject, _ settings: LinesSettings) -> [String] {
    ([settings.date] + settings.names).map { record[$0]?.lineText ?? "" }
  }

  static func sortKey(of record: JSONObject, _ settings: LinesSettings) -> [String] {
    settings.sort.map { record[$0]?.lineText ?? "" }
  }

  static func precedes(_ left: Line, _ right: Line) -> Bool {
    precedes((left.sortKey, left.position), (right.sortKey, right.position))
  }

  /// Compares by the values of the fields, and by the places.
  static func precedes(_ left: ([String], Int), _ right: ([String], Int)) -> Bool {
    for (first, second) in zip(left.0, right.0) where first != second {
      return first.utf8.lexicographicallyPrecedes(second.utf8)
    }
    return left.1 < right.1
  }

  /// The line in a few words, for a person.
  var label: String { id.joined(separator: " ") }
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
