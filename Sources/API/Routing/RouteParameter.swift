/// A parameter that a route declares. The router refuses values that do not fit, and the OpenAPI document lists them.
public struct RouteParameter: Sendable {
  public enum Location: String, Sendable {
    case path, query
  }

  /// The form of the values.
  public enum Kind: Sendable {
    /// A text without control characters, of at most so many characters.
    case text(longest: Int)
    case integer(ClosedRange<Int>)
    /// A number in JSON's spelling; nil for no bound.
    case decimal(least: Double?, most: Double?)
    /// `2024-05-31`.
    case date
    /// A time of RFC 3339; UTC without an offset, and midnight UTC without a time.
    case time
    case choice([String])
    /// `true` or `false`.
    case flag
  }

  public let name: String
  public let kind: Kind
  public let location: Location
  /// True if a request without it is refused.
  public let isRequired: Bool
  /// The value for a request without it, for the documentation: the handler applies it.
  public let standard: String?
  /// One sentence for the documentation.
  public let summary: String
  /// A value for the documentation.
  public private(set) var example: String?
  /// The regular expression that texts fit, for the documentation: the handler checks it.
  public private(set) var pattern: String?

  /// A parameter of the query.
  public init(_ name: String, _ kind: Kind, required: Bool = false, standard: String? = nil, _ summary: String) {
    self.init(name, kind, in: .query, isRequired: required, standard: standard, summary)
  }

  /// A parameter of the path: `id` of `/runs/{id}`.
  public static func path(_ name: String, _ kind: Kind, _ summary: String) -> RouteParameter {
    RouteParameter(name, kind, in: .path, isRequired: true, standard: nil, summary)
  }

  /// The same parameter with an example, and the pattern of its values.
  public func documented(example: String, pattern: String? = nil) -> RouteParameter {
    var parameter = self
    (parameter.example, parameter.pattern) = (example, pattern)
    return parameter
  }

  private init(
    _ name: String, _ kind: Kind, in location: Location, isRequired: Bool, standard: String?, _ summary: String
  ) {
    self.name = name
    self.kind = kind
    self.location = location
    self.isRequired = isRequired
    self.standard = standard
    self.summary = summary
  }
}
