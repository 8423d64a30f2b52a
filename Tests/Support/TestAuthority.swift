import Foundation

/// A certificate authority made with the `openssl` command. Its files are deleted with the object.
public final class TestAuthority: Sendable {
  public static let openssl = ["/usr/bin/openssl", "/usr/local/bin/openssl"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  struct Failure: Error { let command: String }

  /// Path of the authority's own certificate, in PEM.
  public let certificate: String
  /// Path of the key, which the authority and all of its certificates share.
  public let key: String
  private let folder: URL

  public init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "authority-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    certificate = folder.appending(path: "ca.pem").path
    key = folder.appending(path: "key.pem").path
    let configuration = """
      [ca]
      default_ca = authority
      [authority]
      database = \(folder.path)/index
      new_certs_dir = \(folder.path)
      rand_serial = yes
      default_md = sha256
      policy = policy
      copy_extensions = copy
      [policy]
      commonName = supplied
      """
    try Data(configuration.utf8).write(to: folder.appending(path: "ca.cnf"))
    try Data().write(to: folder.appending(path: "index"))
    try run(
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out",
      certificate, "-days", "2", "-subj", "/CN=authority \(UUID().uuidString)", "-addext",
      "keyUsage=critical,keyCertSign")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Creates a server's certificate.
  /// - Parameters:
  ///   - name: the subjectAltName, such as `DNS:localhost`.
  ///   - days: the first and the last day of its validity, relative to now.
  /// - Returns: path of the certificate.
  public func sign(_ name: String, days: ClosedRange<Int>) throws -> String {
    let name = (own: UUID().uuidString, host: name)
    let file = folder.appending(path: name.own).path
    let moments = [days.lowerBound, days.upperBound].map {
      Date(timeIntervalSinceNow: Double($0) * 86_400).ISO8601Format().filter { !"-:T".contains($0) }
    }
    try run(
      "req", "-new", "-key", key, "-out", file + ".request", "-subj", "/CN=\(name.own)", "-addext",
      "subjectAltName=\(name.host)")
    try run(
      "ca", "-batch", "-notext", "-config", folder.appending(path: "ca.cnf").path, "-keyfile", key, "-cert",
      certificate, "-in", file + ".request", "-out", file, "-startdate", moments[0], "-enddate", moments[1])
    return file
  }

  private func run(_ arguments: String...) throws {
    let failure = Failure(command: "openssl \(arguments.joined(separator: " "))")
    guard let program = Self.openssl else { throw failure }
    guard try ChildProcess(program, arguments, environment: ["PATH": "/usr/bin:/bin"]).wait() == 0 else {
      throw failure
    }
  }
}
