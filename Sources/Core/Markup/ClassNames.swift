/// A list of up to 64 class names that a reader looks for, all at once.
public struct ClassNames: Sendable {
  /// The positions in the list of the names that an element has.
  public struct Found: OptionSet, Sendable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Makes the set of one position.
    public init(at index: Int) { self.init(rawValue: 1 << UInt64(index)) }
  }

  /// The names with their positions, by length: most words of a page differ in length from all of them.
  private var names: [[(position: Int, name: [UInt8])]] = []

  /// - Parameter names: the names without white space. Of more than 64 the rest is never found.
  public init(_ names: [String]) {
    for (position, name) in names.prefix(64).enumerated() {
      let name = Array(name.utf8)
      while self.names.count <= name.count { self.names.append([]) }
      self.names[name.count].append((position, name))
    }
  }

  /// Returns the names in a class attribute.
  func found(in value: String) -> Found {
    value.utf8.split(whereSeparator: isSpace).reduce(into: []) { $0.formUnion(find($1)) }
  }

  /// Returns the set of one name; the empty set if it is not in the list.
  func find(_ name: some Collection<UInt8>) -> Found {
    guard name.count < names.count else { return [] }
    return names[name.count].first { $0.name.elementsEqual(name) }.map { Found(at: $0.position) } ?? []
  }
}
