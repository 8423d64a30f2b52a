import Foundation
import Time

/// A clock that several threads read, and that a test moves.
public struct SharedTime: TimeSource, Sendable {
  private let passed = Locked(Duration.zero)
  public let now = Date(timeIntervalSince1970: 1_717_182_000)
  public var uptime: Duration { passed.change { $0 } }

  public init() {}

  public func advance(by duration: Duration) { passed.change { $0 += duration } }
  public func sleep(for duration: Duration) { advance(by: duration) }
}
