import Foundation
import TestSupport
import Testing

/// The stand-in for the source that lies beside the repository: real listings, composed details, faults on demand.
final class StandInSite {
  static let folder = SharedFiles.find("wwoz")
  static var isThere: Bool { folder.map { FileManager.default.fileExists(atPath: $0.path + "/site.py") } ?? false }
  static let missing = "shared/wwoz is not beside the repository"

  /// A request, as its log has it.
  struct Request: Decodable {
    let path: String
    let status: Int
    let in_flight: Int
  }

  let url: String
  private let process: ChildProcess
  private let log = FileManager.default.temporaryDirectory.appending(path: "stand-in-\(UUID().uuidString).jsonl")

  init(_ options: String...) throws {
    let script = try #require(Self.folder).appending(path: "site.py").path
    let port = try Self.freePort()
    url = "http://127.0.0.1:\(port)"
    process = try ChildProcess(
      "/usr/bin/env", ["python3", script, "--port", "\(port)", "--log", log.path] + options,
      environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"])
    let end = Date(timeIntervalSinceNow: 20)
    while !Self.accepts(port) {
      guard Date() < end else { throw POSIXError(.ETIMEDOUT) }
      Thread.sleep(forTimeInterval: 0.02)
    }
  }

  deinit {
    process.stop()
    try? FileManager.default.removeItem(at: log)
  }

  /// Every request for a page so far.
  /// - Parameter robots: whether those for robots.txt are told as well.
  func requests(robots: Bool = false) throws -> [Request] {
    try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(Request.self, from: Data($0.utf8))
    }.filter { robots || $0.path != "/robots.txt" }
  }

  /// A port that nobody listens on.
  static func freePort() throws -> UInt16 {
    try withSocket(port: 0) { socket, address, length in
      guard bind(socket, address, length.pointee) == 0, getsockname(socket, address, length) == 0 else {
        throw POSIXError(.EADDRNOTAVAIL)
      }
    }
  }

  private static func accepts(_ port: UInt16) -> Bool {
    let connected = try? withSocket(port: port) { socket, address, length in
      guard connect(socket, address, length.pointee) == 0 else { throw POSIXError(.ECONNREFUSED) }
    }
    return connected != nil
  }

  private static func withSocket(
    port: UInt16, _ body: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) throws -> Void
  ) throws -> UInt16 {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    address.sin_port = port.bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    try withUnsafeMutablePointer(to: &address) { pointer in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { try body(socket, $0, &length) }
    }
    return UInt16(bigEndian: address.sin_port)
  }
}
