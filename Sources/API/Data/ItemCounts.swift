import APISupport
import Synchronization
import Time

/// The numbers of items that filters find, for as long as a client may reuse an answer anyway. To count a million rows takes
/// longer than to read a page of them.
final class ItemCounts: Sendable {
  private let known = Mutex<[String: KeptValue<Int>]>([:])
  private let time: any TimeSource & Sendable
  private let lifetime: Duration
  /// More are forgotten together.
  private static let most = 1000

  init(lifetime: Duration, time: any TimeSource & Sendable) {
    self.lifetime = lifetime
    self.time = time
  }

  /// - Parameter question: a text that two requests have alike if they count the same items.
  func count(_ question: String, orElse find: () throws -> Int) throws -> Int {
    let entry = known.withLock { known in
      if let entry = known[question] { return entry }
      if known.count >= Self.most { known.removeAll() }
      let entry = KeptValue<Int>(lifetime: lifetime, time: time)
      known[question] = entry
      return entry
    }
    return try entry.value(orElse: find)
  }
}
