import Foundation
import TestSupport
import Testing

/// `openssl s_server` with a certificate that an authority of its own has signed. It serves one client, and may need a
/// moment until it listens.
final class OpenSSLServer {
  let port: UInt16
  /// The authority's own certificate: a file.
  var authorities: String { authority.certificate }
  private let authority: TestAuthority
  private let process = Process()

  /// - Parameters:
  ///   - name: the certificate's subjectAltName, such as `DNS:localhost`.
  ///   - days: from and until when the certificate is valid, counted from now.
  ///   - answers: sent to the first client, whatever it says.
  init(name: String, days: ClosedRange<Int> = -1...1, answers: String = "") throws {
    authority = try TestAuthority()
    let file = try authority.sign(name, days: days)
    port = LoopbackSocket.freePort()
    let input = Pipe()
    process.executableURL = URL(filePath: try #require(TestAuthority.openssl))
    process.arguments = [
      "s_server", "-quiet", "-naccept", "1", "-accept", "127.0.0.1:\(port)", "-cert", file, "-key", authority.key,
    ]
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    input.fileHandleForWriting.write(Data(answers.utf8))
  }

  deinit {
    // Not SIGTERM, which the threads that tests run on may block and hand down blocked.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
