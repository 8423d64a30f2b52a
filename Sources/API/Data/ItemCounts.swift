import Synchronization
import Time

/// The numbers of items that filters find, for as long as a client may reuse an answer anyway. To count a million rows takes
/// longer than to read a page of them.
final class ItemCounts: Sendable {
  private let known = Mutex<[String: (count: Int, end: Duration)]>([:])
  private let time: any TimeSource & Sendable
  private let lifetime: Duration
  /// More are forgotten together.
  private static let most = 1000

  init(lifetime: Duration, time: any TimeSource & Sendable) {
    self.lifetime = lifetime
    self.time = time
  }

  func count(_ filters: String, orElse find: () throws -> Int) rethrows -> Int {
    let now = time.uptime
    if let entry = known.withLock({ $0[filters] }), entry.end > now { return entry.count }
    let count = try find()
    known.withLock {
      if $0.count >= Self.most { $0.removeAll() }
      $0[filters] = (count, now + lifetime)
    }
    return count
  }
}
