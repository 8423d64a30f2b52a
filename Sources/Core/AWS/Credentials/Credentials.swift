import FoundationEssentials

/// A key that signs requests. Its descriptions show no secret.
public struct Credentials: Equatable, Sendable {
  /// Not secret: it is part of every signed request.
  public let accessKeyID: String
  public let secretAccessKey: String
  /// The token of temporary credentials; nil for others.
  public let sessionToken: String?
  /// The end of temporary credentials; nil if it is unknown, or if they do not expire.
  public let expiration: Date?

  public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Date? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expiration = expiration
  }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "Credentials(\(accessKeyID), secret not shown)" }
  public var debugDescription: String { description }
  /// Used by `dump` and by failures of tests.
  public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
