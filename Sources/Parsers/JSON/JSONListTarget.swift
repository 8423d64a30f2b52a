import JSON

/// The way to the list whose elements are records.
struct JSONListTarget {
  /// The part of a value in the search.
  enum Role {
    case list
    /// An object in which the list is.
    case object
    case other
  }

  /// The names that lead to the list; nil for the document, or one of the usual names.
  private let path: [String]?
  /// The names of the open objects' members so far.
  private var levels: [Set<String>] = []
  /// The name of the member whose value is read.
  private var name = ""
  /// The usual name at which the list was.
  private var usualName: String?
  /// The names of the document's members, for a message.
  private var names: [String] = []
  /// The number of objects on the way that the document has.
  private var deepest = 0
  /// A value on the way that is neither the list nor an object on the way to it.
  private var noted: (depth: Int, value: JSONValue)?
  var isFound = false

  init(path: [String]?) { self.path = path }

  var isClosed: Bool { levels.isEmpty }

  private var isOnWay: Bool {
    guard let last = levels.indices.last else { return true }
    guard let path else { return last == 0 && JSONParser.usualNames.contains(name) }
    return path[last] == name
  }

  /// The usual names of two lists, of which a document that is read as a whole would have the second.
  var conflict: (String, String)? {
    guard path == nil, isFound, let usualName else { return nil }
    return (usualName, name)
  }

  /// - Parameter byte: the first one of a value.
  func role(of byte: UInt8) -> Role {
    guard isOnWay else { return .other }
    let depth = levels.count
    if byte == UInt8(ascii: "{") { return depth < path?.count ?? 1 ? .object : .other }
    guard byte == UInt8(ascii: "["), let path else {
      return byte == UInt8(ascii: "[") && (!isFound || isPreferred) ? .list : .other
    }
    return depth == path.count ? .list : .other
  }

  /// True for a usual name that counts before that of the list that was found.
  private var isPreferred: Bool {
    guard let found = usualName.flatMap({ JSONParser.usualNames.firstIndex(of: $0) }),
      let place = JSONParser.usualNames.firstIndex(of: name)
    else { return false }
    return place < found
  }

  /// Notes that the list begins.
  mutating func find() {
    isFound = true
    if path == nil, !levels.isEmpty { usualName = name }
  }

  mutating func open() {
    levels.append([])
    deepest = max(deepest, levels.count)
  }

  mutating func close() { levels.removeLast() }

  /// Notes the name of the next member.
  /// - Returns: false if the object has it already.
  mutating func enter(_ name: String) -> Bool {
    self.name = name
    if levels.count == 1, names.count < 20 { names.append(name) }
    return levels[levels.count - 1].insert(name).inserted
  }

  /// Notes a value that was read as a whole.
  mutating func note(_ value: JSONValue) {
    guard isOnWay, path != nil || levels.isEmpty else { return }
    noted = (levels.count, value)
  }

  /// A document that gives the same result, or the same error, as the one that was read, in which there is no list.
  var skeleton: JSONValue {
    guard let path else { return noted?.value ?? .object(JSONObject(names.map { ($0, .null) })) }
    let depth = noted?.depth ?? max(0, deepest - 1)
    let value = noted?.value ?? .object(JSONObject())
    return path.prefix(depth).reversed().reduce(value) { .object(JSONObject([($1, $0)])) }
  }
}
