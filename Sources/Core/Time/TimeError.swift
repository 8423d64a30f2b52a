/// A time zone that cannot be used.
public struct TimeError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    /// The text cannot be a name of the IANA database.
    case invalidIdentifier
    /// The machine's database has no such zone, or it cannot be read.
    case unknownZone
    /// The zone's file breaks the format.
    case malformedFile
  }

  public let kind: Kind
  /// The zone that was asked for.
  public let identifier: String
  public let detail: String

  public init(_ kind: Kind, identifier: String, detail: String) {
    self.kind = kind
    self.identifier = identifier
    self.detail = detail
  }

  public var description: String { "time zone '\(identifier)': \(detail)" }
}
