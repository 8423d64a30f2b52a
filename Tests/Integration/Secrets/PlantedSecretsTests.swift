import Foundation
import Pipeline
import Postgres
import TestSupport
import Testing
import Time
import WARC
import Warehouse

/// Secrets in every setting that can hold one, and none of them in anything that the programs say or keep.
@Suite(
  "Planted secrets",
  .enabled(if: TestDatabase.serverURL != nil && RedisService.isRunning, "start the services: make test"))
final class PlantedSecretsTests {
  /// What a trial's settings are made of.
  struct Plants: Sendable {
    let password = PlantedSecret.make()
    let key = PlantedSecret.make()
    let token = PlantedSecret.make()
    /// Refuses everything, and repeats what it was sent, as S3 does.
    let refusing: String
    /// A source that has what the scraper wants.
    let site: String
    /// A database of this version.
    let database: String
    /// Answers with the secret, as Secrets Manager does.
    let secrets: String

    var all: [PlantedSecret] { [password, key, token] }

    /// The settings of a function whose every peer is away.
    var base: [String: String] {
      [
        "AWS_ACCESS_KEY_ID": "AKIAPLANTED", "AWS_SECRET_ACCESS_KEY": key.value, "AWS_SESSION_TOKEN": token.value,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": token.value, "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "S3_BUCKET_NAME": "bucket", "BASE_URL": "http://127.0.0.1:1",
        "PG_DATABASE_URL": "postgresql://user:\(password.escaped)@127.0.0.1:1/db",
        "REDIS_URL": "redis://:\(password.escaped)@127.0.0.1:1/0", "SOURCE_REQUESTS_PER_SECOND": "10000",
        "AWS_LAMBDA_LOG_LEVEL": "TRACE", "PATH": "/usr/bin:/bin",
      ]
    }

    /// The server's address with the planted password in place of its own.
    func address(_ url: String, scheme: String? = nil, query: String? = nil) -> String {
      guard var parts = URLComponents(string: url) else { return "" }
      parts.scheme = scheme ?? parts.scheme
      parts.query = query ?? parts.query
      parts.percentEncodedPassword = password.escaped
      return parts.string ?? ""
    }
  }

  struct Trial: Sendable, CustomTestStringConvertible {
    let name: String
    /// Functions' names, or commands of `festvibes`.
    let programs: [String]
    let settings: @Sendable (Plants) -> [String: String]

    init(_ name: String, _ programs: String..., settings: @escaping @Sendable (Plants) -> [String: String]) {
      self.name = name
      self.programs = programs
      self.settings = settings
    }

    var testDescription: String { name }
  }

  private static let events = [
    "Scraper": #"{"date":"2024-05-31","run":"planted"}"#,
    "Loader": #"{"s3_key":"k","date":"2024-05-31","run":"planted"}"#,
    "CacheManager": #"{"queryStringParameters":{"date":"2024-05-31"}}"#,
    "DateRangeGenerator": #"{"days_ahead":-1}"#,
  ]
  private static let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:festvibes-etl"

  /// The ARN of a secret.
  private static func named(_ name: String) -> String { "arn:aws:secretsmanager:us-east-1:123456789012:secret:\(name)" }

  static let trials = [
    Trial("every peer is away", "Scraper", "Loader", "CacheManager", "DateRangeGenerator") { _ in [:] },
    Trial("every peer is away, for a person", "migrate", "status", "rejected", "show 2024-05-31", "run --days 1") { _ in
      ["STATE_MACHINE_ARN": arn]
    },
    Trial("the password is wrong", "CacheManager", "migrate", "rejected", "show 2024-05-31") {
      [
        "PG_DATABASE_URL": $0.address(TestDatabase.serverURL ?? ""),
        "REDIS_URL": $0.address(RedisService.url(database: 20)),
      ]
    },
    Trial("the database has the right password, the cache a wrong one", "CacheManager") {
      ["PG_DATABASE_URL": $0.database, "REDIS_URL": $0.address(RedisService.url(database: 20))]
    },
    Trial("TLS is refused", "CacheManager", "migrate", "show 2024-05-31", "Scraper") {
      [
        "PG_DATABASE_URL": $0.address(
          TestDatabase.serverURL ?? "", query: "sslmode=verify-full&sslrootcert=/etc/ssl/certs/ca-certificates.crt"),
        "REDIS_URL": $0.address(RedisService.tlsURL(database: 20)),
        "BASE_URL": "https://localhost:\(URL(string: RedisService.tlsURL(database: 20))?.port ?? 1)",
      ]
    },
    Trial("the addresses are not escaped", "CacheManager", "Loader", "migrate", "rejected", "show 2024-05-31") {
      [
        "PG_DATABASE_URL": "postgresql://user:\($0.password.value)@127.0.0.1:1/db",
        "REDIS_URL": "redis://:\($0.password.value)@127.0.0.1:1/0",
      ]
    },
    Trial("the addresses are none", "Scraper", "CacheManager", "Loader", "migrate", "show 2024-05-31") {
      [
        "PG_DATABASE_URL": $0.password.value, "REDIS_URL": "\($0.password.value)://x",
        "BASE_URL": "ftp://\($0.password.escaped)/", "AWS_ENDPOINT_URL": "http://user:\($0.key.escaped)@127.0.0.1:1",
      ]
    },
    Trial("the addresses have odd parameters", "CacheManager", "migrate", "show 2024-05-31") {
      [
        "PG_DATABASE_URL": "postgresql://127.0.0.1:1/db?keepalives=\($0.password.escaped)",
        "REDIS_URL": "redis://127.0.0.1:1/\($0.password.escaped)",
      ]
    },
    Trial("a secret stands for a port", "CacheManager", "migrate", "show 2024-05-31") {
      [
        "PG_DATABASE_URL": "postgresql://127.0.0.1:\($0.password.escaped)/db",
        "REDIS_URL": "redis://127.0.0.1:\($0.password.escaped)/0",
      ]
    },
    Trial("the source has a user, or a query", "Scraper") {
      ["BASE_URL": "http://user:\($0.password.escaped)@127.0.0.1:1/?token=\($0.token.escaped)"]
    },
    Trial("a proxy that is away has a password", "Scraper", "Loader", "run --days 1") {
      let proxy = "http://user:\($0.password.escaped)@127.0.0.1:1"
      return [
        "http_proxy": proxy, "https_proxy": proxy, "ALL_PROXY": proxy, "BASE_URL": "http://source.invalid",
        "STATE_MACHINE_ARN": arn,
      ]
    },
    Trial("AWS denies, and repeats what it was sent", "Scraper", "Loader", "run --days 1", "status x") {
      ["AWS_ENDPOINT_URL": $0.refusing, "STATE_MACHINE_ARN": arn, "BASE_URL": $0.site]
    },
    Trial("AWS denies the secrets", "CacheManager", "Loader", "migrate") {
      [
        "AWS_ENDPOINT_URL": $0.refusing, "PG_DATABASE_URL": "", "REDIS_URL": "",
        "PG_DATABASE_URL_SECRET_ARN": named("pg"),
        "REDIS_URL_SECRET_ARN": named("redis"),
      ]
    },
    Trial("the secrets hold something else", "CacheManager", "Loader", "Scraper", "migrate", "show 2024-05-31") {
      [
        "AWS_ENDPOINT_URL": $0.secrets, "PG_DATABASE_URL": "", "REDIS_URL": "", "BASE_URL": "",
        "PG_DATABASE_URL_SECRET_ARN": named("pg"),
        "REDIS_URL_SECRET_ARN": named("redis"),
        "BASE_URL_SECRET_ARN": named("base"),
      ]
    },
  ]

  private static let listing = #"""
    <div class="livewire-calendar"><div><div data-current-date="2024-05-31"></div><div class="livewire-listing">
    <div class="panel panel-default"><div><h3 class="panel-title"><a href="/organizations/x">Blue Nile</a></h3></div>
    <div><div><div class="calendar-info"><p><a href="/events/1">Kermit</a></p><p>Friday, May 31 at 3:00pm</p></div></div>
    </div></div></div></div></div><p>the end</p>
    """#

  private let site: ScriptedServer
  private let database: TestDatabase
  private let refusing: ScriptedServer
  private let secrets: ScriptedServer
  private let plants: Plants

  init() throws {
    refusing = try ScriptedServer { request in
      let message =
        "The request signature we calculated does not match. The Canonical String for this request should have been "
        + "'\(request.head.replacingOccurrences(of: "\r\n", with: " ").replacingOccurrences(of: "\"", with: ""))'"
      return request.header("X-Amz-Target") == nil
        ? .http(403, [], "<Error><Code>SignatureDoesNotMatch</Code><Message>\(message)</Message></Error>")
        : .http(400, [], #"{"__type":"InvalidSignatureException","message":"\#(message)"}"#)
    }
    let told = Guarded("")
    secrets = try ScriptedServer { _ in .http(200, [], #"{"SecretString":"\#(told.change { $0 })"}"#) }
    site = try ScriptedServer { request in
      request.target.hasPrefix("/calendar") ? .http(200, [("Content-Type", "text/html")], Self.listing) : .http(404)
    }
    database = try TestDatabase()
    try Warehouse(url: database.url, zone: Dataset.wwoz.timeZoneRules()).migrate(
      until: Deadline(after: .seconds(30), on: SystemTime()))
    plants = Plants(refusing: refusing.url, site: site.url, database: database.url, secrets: secrets.url)
    told.change { [plants] in $0 = plants.password.value }
  }

  deinit {
    site.stop()
    refusing.stop()
    secrets.stop()
  }

  private func expectNone(_ secrets: [PlantedSecret], in texts: [String], of name: String) {
    #expect(texts.contains { !$0.isEmpty }, "\(name) said nothing")
    for text in texts {
      for secret in secrets {
        let trace = secret.trace(in: text)
        #expect(trace == nil, "\(name): \(trace ?? "") of \(secret.value) in: \(text.prefix(2000))")
      }
    }
  }

  private func run(_ program: String, _ environment: [String: String]) throws -> (texts: [String], failed: Bool) {
    try Self.events[program].map { try ToldTexts.ofFunction(program, $0, environment) }
      ?? ToldTexts.ofCommand(program.split(separator: " ").map(String.init), environment)
  }

  @Test("stay secret when something fails", arguments: trials)
  func failures(trial: Trial) throws {
    let environment = plants.base.merging(trial.settings(plants)) { $1 }
    for program in trial.programs {
      let outcome = try run(program, environment)
      #expect(outcome.failed, "\(program) was to fail: \(outcome.texts)")
      expectNone(plants.all, in: outcome.texts, of: program)
    }
  }

  @Test("stay secret when all goes well, in what is kept as well")
  func success() throws {
    let s3 = try MemoryS3()
    let key = "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_planted.json"
    let environment = plants.base.merging(s3.environment) { $1 }.merging([
      "AWS_SECRET_ACCESS_KEY": plants.key.value, "BASE_URL": site.url, "PG_DATABASE_URL": database.url,
      "REDIS_URL": RedisService.url(database: 20),
    ]) { $1 }
    let passwords = [database.url, RedisService.url(database: 20)].compactMap { URLComponents(string: $0)?.password }
    let secrets = plants.all + passwords.map { PlantedSecret(value: $0) }
    for (program, event) in [
      ("Scraper", #"{"date":"2024-05-31","run":"planted"}"#),
      ("Loader", #"{"s3_key":"\#(key)","date":"2024-05-31","run":"planted"}"#),
      ("CacheManager", #"{"queryStringParameters":{"date":"2024-05-31"}}"#),
    ] {
      let outcome = try ToldTexts.ofFunction(program, event, environment)
      #expect(!outcome.failed, "\(program): \(outcome.texts)")
      expectNone(secrets, in: outcome.texts, of: program)
    }
    for command in ["migrate", "rejected", "show 2024-05-31"] {
      let outcome = try run(command, environment)
      #expect(!outcome.failed, "\(command): \(outcome.texts)")
      expectNone(secrets, in: outcome.texts, of: command)
    }

    #expect(s3.keys.contains { $0.hasSuffix(".warc.gz") } && s3.keys.contains(key))
    for key in s3.keys {
      let body = try #require(s3.body(of: key))
      let blocks = key.hasSuffix(".gz") ? try WARCReader.members(of: body).map(\.record.block) : [body]
      expectNone(secrets, in: [key] + blocks.map { String(decoding: $0, as: UTF8.self) }, of: key)
    }
    expectNone(secrets, in: site.requests.map(\.head), of: "what the source is asked")
    let connection = try database.connect()
    let deadline = Deadline(after: .seconds(30), on: SystemTime())
    let tables = try connection.query(
      "select table_name::text from information_schema.tables where table_schema = 'public'", until: deadline)
    #expect(tables.count > 5)
    for table in try tables.map({ try $0[0] as String }) {
      let rows = try connection.query("select row_to_json(t)::text from \(table) t", until: deadline)
      let texts = try rows.map { try $0[0] as String }
      expectNone(secrets, in: texts + [table], of: table)
    }
  }

  @Test("would be found, in any guise")
  func guises() {
    let secret = PlantedSecret(value: "abcdefgh/@+ijklmnop")
    let base64 = { (text: String) in Data(text.utf8).base64EncodedString() }
    for text in [
      secret.value, secret.escaped, "x cdefgh/ y", #"{"x":"gh\/@+ijk"}"#, "ABCDEFG", base64(secret.value),
      base64("x" + secret.value), base64("user:\(secret.value)@host"),
    ] { #expect(secret.trace(in: text) != nil, "\(text)") }
    #expect(secret.trace(in: "abcdef ghij") == nil)
  }
}
