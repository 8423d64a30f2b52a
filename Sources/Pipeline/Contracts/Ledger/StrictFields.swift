import FoundationEssentials
import Time

/// The fields of a JSON object, read strictly: an unknown field is an error.
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
    // The name is foreign input: it is cut to a length that a message can hold.
    guard let first = unknown.first else { return }
    throw wrong(String(first.prefix(40)), "is not known")
  }

  /// Returns the present name, if exactly one of them is present.
  func oneOf(_ names: String...) -> String? {
    let present = names.filter { container.contains(Name(stringValue: $0)) }
    return present.count == 1 ? present[0] : nil
  }

  func has(_ name: String) -> Bool { container.contains(Name(stringValue: name)) }

  func path(_ name: String) -> String {
    (container.codingPath.map(\.stringValue) + [name]).joined(separator: ".")
  }

  func wrong(_ name: String, _ problem: String) -> PipelineError {
    PipelineError(.invalidInput, "\(path(name)) \(problem)")
  }

  func object(_ name: String, known: Set<String>) throws -> StrictFields {
    try StrictFields(
      container: container.nestedContainer(keyedBy: Name.self, forKey: Name(stringValue: name)), known: known)
  }

  /// Reads a text that is not empty.
  func text(_ name: String) throws -> String {
    let text = try container.decode(String.self, forKey: Name(stringValue: name))
    guard !text.isEmpty, !text.utf8.contains(0) else { throw wrong(name, "is empty, or has a NUL character") }
    return text
  }

  /// Reads a message for a person. NUL, the one character that Postgres's text does not hold, is replaced.
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
}

/// What only some runs have.
extension StrictFields {
  /// Reads `origin`, which may be missing.
  func origin() throws -> RunOrigin {
    let name = "origin"
    guard has(name), try !container.decodeNil(forKey: Name(stringValue: name)) else { return RunOrigin() }
    let fields = try object(name, known: Set(RunOrigin.CodingKeys.allCases.map(\.rawValue)))
    func text(_ key: RunOrigin.CodingKeys) throws -> String? { try fields.textIfPresent(key.rawValue) }
    return RunOrigin(
      jobType: try text(.jobType), bucket: try text(.bucket), key: try text(.key), host: try text(.host))
  }

  /// Reads a text that is a JSON object, and which a column of that type can hold; nil if it is missing.
  func objectText(_ name: String) throws -> String? {
    struct Anything: Decodable {
      init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: Name.self) }
    }
    guard let text = try textIfPresent(name) else { return nil }
    guard (try? JSONDecoder().decode(Anything.self, from: Data(text.utf8))) != nil else {
      throw wrong(name, "is no JSON object")
    }
    return text.replacing("\\u0000", with: "\\ufffd")
  }
}

/// Work items, in today's shape or as the former dates.
extension StrictFields {
  /// The name of the field that lists the items.
  var itemsName: String { has("items") || !has("dates") ? "items" : "dates" }

  /// Refuses a field beside its former shape: the ledger would lose one of them.
  func refuseBoth(_ name: String, _ former: String) throws {
    if has(name), has(former) { throw wrong(former, "is not allowed beside \(name)") }
  }

  /// Reads `item`, or the former `date`.
  func item() throws -> WorkItem {
    try refuseBoth("item", "date")
    if has("date") { return WorkItem(date: try CalendarDate(input: text("date"), named: path("date"))) }
    return try container.decode(WorkItem.self, forKey: Name(stringValue: "item"))
  }

  /// Reads `items`, or the former `dates`. Returns them sorted.
  func items() throws -> [WorkItem] {
    try refuseBoth("items", "dates")
    let items: [WorkItem]
    if itemsName == "items" {
      items = try container.decode([WorkItem].self, forKey: Name(stringValue: "items"))
    } else {
      items = try container.decode([String].self, forKey: Name(stringValue: "dates")).map {
        WorkItem(date: try CalendarDate(input: $0, named: path("dates")))
      }
    }
    guard items.count <= Limits.maximumItems else {
      throw wrong(itemsName, "has more than \(Limits.maximumItems) \(itemsName)")
    }
    guard Set(items.map(\.id)).count == items.count else { throw wrong(itemsName, "has an item twice") }
    return items.sorted()
  }

  /// Reads ids of items. Returns them sorted.
  func ids(_ name: String) throws -> [String] {
    let ids = try container.decode([String].self, forKey: Name(stringValue: name))
    guard ids.count <= Limits.maximumItems else { throw wrong(name, "has more than \(Limits.maximumItems) items") }
    guard Set(ids).count == ids.count else { throw wrong(name, "has an item twice") }
    return ids.sorted()
  }
}
