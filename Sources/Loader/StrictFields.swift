import FoundationEssentials
import Pipeline
import Time

/// The fields of a JSON object, taken strictly.
struct StrictFields {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private let container: KeyedDecodingContainer<Name>

  init(_ decoder: any Decoder, known: Set<String>) throws {
    try self.init(container: decoder.container(keyedBy: Name.self), known: known)
  }

  private init(container: KeyedDecodingContainer<Name>, known: Set<String>) throws {
    self.container = container
    let unknown = container.allKeys.map(\.stringValue).filter { !known.contains($0) }.sorted()
    // The name comes from outside: as much of it as a message bears.
    guard let first = unknown.first else { return }
    throw wrong(String(first.prefix(40)), "is not known")
  }

  /// The name that is there, when just one is.
  func oneOf(_ names: String...) -> String? {
    let present = names.filter { container.contains(Name(stringValue: $0)) }
    return present.count == 1 ? present[0] : nil
  }

  func has(_ name: String) -> Bool { container.contains(Name(stringValue: name)) }

  func path(_ name: String) -> String {
    (container.codingPath.map(\.stringValue) + [name]).joined(separator: ".")
  }

  func wrong(_ name: String, _ what: String) -> PipelineError {
    PipelineError(.invalidInput, "\(path(name)) \(what)")
  }

  func object(_ name: String, known: Set<String>) throws -> StrictFields {
    try StrictFields(
      container: container.nestedContainer(keyedBy: Name.self, forKey: Name(stringValue: name)), known: known)
  }

  /// Text that is not empty.
  func text(_ name: String) throws -> String {
    let text = try container.decode(String.self, forKey: Name(stringValue: name))
    guard !text.isEmpty, !text.utf8.contains(0) else { throw wrong(name, "is empty, or has a NUL character") }
    return text
  }

  /// Words for people. The one character that Postgres's text does not hold is no reason to lose them.
  func textIfPresent(_ name: String) throws -> String? {
    try container.decodeIfPresent(String.self, forKey: Name(stringValue: name))?.replacing("\0", with: "\u{fffd}")
  }

  func name<Value: RawRepresentable<String> & CaseIterable>(_ name: String) throws -> Value {
    let text = try text(name)
    guard let value = Value(rawValue: text) else {
      throw wrong(name, "must be one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return value
  }

  func time(_ name: String) throws -> Date {
    guard let time = RFC3339.parse(try text(name))?.date else {
      throw wrong(name, "must be a time like 2024-05-31T08:00:00Z")
    }
    return time
  }

  /// In order, none twice.
  func dates(_ name: String) throws -> [CalendarDate] {
    let texts = try container.decode([String].self, forKey: Name(stringValue: name))
    guard texts.count <= ClosedRange<CalendarDate>.maximumDates else {
      throw wrong(name, "has more than \(ClosedRange<CalendarDate>.maximumDates) dates")
    }
    let dates = try texts.map { try CalendarDate(input: $0, named: path(name)) }
    guard Set(dates).count == dates.count else { throw wrong(name, "has a date twice") }
    return dates.sorted()
  }
}
