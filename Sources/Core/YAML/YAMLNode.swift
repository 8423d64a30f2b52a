/// A node of a YAML document with its place. Scalars are texts: a schema, not YAML's rules, says their types, so that
/// `NO` is no flag, and `1.10` is not 1.1.
public struct YAMLNode: Equatable, Sendable {
  public indirect enum Content: Equatable, Sendable {
    /// - Parameter isPlain: true if it is not quoted and not a block.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    /// The members in their order. Their names differ.
    case mapping([Member])
  }

  public struct Member: Equatable, Sendable {
    public let name: String
    public let place: YAMLPlace
    public let value: YAMLNode

    public init(name: String, place: YAMLPlace, value: YAMLNode) {
      self.name = name
      self.place = place
      self.value = value
    }
  }

  public let content: Content
  public let place: YAMLPlace

  public init(_ content: Content, at place: YAMLPlace) {
    self.content = content
    self.place = place
  }
}

/// A place in a file.
public struct YAMLPlace: Equatable, Sendable {
  /// From 1.
  public let line: Int
  /// Characters, from 1.
  public let column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// A document that cannot be read.
public struct YAMLError: Error, Equatable, Sendable {
  /// The names that lead to the place, such as `columns[0].key`; empty at the top.
  public let path: String
  public let problem: String
  public let place: YAMLPlace
}
