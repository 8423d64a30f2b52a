import FoundationEssentials
import Time

/// The run that has a lock.
public struct LockHolder: Equatable, Sendable, CustomStringConvertible {
  /// The run's name; nil for a program that writes none, as system 002.
  public let run: String?
  public let acquiredAt: Date
  public let expiresAt: Date
  /// True if the lock had expired by the clock that decides. Its owner may still renew it, until another run takes it over.
  public let hasExpired: Bool

  public init(run: String?, acquiredAt: Date, expiresAt: Date, hasExpired: Bool) {
    self.run = run
    self.acquiredAt = acquiredAt
    self.expiresAt = expiresAt
    self.hasExpired = hasExpired
  }

  public var description: String {
    "\(run.map { "run \($0)" } ?? "another program") holds the lock since \(Self.text(acquiredAt)), until "
      + "\(Self.text(expiresAt))\(hasExpired ? ", which is past" : "")"
  }

  /// Formats an instant in UTC, to the second.
  private static func text(_ time: Date) -> String { RFC3339.utc(time).prefix { $0 != "." } + "Z" }
}
