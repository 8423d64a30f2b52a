import CPostgres
import Glibc

/// Asks a server, over a connection of its own, to stop the statement that runs on another.
///
/// `PQcancel` is libpq's one call that blocks without bound: it waits until the server hangs up, and a server that
/// hangs does not. So it is called from a thread of its own, which libpq allows, and waited for only so long. It is the
/// only thread in here.
final class Cancellation {
  private let request: OpaquePointer
  /// Closed with this object, so that whoever holds the other end learns that it is done.
  private let sign: Int32

  private init(_ request: OpaquePointer, sign: Int32) {
    self.request = request
    self.sign = sign
  }

  deinit {
    PQfreeCancel(request)
    close(sign)
  }

  /// - Parameter milliseconds: how long to wait at most for the server to have taken the request. Where it cannot be
  ///   sent, closing the connection stops the statement once the server notices.
  static func request(for connection: OpaquePointer, waiting milliseconds: Int32) {
    var ends: [Int32] = [-1, -1]
    guard let request = PQgetCancel(connection) else { return }
    guard pipe(&ends) == 0 else { return PQfreeCancel(request) }
    defer { close(ends[0]) }
    let cancellation = Unmanaged.passRetained(Cancellation(request, sign: ends[1]))
    var thread = pthread_t()
    let failed = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Cancellation>.fromOpaque(argument).takeRetainedValue().send() }
        return nil
      }, cancellation.toOpaque())
    guard failed == 0 else { return cancellation.release() }
    pthread_detach(thread)
    var sign = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
    poll(&sign, 1, milliseconds)
  }

  private func send() {
    var message = [CChar](repeating: 0, count: 256)
    _ = PQcancel(request, &message, Int32(message.count))
  }
}
