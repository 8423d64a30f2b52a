import ConcertsSink
import Contracts
import EventCache
import Foundation
import LambdaRuntime
import Ledger
import RawStore
import Settings
import TestSupport
import Testing
import Time
import WWOZExtractor

@testable import AWS
@testable import Fetching
@testable import HTTP
@testable import ScraperFunction

/// Each server that the pipeline connects to, with a good certificate and with each kind of bad one.
@Suite(
  "TLS", .serialized,
  .enabled(
    if: TestAuthority.openssl != nil && TestDatabase.serverURL != nil && RedisService.isRunning,
    "start the services: make test"))
struct TLSTableTests {
  enum Peer: String, CaseIterable {
    case source, s3, postgres, redis

    /// The name of the error for a bad certificate, and the setting that the message names.
    var error: (name: PipelineError.Name, setting: String) {
      switch self {
      // An expired certificate may soon be renewed, so that a retry can succeed.
      case .source: (.sourceUnavailable, "/calendar/livewire-music")
      case .s3: (.configurationInvalid, "AWS_ENDPOINT_URL_S3")
      case .postgres: (.configurationInvalid, "PG_DATABASE_URL")
      case .redis: (.configurationInvalid, "REDIS_CA_FILE")
      }
    }
  }

  enum Certificate: String, CaseIterable {
    case good
    case wrongHost = "wrong host"
    case unknownAuthority = "unknown authority"
    case expired

    /// The cause in the message, in the words of libcurl, libpq or OpenSSL.
    var causes: [String] {
      switch self {
      case .good: []
      case .wrongHost: ["target host name 'localhost'", "is for another host name", "hostname mismatch"]
      case .unknownAuthority: ["unable to get local issuer certificate"]
      case .expired: ["certificate has expired"]
      }
    }

    /// Returns the path of the certificate.
    func signed(by authority: TestAuthority) throws -> String {
      try authority.sign(
        self == .wrongHost ? "DNS:elsewhere.example" : "DNS:localhost", days: self == .expired ? -3 ... -1 : -1...1)
    }
  }

  private let trusted: TestAuthority

  init() throws { trusted = try TestAuthority() }

  private static let secret = UUID().uuidString
  private static let listing = """
    <div class="livewire-calendar"><div><div data-current-date="2024-05-31"></div>
    <div class="livewire-listing"></div></div></div><p>the end</p>
    """

  @Test(
    "A server is trusted with a good certificate, and with no other", arguments: Peer.allCases, Certificate.allCases)
  func table(peer: Peer, certificate: Certificate) throws {
    let signer = certificate == .unknownAuthority ? try TestAuthority() : trusted
    let web = try ScriptedServer { request in
      request.target == "/robots.txt"
        ? .http(404) : .http(200, [("ETag", #""e""#), ("Content-Type", "text/html")], Self.listing)
    }
    defer { web.stop() }
    let database = peer == .postgres ? try TestDatabase() : nil
    let upstream: Int? =
      switch peer {
      case .source, .s3: Int(web.port)
      case .postgres: URLComponents(string: database?.url ?? "")?.port
      case .redis: URLComponents(string: RedisService.url(database: 20))?.port
      }
    let front = try TLSFront(
      to: #require(upstream), certificate: certificate.signed(by: signer), key: signer.key,
      isPostgres: peer == .postgres)

    func connect() throws {
      switch peer {
      case .source: try scrape(port: front.port)
      case .s3: try read(port: front.port)
      case .postgres: try migrate(#require(database?.url), port: front.port)
      case .redis: try readCache(port: front.port)
      }
    }
    guard certificate != .good else {
      #expect(throws: Never.self) { try connect() }
      return
    }
    let error = try #require(#expect(throws: PipelineError.self) { try connect() })
    #expect(error.name == peer.error.name)
    for part in ["localhost:\(front.port)", peer.error.setting, "certificate"] {
      #expect(error.message.contains(part), "\(error)")
    }
    #expect(certificate.causes.contains { error.message.contains($0) }, "\(error)")
    let passwords = [database?.url, RedisService.url(database: 20)].map { URLComponents(string: $0 ?? "")?.password }
    for secret in passwords.compactMap({ $0 }) + [Self.secret] { #expect(!error.message.contains(secret)) }
    #expect(web.requests.isEmpty, "no request was sent")
  }

  /// libpq discards the reason why it refused a certificate if the server's response arrives before libpq first looks for it.
  /// Here it always does: the server runs on the client's processor, with a higher priority.
  @Test("The error names the fault of Postgres's certificate, even if the server responds at once")
  func fastServer() throws {
    let database = try TestDatabase()
    let front = try TLSFront(
      to: #require(URLComponents(string: database.url)?.port), certificate: Certificate.expired.signed(by: trusted),
      key: trusted.key, isPostgres: true, processor: .first)
    let lowPriority = """
      import os, sys
      os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
      os.nice(19)
      os.execv(sys.argv[1], sys.argv[1:])
      """
    let output = FileManager.default.temporaryDirectory.appending(path: "fast-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: output) }
    for _ in 1...5 {
      let command = try ChildProcess(
        "/usr/bin/python3", ["-c", lowPriority, FestVibesProcess.binary.path, "rejected"],
        environment: [
          "PG_DATABASE_URL": address(database.url, port: front.port) + "&connect_timeout=25", "HOME": "/nonexistent",
        ], output: output)
      #expect(command.wait() == 1)
    }
    let lines = try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n")
    // Without the fix (`TLSHandshake`), none of fifty attempts named it. With it, an attempt may still get no processor time.
    #expect(lines.count { $0.hasSuffix("certificate has expired") } >= 3, "\(lines)")
  }

  private var client: HTTPClient {
    get throws {
      var options = HTTPClient.Options()
      options.authorityFile = trusted.certificate
      return HTTPClient(options)
    }
  }

  private var soon: Deadline { Deadline(after: .seconds(30), on: SystemTime()) }

  private struct NoStore: ExtractStore {
    func put(_ data: Data, at key: RawKey, deadline: Deadline) -> Bool { true }
    func get(_ key: String, deadline: Deadline) -> Data { Data() }
    func archives(beside key: RawKey, deadline: Deadline) -> [RawKey] { [] }
    func url(of key: String) -> String { key }
  }

  private func scrape(port: UInt16) throws {
    let client = try client
    let handler = ScraperHandler(
      defaultDataset: Dataset.wwoz.id,
      registry: { (id) throws(PipelineError) in
        let dataset = try RepositoryDatasets.dataset(id)
        var configuration = Configuration(environment: ["BASE_URL": "https://localhost:\(port)"])
        return (dataset, try WWOZExtractor(dataset, settings: &configuration))
      }, source: { HTTPPageSource($0, client: client) }, pages: { _, _ in nil }, store: NoStore())
    let request = try JSONDecoder().decode(ScrapeRequest.self, from: Data(#"{"date":"2024-05-31"}"#.utf8))
    let log = Logger(environment: [:], time: SystemTime(), write: { _ in })
    _ = try handler.handle(request, LambdaContext(requestID: "r", deadline: soon, log: log))
  }

  private func read(port: UInt16) throws {
    let environment = [
      "AWS_ENDPOINT_URL_S3": "https://localhost:\(port)", "AWS_ACCESS_KEY_ID": "A",
      "AWS_SECRET_ACCESS_KEY": Self.secret,
    ]
    let session = AWSSession(
      environment: environment, region: "us-east-1",
      credentials: CredentialsChain([EnvironmentCredentials(environment)], time: SystemTime()), transport: try client)
    _ = try RawStore(bucket: "bucket", session: session).get("key", deadline: soon)
  }

  private func migrate(_ url: String, port: UInt16) throws {
    try Database(url: address(url, port: port), migrations: ConcertsSink.migrations).migrate(deadline: soon)
  }

  /// Returns a database's address through a `TLSFront`, whose certificate and host name are verified.
  private func address(_ url: String, port: UInt16) throws -> String {
    var parts = try #require(URLComponents(string: url))
    parts.host = "localhost"
    parts.port = Int(port)
    parts.query = "sslmode=verify-full&sslrootcert=\(trusted.certificate)"
    return try #require(parts.string)
  }

  private func readCache(port: UInt16) throws {
    var parts = try #require(URLComponents(string: RedisService.url(database: 20)))
    parts.scheme = "rediss"
    parts.host = "localhost"
    parts.port = Int(port)
    let settings = EventCacheSettings(url: parts.string ?? "", authorities: trusted.certificate)
    let day = try #require(CalendarDate("2024-05-31"))
    _ = try EventCache(settings, zone: Dataset.wwoz.timeZoneRules()).read(day, deadline: soon)
  }
}
