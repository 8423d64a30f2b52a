import APISupport
import Synchronization
import Time

/// The numbers of items that filters find, for as long as a client may reuse a response anyway. To count a million rows
/// takes longer than to read a page of them. A request that waits for a number holds no connection meanwhile.
final class ItemCounts: Sendable {
  private let known = Mutex<[[UInt8]: KeptValue<Int>]>([:])
  private let time: any TimeSource & Sendable
  private let lifetime: Duration
  /// More are forgotten together.
  private static let most = 1000

  init(lifetime: Duration, time: any TimeSource & Sendable) {
    self.lifetime = lifetime
    self.time = time
  }

  /// - Parameters:
  ///   - question: a text that two requests have alike if they count the same items. Its bytes count, as for the
  ///     database: to Swift `K` and the sign of kelvin are one.
  ///   - deadline: the end of the wait for another request that counts the same.
  ///   - find: takes a connection by itself, and tries again if it is lost.
  func count(_ question: String, by deadline: Deadline, orElse find: () throws -> Int) throws -> Int {
    let question = Array(question.utf8)
    let entry = known.withLock { known in
      if let entry = known[question] { return entry }
      if known.count >= Self.most { known.removeAll() }
      let entry = KeptValue<Int>(lifetime: lifetime, time: time)
      known[question] = entry
      return entry
    }
    return try entry.value(by: deadline, orElse: find)
  }
}
