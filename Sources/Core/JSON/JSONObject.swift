/// The members of a JSON object, in their order. Records have some tens of members, which are searched one by one.
public struct JSONObject: Sendable {
  public typealias Member = (name: String, value: JSONValue)

  public private(set) var members: [Member]

  public init() { members = [] }

  /// - Parameter members: of two members with one name, the last counts, at the place of the first.
  public init(_ members: some Sequence<(String, JSONValue)>) {
    self.members = []
    for (name, value) in members { self[name] = value }
  }

  /// - Parameter members: members whose names differ.
  public init(unique members: [Member]) { self.members = members }

  public var count: Int { members.count }
  public var isEmpty: Bool { members.isEmpty }
  public var names: [String] { members.map(\.name) }

  /// The value of a member; nil if there is none. Setting nil removes the member; a new one goes to the end.
  public subscript(name: String) -> JSONValue? {
    get { members.first { $0.name == name }?.value }
    set {
      let index = members.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append((name, value))
      case (nil, nil): break
      }
    }
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
