import Foundation
import TestSupport
import Testing

/// A process `openssl s_server` with a certificate that its own authority has signed. It serves one client and may need
/// a moment until it listens.
final class OpenSSLServer {
  let port: UInt16
  /// Path of the authority's own certificate.
  var authorities: String { authority.certificate }
  private let authority: TestAuthority
  private let process = Process()

  /// - Parameters:
  ///   - name: the certificate's subjectAltName, such as `DNS:localhost`.
  ///   - days: the first and the last day of the certificate's validity, relative to now.
  ///   - replies: sent to the first client, regardless of its commands.
  init(name: String, days: ClosedRange<Int> = -1...1, replies: String = "") throws {
    authority = try TestAuthority()
    let file = try authority.sign(name, days: days)
    port = try FreePort.find()
    let input = Pipe()
    process.executableURL = URL(filePath: try #require(TestAuthority.openssl))
    process.arguments = [
      "s_server", "-quiet", "-naccept", "1", "-accept", "127.0.0.1:\(port)", "-cert", file, "-key", authority.key,
    ]
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    input.fileHandleForWriting.write(Data(replies.utf8))
  }

  deinit {
    // Not SIGTERM: the threads that run tests may block it, and the process inherits that.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
