import Foundation
import TestSupport

/// A copy of the source that is kept beside the repository: captured listings, composed detail pages, faults on demand.
package final class CapturedSite {
  package static let folder = SharedFiles.find("wwoz")
  package static var isThere: Bool {
    folder.map { FileManager.default.fileExists(atPath: $0.path + "/site.py") } ?? false
  }
  package static let missing = "the captured pages are not beside the repository"

  /// A request in its log.
  package struct Request: Decodable {
    package let path: String
    package let status: Int
    package let in_flight: Int
  }

  package let url: String
  private let process: ChildProcess
  private let log = FileManager.default.temporaryDirectory.appending(path: "captured-site-\(UUID().uuidString).jsonl")

  package init(_ options: String...) throws {
    guard let folder = Self.folder else { throw POSIXError(.ENOENT) }
    let script = folder.appending(path: "site.py").path
    let port = try FreePort.find()
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

  /// Returns all requests for pages so far.
  /// - Parameter robots: true includes those for robots.txt.
  package func requests(robots: Bool = false) throws -> [Request] {
    try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(Request.self, from: Data($0.utf8))
    }.filter { robots || $0.path != "/robots.txt" }
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
