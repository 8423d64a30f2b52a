import Glibc
import Time

/// A connection to a client, which never blocks longer than it is told.
final class ClientSocket {
  /// The end of a wait.
  enum Event {
    case ready, timedOut, stopped
  }

  private let descriptor: Int32
  /// Becomes readable when the server stops.
  private let stop: Int32
  private let time: any TimeSource

  /// - Parameter descriptor: a socket that does not block. The caller closes it.
  init(_ descriptor: Int32, stop: Int32, time: any TimeSource) {
    self.descriptor = descriptor
    self.stop = stop
    self.time = time
    var isOn: Int32 = 1
    // Without it the last part of a response waits for the client's acknowledgement, which the client delays.
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout.size(ofValue: isOn)))
    // The kernel would take megabytes at once, and then nothing for a long time: a slow client would look like one that
    // takes nothing.
    var unsent: Int32 = 128 << 10
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, &unsent, socklen_t(MemoryLayout.size(ofValue: unsent)))
  }

  func deadline(after duration: Duration) -> Deadline { Deadline(after: duration, on: time) }

  /// Waits until the socket is ready.
  /// - Parameter isStoppable: true if the wait ends when the server stops.
  func wait(for events: Int32, until deadline: Deadline, isStoppable: Bool = false) -> Event {
    while true {
      let left = deadline.remaining
      guard left > .zero else { return .timedOut }
      var descriptors = [
        pollfd(fd: descriptor, events: Int16(events), revents: 0), pollfd(fd: stop, events: Int16(POLLIN), revents: 0),
      ]
      let count = poll(&descriptors, isStoppable ? 2 : 1, Int32(clamping: left.inMilliseconds + 1))
      guard count > 0 else { continue }
      // What a client has sent is answered, also when the server stops.
      return descriptors[0].revents != 0 ? .ready : .stopped
    }
  }

  /// Appends what has arrived.
  /// - Returns: false if the client has closed the connection.
  func read(into buffer: inout [UInt8]) -> Bool {
    let (start, room) = (buffer.count, 16 << 10)
    buffer.append(contentsOf: repeatElement(0, count: room))
    let count = buffer.withUnsafeMutableBytes { bytes in
      recv(descriptor, bytes.baseAddress?.advanced(by: start), room, 0)
    }
    buffer.removeLast(room - max(0, count))
    return count > 0 || count < 0 && (errno == EAGAIN || errno == EINTR)
  }

  /// Sends bytes.
  /// - Parameter hasMore: true if more follow at once, so that the kernel need not send a packet for these alone.
  /// - Returns: false if the client is gone, or has not taken them by the deadline.
  func write(_ bytes: ArraySlice<UInt8>, hasMore: Bool = false, until deadline: Deadline) -> Bool {
    let flags = Int32(MSG_NOSIGNAL) | (hasMore ? Int32(MSG_MORE) : 0)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { memory in
        send(descriptor, memory.baseAddress?.advanced(by: sent), bytes.count - sent, flags)
      }
      if count > 0 {
        sent += count
      } else {
        guard errno == EAGAIN || errno == EINTR, wait(for: POLLOUT, until: deadline) == .ready, !deadline.hasPassed
        else {
          return false
        }
      }
    }
    return true
  }

  /// Ends the sending, and reads on for a moment. If the socket were closed with unread bytes, the kernel would send a reset,
  /// and the client could lose the response.
  func linger() {
    shutdown(descriptor, Int32(SHUT_WR))
    let deadline = deadline(after: .seconds(1))
    var (read, rest): (Int, [UInt8]) = (0, [])
    while read < 1 << 20, wait(for: POLLIN, until: deadline) == .ready {
      rest.removeAll(keepingCapacity: true)
      guard self.read(into: &rest) else { return }
      read += rest.count
    }
  }
}
