import Time

/// The unit of work of a run: a day, a page, a query. The items of a calendar are its dates.
///
/// On the wire: `{"id": "2024-05-31", "date": "2024-05-31", "parameters": {"city": "Austin"}}`, where `date` and
/// `parameters` are optional. In a run of a dataset with `incremental` there is a `checkpoint` beside them.
public struct WorkItem: Sendable {
  /// Characters of an id.
  public static let maximumIDLength = 128

  /// The identity within the dataset: 1 to 128 ASCII letters, digits, `.`, `_` and `-`, so that it can be part of a key.
  public let id: String
  /// The day that the item is about; nil for an item that is not about a day.
  public let date: CalendarDate?
  /// Values for the templates of the dataset's definition.
  public let parameters: [String: String]
  /// The position from which the source is read: the ledger's response to the opening of a run has it. It is no part of
  /// the item's identity, since it is another one in each run.
  public var checkpoint: Checkpoint?

  /// The item of a day. Its id is the date.
  public init(date: CalendarDate) {
    id = date.description
    self.date = date
    parameters = [:]
  }

  /// - Throws: `InvalidInput` for an id that is empty, too long, or has other characters.
  public init(id: String, date: CalendarDate? = nil, parameters: [String: String] = [:]) throws(PipelineError) {
    guard Self.isValid(id) else {
      throw PipelineError(
        .invalidInput,
        "item id is '\(id.prefix(40))': it must be 1 to \(Self.maximumIDLength) letters, digits, '.', '_' or '-'")
    }
    self.init(checkedID: id, date: date, parameters: parameters)
  }

  /// - Parameter id: an id that is known to be valid.
  init(checkedID id: String, date: CalendarDate? = nil, parameters: [String: String]) {
    self.id = id
    self.date = date
    self.parameters = parameters
  }

  private static func isValid(_ id: String) -> Bool {
    (1...maximumIDLength).contains(id.utf8.count) && id.unicodeScalars.allSatisfy(\.isInKeyAlphabet)
  }
}

extension WorkItem: Hashable {
  public static func == (left: WorkItem, right: WorkItem) -> Bool {
    left.id == right.id && left.date == right.date && left.parameters == right.parameters
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(id)
    hasher.combine(date)
    hasher.combine(parameters)
  }
}

extension WorkItem: Comparable, CustomStringConvertible {
  public var description: String { id }

  /// Orders by id. Dates sort by time.
  public static func < (left: WorkItem, right: WorkItem) -> Bool { left.id < right.id }
}

extension WorkItem: Codable {
  private enum CodingKeys: CodingKey { case id, date, parameters, checkpoint }

  /// - Throws: `InvalidInput` for an id or a date that is not valid, `DecodingError` for a value of another type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let date = try container.decodeIfPresent(String.self, forKey: .date)
    try self.init(
      id: container.decode(String.self, forKey: .id),
      date: try date.map { try CalendarDate(input: $0, named: "item.date") },
      parameters: container.decodeIfPresent([String: String].self, forKey: .parameters) ?? [:])
    checkpoint = try container.decodeIfPresent(Checkpoint.self, forKey: .checkpoint)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encodeIfPresent(date, forKey: .date)
    if !parameters.isEmpty { try container.encode(parameters, forKey: .parameters) }
    try container.encodeIfPresent(checkpoint, forKey: .checkpoint)
  }
}
