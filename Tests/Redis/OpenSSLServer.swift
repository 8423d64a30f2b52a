import Foundation
import Testing

/// `openssl s_server` with a certificate of its own making, which is also the authority that signed it. It serves one
/// client, and may need a moment until it listens.
final class OpenSSLServer {
  static let executable = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  let port: UInt16
  /// The certificate's file.
  let authorities: String
  private let folder: URL
  private let process = Process()

  /// - Parameters:
  ///   - name: the certificate's subjectAltName, such as `DNS:localhost`.
  ///   - validity: from and until when, as `openssl ca` has it.
  ///   - answers: sent to the first client, whatever it says.
  init(
    name: String, validity: (from: String, until: String) = ("20200101000000Z", "20400101000000Z"), answers: String = ""
  ) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    authorities = folder.appending(path: "cert.pem").path()
    try Data().write(to: folder.appending(path: "index"))
    let configuration = """
      [ca]
      default_ca = authority
      [authority]
      database = index
      new_certs_dir = .
      rand_serial = yes
      default_md = sha256
      policy = policy
      copy_extensions = copy
      [policy]
      commonName = supplied
      """
    try Data(configuration.utf8).write(to: folder.appending(path: "ca.cnf"))
    try Self.run(
      in: folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem", "-out",
      "request.pem", "-subj", "/CN=test", "-addext", "subjectAltName=\(name)")
    try Self.run(
      in: folder, "ca", "-batch", "-selfsign", "-notext", "-config", "ca.cnf", "-keyfile", "key.pem", "-in",
      "request.pem", "-out", "cert.pem", "-startdate", validity.from, "-enddate", validity.until)

    port = LoopbackSocket.freePort()
    let input = Pipe()
    process.executableURL = URL(filePath: try #require(Self.executable))
    process.arguments = [
      "s_server", "-quiet", "-naccept", "1", "-accept", "127.0.0.1:\(port)", "-cert", "cert.pem", "-key", "key.pem",
    ]
    process.currentDirectoryURL = folder
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
    try? FileManager.default.removeItem(at: folder)
  }

  private static func run(in folder: URL, _ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: try #require(executable))
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "openssl \(arguments[0]) failed")
  }
}
