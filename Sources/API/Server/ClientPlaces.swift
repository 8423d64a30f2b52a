import Glibc
import Synchronization
import Time

/// The places of a server's connections. When all are taken, the connection that has waited longest for a whole request gives
/// its place to a new one: clients that hold connections without asking cannot lock out those that ask.
final class ClientPlaces: Sendable {
  private struct Client {
    /// Since when it has the server wait for a whole request; nil while it is answered.
    var waitingSince: Duration?
    /// True if another client has its place: its thread is about to end.
    var isOut = false
  }

  private let clients = Mutex<[Int32: Client]>([:])
  private let most: Int
  private let grace: Duration
  private let time: any TimeSource & Sendable

  /// - Parameter grace: the time for which a connection may wait undisturbed.
  init(most: Int, grace: Duration, time: any TimeSource & Sendable) {
    (self.most, self.grace, self.time) = (most, grace, time)
  }

  /// Gives a place to a connection.
  /// - Returns: false if all others are answered, or have only just come.
  func take(_ descriptor: Int32) -> Bool {
    let now = time.uptime
    return clients.withLock { clients in
      if clients.count(where: { !$0.value.isOut }) >= most {
        let waiting = clients.compactMap { entry in
          entry.value.isOut ? nil : entry.value.waitingSince.map { (descriptor: entry.key, since: $0) }
        }
        guard let longest = waiting.min(by: { $0.since < $1.since }), now - longest.since >= grace else { return false }
        clients[longest.descriptor]?.isOut = true
        // Ends its thread's wait. The thread itself closes the connection.
        shutdown(longest.descriptor, Int32(SHUT_RD))
      }
      clients[descriptor] = Client(waitingSince: now)
      return true
    }
  }

  /// The connection waits for a whole request from now on, or is answered.
  /// - Returns: false if another client has its place: this response is the last one.
  func mark(_ descriptor: Int32, isWaiting: Bool) -> Bool {
    clients.withLock {
      $0[descriptor]?.waitingSince = isWaiting ? time.uptime : nil
      return $0[descriptor]?.isOut == false
    }
  }

  func isOut(_ descriptor: Int32) -> Bool { clients.withLock { $0[descriptor]?.isOut == true } }

  func leave(_ descriptor: Int32) { clients.withLock { _ = $0.removeValue(forKey: descriptor) } }

  var isEmpty: Bool { clients.withLock { $0.isEmpty } }

  /// With few places left, a client that only waits must not keep one.
  var isCrowded: Bool { clients.withLock { $0.count > most * 3 / 4 } }

  /// Ends all connections; their threads end with them.
  func endAll() { clients.withLock { for descriptor in $0.keys { shutdown(descriptor, Int32(SHUT_RDWR)) } } }
}
