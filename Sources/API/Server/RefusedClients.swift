import Glibc
import Time

/// Clients that came when the server was full. Their connections are closed a moment after the response, so that they read it.
struct RefusedClients {
  private var waiting: [(descriptor: Int32, deadline: Deadline)] = []
  private static let most = 64
  /// The most that is read of one at a time: a head's limit, twice.
  private static let mostRead = 64 << 10

  var isEmpty: Bool { waiting.isEmpty }

  /// Answers a client without waiting for it.
  mutating func refuse(_ descriptor: Int32, with response: [UInt8], time: any TimeSource) {
    _ = send(descriptor, response, response.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    shutdown(descriptor, Int32(SHUT_WR))
    waiting.append((descriptor, Deadline(after: .seconds(1), on: time)))
    if waiting.count > Self.most { close(waiting.removeFirst().descriptor) }
  }

  /// Reads what has come, and closes the connections that are at their end: one that is closed with unread bytes loses its
  /// response.
  mutating func tidy() {
    guard !waiting.isEmpty else { return }
    var bytes = [UInt8](repeating: 0, count: Self.mostRead)
    waiting.removeAll { entry in
      let count = recv(entry.descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
      guard count == 0 || count < 0 && errno != EAGAIN || entry.deadline.hasPassed else { return false }
      close(entry.descriptor)
      return true
    }
  }

  mutating func closeAll() {
    for entry in waiting { close(entry.descriptor) }
    waiting = []
  }
}
