/// The members of a JSON object, in their order. A record of some tens of members is searched one by one; a wider one has
/// an index. Names are equal if their bytes are, as RFC 8259 advises: Swift's `==` takes `é` and `e` with an accent for one.
public struct JSONObject: Sendable {
  public typealias Member = (name: String, value: JSONValue)

  /// Members beyond which there is an index.
  private static let searchedMembers = 48

  public private(set) var members: [Member]
  /// The places of the members by their names; nil for an object with few members.
  private var places: [Name: Int]?

  /// A name that is equal to another one if their bytes are.
  private struct Name: Hashable {
    let text: String

    static func == (left: Name, right: Name) -> Bool { left.text.hasSameBytes(as: right.text) }

    func hash(into hasher: inout Hasher) {
      var text = text
      text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
  }

  public init() { members = [] }

  /// An object with room for some members.
  init(capacity: Int) {
    members = []
    members.reserveCapacity(capacity)
  }

  /// - Parameter members: of two members with one name, the last counts, at the place of the first.
  public init(_ members: some Sequence<(String, JSONValue)>) {
    self.members = []
    for (name, value) in members { self[name] = value }
  }

  /// - Parameter members: members whose names differ.
  public init(unique members: [Member]) {
    self.members = members
    makeIndex()
  }

  public var count: Int { members.count }
  public var isEmpty: Bool { members.isEmpty }
  public var names: [String] { members.map(\.name) }

  /// The value of a member; nil if there is none. Setting nil removes the member; a new one goes to the end.
  public subscript(name: String) -> JSONValue? {
    get { place(of: name).map { members[$0].value } }
    set {
      switch (place(of: name), newValue) {
      case (let place?, let value?): members[place].value = value
      case (let place?, nil):
        members.remove(at: place)
        makeIndex()
      case (nil, let value?): addNew(name, value)
      case (nil, nil): break
      }
    }
  }

  /// Adds a member at the end.
  /// - Returns: false if there is one with this name; then nothing is added.
  mutating func append(_ name: String, _ value: JSONValue) -> Bool {
    guard place(of: name) == nil else { return false }
    addNew(name, value)
    return true
  }

  /// Adds members whose names the object does not have, and which differ: unlike setting them, in linear time.
  public mutating func append(_ members: [Member]) {
    self.members += members
    makeIndex()
  }

  private func place(of name: String) -> Int? {
    if let places { return places[Name(text: name)] }
    // An index loop: a closure for each member takes three times as long.
    for place in members.indices where members[place].name.hasSameBytes(as: name) { return place }
    return nil
  }

  private mutating func addNew(_ name: String, _ value: JSONValue) {
    members.append((name, value))
    if places != nil {
      places?[Name(text: name)] = members.count - 1
    } else if members.count == Self.searchedMembers + 1 {
      makeIndex()
    }
  }

  private mutating func makeIndex() {
    places = nil
    guard members.count > Self.searchedMembers else { return }
    places = Dictionary(zip(members.lazy.map { Name(text: $0.name) }, 0...)) { first, _ in first }
  }
}

extension String {
  fileprivate func hasSameBytes(as other: String) -> Bool {
    let (left, right) = (utf8.span, other.utf8.span)
    guard left.count == right.count else { return false }
    for index in 0..<left.count where left[index] != right[index] { return false }
    return true
  }
}

extension JSONObject: Hashable {
  /// Compares the members without regard to their order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    var sum = 0
    for member in members {
      var own = Hasher()
      own.combine(member.name)
      own.combine(member.value)
      sum ^= own.finalize()
    }
    hasher.combine(sum)
  }
}
