/// An error for a time zone that cannot be used.
public struct TimeError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A class of errors, by which callers decide what to do.
  public enum Kind: String, Sendable {
    /// The text cannot be a name in the IANA database.
    case invalidIdentifier
    /// The system's database has no such zone, or the file cannot be read.
    case unknownZone
    /// The zone's file violates the TZif format.
    case malformedFile
  }

  public let kind: Kind
  /// The name of the requested zone.
  public let identifier: String
  /// The reason, without the zone's name.
  public let detail: String

  public init(_ kind: Kind, identifier: String, detail: String) {
    self.kind = kind
    self.identifier = identifier
    self.detail = detail
  }

  public var description: String { "time zone '\(identifier)': \(detail)" }
}
