import FoundationEssentials

/// A key with which requests are signed. Its descriptions show no secret.
public struct Credentials: Equatable, Sendable {
  /// Not secret: it is part of every signed request.
  public let accessKeyID: String
  public let secretAccessKey: String
  /// Comes with temporary credentials.
  public let sessionToken: String?
  /// When temporary credentials end; nil when they do not say, or never do.
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
  /// `dump` and test failures walk the mirror.
  public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
