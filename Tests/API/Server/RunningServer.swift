import APIRouting
import Foundation
import Synchronization
import TestSupport
import Testing
import Time

@testable import APIServer

/// A server on a free port, which stops with the object.
final class RunningServer {
  let server: HTTPServer
  /// The requests that the server did not pass on to the router.
  let refused = Locked<[APILogEntry]>([])
  /// Signalled by each request for `/slow` that waits at the gate.
  let entered = DispatchSemaphore(value: 0)
  private let ended = DispatchSemaphore(value: 0)
  var port: Int { server.port }

  /// - Parameter gate: holds the requests for `/slow` until it is opened.
  init(
    gate: DispatchSemaphore = DispatchSemaphore(value: 0), time: any TimeSource & Sendable = SystemTime(),
    _ change: (inout ServerLimits) -> Void = { _ in }
  ) throws {
    var limits = ServerLimits()
    change(&limits)
    let routes = [
      Route("GET", "/", [RouteParameter("q", .text(longest: 100), "A text")], access: .open, "Echo") { call in
        APIResponse(Array("hello \(call.text("q") ?? "")".utf8), type: "text/plain")
      },
      Route("POST", "/", access: .open, "Takes a body, and does not read it") { _ in
        APIResponse(Array("posted".utf8), type: "text/plain")
      },
      Route("GET", "/large", access: .open, maxAge: 60, "Large") { _ in
        APIResponse([UInt8](repeating: 0x61, count: 8 << 20), type: "text/plain")
      },
      Route("GET", "/medium", access: .open, "Large, but not as large") { _ in
        APIResponse([UInt8](repeating: 0x61, count: 5 << 20), type: "text/plain")
      },
      Route("GET", "/slow", access: .open, "Slow") { [entered] _ in
        entered.signal()
        gate.wait()
        return APIResponse(Array("at last".utf8), type: "text/plain")
      },
    ]
    let router = Router(routes, RouterSettings(makeID: { "id" }))
    server = try HTTPServer(
      host: "127.0.0.1", port: 0, router: router, limits: limits, time: time, makeID: { "id" },
      log: { [refused] entry in refused.change { $0.append(entry) } })
    Thread.detachNewThread { [server, ended] in
      server.run()
      ended.signal()
    }
  }

  deinit { server.stop() }

  func client(receiveBuffer: Int32? = nil) throws -> RawClient {
    try RawClient(port: port, receiveBuffer: receiveBuffer)
  }

  /// Stops the server, and waits until it has ended.
  /// - Returns: false if it has not after some time.
  func stopAndWait() -> Bool {
    server.stop()
    return ended.wait(timeout: .now() + 15) == .success
  }
}
