import Foundation
import TestSupport
import Testing

/// A secret in any setting that can hold one appears nowhere else: not in a log, an error, a line of metrics, the output of a
/// command, the process list, an archive, a document or the database.
@Suite("Planted secrets", .enabled(if: PlantedWorld.isPossible, "start the services: make test"))
struct PlantedSecretsTests {
  private static let date = "2026-02-01"
  private static let scrape = #"{"date":"\#(date)","run":"nightly","started":"2026-02-01T08:00:00Z"}"#
  private static let load =
    #"{"s3_key":"raw/wwoz/events/year=2026/month=02/day=01/events_2026-02-01_x.json","date":"\#(date)","run":"nightly"}"#
  private static let cache = #"{"queryStringParameters":{"date":"\#(date)"}}"#
  private static let events = ["Scraper": scrape, "Loader": load, "CacheManager": cache, "DateRangeGenerator": "{}"]

  @Test(
    "do not appear anywhere in a run that succeeds, given as variables or through Secrets Manager (F61)",
    arguments: [
      ["PG_DATABASE_URL": "", "REDIS_URL": ""],
      ["AWS_LAMBDA_LOG_FORMAT": "JSON", "PG_DATABASE_URL_SECRET_ARN": "", "REDIS_URL_SECRET_ARN": ""],
    ])
  func run(_ changes: [String: String]) throws {
    let world = try PlantedWorld()
    func expectNoTrace(_ text: String, _ place: String) {
      #expect(world.secret.traces(in: text) == [], "\(place)")
    }
    let arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:"
    let port = "\(try FreePort.find())"
    let site = try SourceSite.sample(port: port)
    defer { site.stop() }
    let named = ["PG_DATABASE_URL_SECRET_ARN": "\(arn)database", "REDIS_URL_SECRET_ARN": "\(arn)cache"]
    let environment = world.environment(named.merging(changes) { $1 }).merging(
      ["BASE_URL": "http://127.0.0.1:\(port)"]) { $1 }

    let sessions = Locked<[String]>([])
    let observed = UncheckedWorld(world)
    func invoke(_ function: String, _ event: String) throws -> FunctionRun {
      let run = try FunctionRun(function, event, environment: environment) {
        let found = (try? observed.value.sessions()) ?? ""
        sessions.change { $0.append(found) }
      }
      #expect(run.errorType == nil, "\(run.everything)")
      #expect(run.log.contains(#""_aws""#), "no metrics")
      #expect(run.processes.contains("/\(function)"))
      expectNoTrace(run.everything, function)
      return run
    }
    _ = try invoke("DateRangeGenerator", "{}")
    let scraped = try #require(try invoke("Scraper", Self.scrape).body)
    let key = try #require(scraped["s3_key"] as? String)
    _ = try invoke("Loader", #"{"s3_key":"\#(key)","date":"\#(Self.date)","run":"nightly"}"#)
    _ = try invoke("CacheManager", Self.cache)

    // The secret was in use: the servers have received it, and would have refused another.
    let token = world.secret.value("AWS_SESSION_TOKEN")
    #expect(world.tokens.change { $0 } == [token])
    let secretRequests = world.aws.requests
    #expect(secretRequests.count == (changes["PG_DATABASE_URL"] == nil ? 0 : 3))
    #expect(secretRequests.allSatisfy { $0.header("X-Amz-Security-Token") == token })
    #expect(sessions.change { $0 }.filter { $0.contains("festvibes-") }.count == 2)
    expectNoTrace(sessions.change { $0 }.joined(separator: "\n"), "pg_stat_activity")

    #expect(world.s3.keys.contains { $0.hasPrefix("raw/") && $0.hasSuffix(".warc.gz") })
    for key in world.s3.keys { expectNoTrace(key + (try world.object(key)), key) }
    let rows = try world.rows()
    #expect(rows["events"]?.isEmpty == false && rows["loads"]?.isEmpty == false)
    for (table, text) in rows { expectNoTrace(text, table) }
    expectNoTrace(String(decoding: try #require(try world.cached(Self.date)), as: UTF8.self), "the cache")

    for (arguments, text) in [
      (["migrate"], "up to date"), (["status"], "quarantined"), (["rejected"], "No record"),
      (["show", Self.date], "events at"),
      (["replay", Self.date, "--dry-run"], "no record would change"),
    ] {
      let ran = try FestVibesProcess(arguments, environment: environment)
      #expect(ran.status == 0 && ran.output.contains(text), "\(arguments): \(ran.error)\(ran.output)")
      expectNoTrace(ran.output + ran.error, "\(arguments)")
    }
  }

  /// A fault in the environment of a program, with the expected error or exit status, and a text in its message.
  struct Fault: CustomTestStringConvertible, Sendable {
    let program: String
    let changes: [String: String]
    let error: String
    let clue: String
    var testDescription: String { "\(program) \(changes)" }

    init(_ program: String, _ changes: [String: String], _ error: String, _ clue: String) {
      self.program = program
      self.changes = changes
      self.error = error
      self.clue = clue
    }
  }

  @Test("do not appear anywhere when a function fails", arguments: databaseFaults + cacheFaults + otherFaults)
  func failure(_ fault: Fault) throws {
    // The cache manager reads the database before it writes to the cache.
    let readsBefore = fault.program == "CacheManager" && fault.changes["REDIS_URL"] != nil
    let world = try PlantedWorld(withDatabase: readsBefore)
    if readsBefore {
      try #require(try FestVibesProcess(["migrate"], environment: world.environment).status == 0)
    }
    let run = try FunctionRun(
      fault.program, try #require(Self.events[fault.program]), environment: world.environment(fault.changes))
    #expect(run.errorType == fault.error, "\(run.everything)")
    #expect(run.apiRequests.contains(fault.clue) && run.log.contains(fault.clue), "\(run.apiRequests)\(run.log)")
    #expect(world.secret.traces(in: run.everything) == [])
  }

  private static let databaseFaults = [
    // No server, no server of that name, another password.
    "postgresql://user:{secret}@127.0.0.1:1/db": ("DatabaseUnavailable", "127.0.0.1:1 refuses connections"),
    "postgresql://user:{secret}@nowhere.invalid/db?sslmode=verify-full": (
      "DatabaseUnavailable", "nowhere.invalid:5432"
    ),
    // Whoever answers would get the password.
    "postgresql://user:{secret}@nowhere.invalid/db": ("ConfigurationInvalid", "sslmode=verify-full"),
    "postgresql://user:{secret}@192.0.2.1/db?sslmode=require": ("ConfigurationInvalid", "PG_ALLOW_WEAK_TLS=true"),
    "postgresql://user@127.0.0.1:1/db?password={secret}": ("DatabaseUnavailable", "127.0.0.1:1"),
    "postgresql://{role}:{secret}x@{postgres}/postgres": ("ConfigurationInvalid", "password authentication failed"),
    "postgresql://{role}@{postgres}/postgres": ("ConfigurationInvalid", "password authentication failed"),
    "postgresql://{plain}@{postgres}/postgres": ("ConfigurationInvalid", "password authentication failed"),
    // Not an address, or a password that should have been encoded.
    "{plain}": ("ConfigurationInvalid", "PG_DATABASE_URL"),
    "mysql://user:{secret}@db/db": ("ConfigurationInvalid", "postgresql://"),
    "postgresql://user:{raw}@127.0.0.1/db": ("ConfigurationInvalid", "PG_DATABASE_URL"),
    "postgresql://user:p@{plain}@127.0.0.1/db": ("ConfigurationInvalid", "%40"),
    "postgresql://user:p@{plain}/x@127.0.0.1/db": ("ConfigurationInvalid", "%40"),
    "postgresql://user:p/{plain}@127.0.0.1/db": ("ConfigurationInvalid", "%2F"),
    "postgresql://user:1/{plain}@127.0.0.1/db": ("ConfigurationInvalid", "%2F"),
    "postgresql://{plain}:p/w@127.0.0.1/db": ("ConfigurationInvalid", "%2F"),
    "postgresql://user:p@127.0.0.1:{plain}/db": ("ConfigurationInvalid", "port"),
    "postgresql://user:p%{plain}@127.0.0.1/db": ("ConfigurationInvalid", "PG_DATABASE_URL"),
    "postgresql://user:p@127.0.0.1:1/db?{plain}=1": ("ConfigurationInvalid", "PG_DATABASE_URL"),
    "postgresql://user:p@127.0.0.1:1/db?sslmode={plain}": ("ConfigurationInvalid", "sslmode"),
    "postgresql://user:p@127.0.0.1:1/db?connect_timeout={plain}": ("ConfigurationInvalid", "connect_timeout"),
    "postgresql://user:p@127.0.0.1:1/db?target_session_attrs={plain}": ("ConfigurationInvalid", "target_session_attrs"),
    "postgresql://user:p@127.0.0.1:1/db?keepalives={plain}": ("ConfigurationInvalid", "keepalives"),
    "postgresql://user:{secret}@localhost:1/db?sslmode=verify-full&sslrootcert=/{plain}":
      ("DatabaseUnavailable", "localhost:1"),
  ].map { Fault("CacheManager", ["PG_DATABASE_URL": $0], $1.0, $1.1) }

  private static let cacheFaults = [
    "redis://:{secret}@127.0.0.1:1/0": ("CacheUnavailable", "127.0.0.1:1"),
    "rediss://:{secret}@nowhere.invalid/0": ("CacheUnavailable", "nowhere.invalid"),
    "redis://:{secret}@nowhere.invalid/0": ("ConfigurationInvalid", "REDIS_ALLOW_PLAIN=true"),
    "redis://{role}:{secret}x@{redis}/28": ("ConfigurationInvalid", "REDIS_URL"),
    "redis://{plain}:{secret}@{redis}/28": ("ConfigurationInvalid", "REDIS_URL"),
    "rediss://:{secret}@{redis}/28": ("CacheUnavailable", "rediss://"),
    "{plain}": ("ConfigurationInvalid", "REDIS_URL"),
    "http://:{secret}@{redis}/28": ("ConfigurationInvalid", "redis://"),
    "redis://:{raw}@{redis}/28": ("ConfigurationInvalid", "REDIS_URL"),
    "redis://:p/{plain}@{redis}/28": ("ConfigurationInvalid", "REDIS_URL"),
    "redis://:p#{plain}@{redis}/28": ("ConfigurationInvalid", "REDIS_URL"),
    "redis://:p?{plain}@{redis}/28": ("ConfigurationInvalid", "REDIS_URL"),
    "redis://:p%{plain}@{redis}/28": ("ConfigurationInvalid", "REDIS_URL"),
    "redis://:p@{redis}/{plain}": ("ConfigurationInvalid", "REDIS_URL"),
    "redis://:p@127.0.0.1:{plain}/28": ("ConfigurationInvalid", "REDIS_URL"),
  ].map { Fault("CacheManager", ["REDIS_URL": $0], $1.0, $1.1) }

  private static let arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:"

  private static let otherFaults = [
    // The source.
    Fault("Scraper", ["BASE_URL": "https://user:{secret}@example.org"], "ConfigurationInvalid", "BASE_URL must be"),
    Fault("Scraper", ["BASE_URL": "https://example.org?token={plain}"], "ConfigurationInvalid", "BASE_URL must be"),
    Fault("Scraper", ["BASE_URL": "https://example.org/#{plain}"], "ConfigurationInvalid", "BASE_URL must be"),
    Fault("Scraper", ["BASE_URL": "https://example.org/{plain}"], "ConfigurationInvalid", "BASE_URL must be"),
    Fault("Scraper", ["BASE_URL_SECRET_ARN": "\(arn)address"], "ConfigurationInvalid", "BASE_URL must be"),
    Fault("Scraper", ["SOURCE_REQUESTS_PER_SECOND": "{plain}"], "ConfigurationInvalid", "SOURCE_REQUESTS_PER_SECOND"),
    Fault("CacheManager", ["REDIS_SOCKET_TIMEOUT": "{plain}"], "ConfigurationInvalid", "REDIS_SOCKET_TIMEOUT"),
    Fault("CacheManager", ["REDIS_CA_FILE": "/{plain}"], "ConfigurationInvalid", "REDIS_CA_FILE"),
    // The way to the source and to S3.
    Fault("Scraper", ["BASE_URL": "https://example.org"], "SourceUnavailable", "127.0.0.1"),
    Fault(
      "Scraper", ["BASE_URL": "https://example.org", "https_proxy": "odd://user:{secret}@127.0.0.1:1"],
      "SourceUnavailable", "proxy"),
    Fault(
      "Scraper", ["BASE_URL": "https://example.org", "https_proxy": "http://user:{raw}@127.0.0.1:1"],
      "SourceUnavailable", "example.org"),
    Fault(
      "Scraper", ["BASE_URL": "https://example.org", "https_proxy": "http://user:{plain}@[oops"], "SourceUnavailable",
      "example.org"),
    Fault(
      "Loader", ["AWS_ENDPOINT_URL_S3": "https://example.org", "https_proxy": "odd://user:{secret}@127.0.0.1:1"],
      "StorageUnavailable", "example.org"),
    // S3.
    Fault("Loader", ["AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1"], "StorageUnavailable", "127.0.0.1:1"),
    Fault("Loader", ["AWS_ENDPOINT_URL_S3": "http://user:{secret}@127.0.0.1"], "ConfigurationInvalid", "ENDPOINT"),
    Fault("Loader", ["AWS_ENDPOINT_URL_S3": "http://127.0.0.1?{plain}"], "ConfigurationInvalid", "ENDPOINT"),
    Fault("Loader", ["AWS_ENDPOINT_URL_S3": "{aws}/denies"], "ConfigurationInvalid", "InvalidToken"),
    Fault("Loader", ["AWS_ENDPOINT_URL_S3": "{aws}/fails"], "ConfigurationInvalid", "AWS_SECRET_ACCESS_KEY"),
    Fault("Loader", ["AWS_ENDPOINT_URL_S3": "{aws}/echoes"], "StorageCorrupt", "JSON"),
    Fault(
      "Scraper", ["S3_REGION": "{raw}", "AWS_ENDPOINT_URL_S3": "", "AWS_ENDPOINT_URL": ""], "ConfigurationInvalid",
      "region"),
    Fault("Loader", ["AWS_ACCESS_KEY_ID": ""], "ConfigurationInvalid", "AWS_ACCESS_KEY_ID is not"),
    Fault(
      "Loader",
      [
        "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{aws}/echoes?token={plain}",
      ], "StorageCorrupt", "not a credentials document"),
    Fault(
      "Loader",
      [
        "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/?token={plain}",
      ], "StorageUnavailable", "credentials"),
    // Secrets Manager.
    Fault(
      "Loader", ["PG_DATABASE_URL": "", "PG_DATABASE_URL_SECRET_ARN": "\(arn)document"], "ConfigurationInvalid", "PG_"),
    Fault(
      "Loader", ["PG_DATABASE_URL": "", "PG_DATABASE_URL_SECRET_ARN": "\(arn)other"], "ConfigurationInvalid", "PG_"),
    Fault(
      // pragma: allowlist nextline secret: a placeholder
      "Loader", ["PG_DATABASE_URL": "", "PG_DATABASE_URL_SECRET_ARN": "postgresql://user:{secret}@db/db"],
      "ConfigurationInvalid", "PG_DATABASE_URL_SECRET_ARN"),
    Fault(
      "CacheManager", ["REDIS_URL": "", "REDIS_URL_SECRET_ARN": "{plain}"], "ConfigurationInvalid",
      "REDIS_URL_SECRET_ARN"),
    Fault(
      "CacheManager", ["REDIS_URL": "", "REDIS_URL_SECRET_ARN": "\(arn)x", "AWS_ENDPOINT_URL": "{aws}/denies"],
      "ConfigurationInvalid", "REDIS_URL_SECRET_ARN"),
    Fault(
      "CacheManager", ["REDIS_URL": "", "REDIS_URL_SECRET_ARN": "\(arn)x", "AWS_ENDPOINT_URL": "{aws}/fails"],
      "ConfigurationInvalid", "REDIS_URL_SECRET_ARN"),
    Fault(
      "CacheManager", ["REDIS_URL": "", "REDIS_URL_SECRET_ARN": "\(arn)x", "AWS_ENDPOINT_URL": "{aws}/echoes"],
      "StorageUnavailable", "GetSecretValue"),
    Fault(
      "CacheManager", ["REDIS_URL": "", "REDIS_URL_SECRET_ARN": "\(arn)x", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"],
      "StorageUnavailable", "GetSecretValue"),
  ]

  @Test("do not appear anywhere when a command fails", arguments: commandFaults)
  func command(_ fault: Fault) throws {
    let world = try PlantedWorld(withDatabase: false)
    let ran = try FestVibesProcess(
      fault.program.split(separator: " ").map(String.init), environment: world.environment(fault.changes),
      input: Self.load)
    #expect("\(ran.status)" == fault.error, "\(ran.error)\(ran.output)")
    #expect((ran.error + ran.output).contains(fault.clue), "\(ran.error)\(ran.output)")
    #expect(world.secret.traces(in: ran.error + ran.output) == [])
  }

  private static let commandFaults =
    ["run --days 0", "replay \(date)", "status", "invoke Loader -"].flatMap { command in
      [
        Fault(command, ["AWS_ENDPOINT_URL": "{aws}/denies"], "1", "are not accepted"),
        Fault(command, ["AWS_ENDPOINT_URL": "{aws}/fails"], "1", "access denied"),
        Fault(command, ["AWS_ENDPOINT_URL": "http://127.0.0.1:1"], "1", "127.0.0.1:1"),
        Fault(command, ["AWS_ENDPOINT_URL": "http://user:{secret}@h"], "1", "AWS_ENDPOINT_URL"),
      ]
    }
    + ["migrate", "rejected"].flatMap { command in
      [
        Fault(command, ["PG_DATABASE_URL": "postgresql://user:{secret}@127.0.0.1:1/db"], "1", "127.0.0.1:1"),
        Fault(command, ["PG_DATABASE_URL": "postgresql://{role}:{secret}x@{postgres}/db"], "1", "password"),
        Fault(command, ["PG_DATABASE_URL": "postgresql://user:p/{plain}@h/db"], "1", "PG_DATABASE_URL"),
        Fault(command, ["PG_DATABASE_URL": "", "PG_DATABASE_URL_SECRET_ARN": "{raw}"], "1", "PG_DATABASE_URL"),
      ]
    }
    + [
      // The command then shows what Step Functions knows of the runs.
      Fault("status", ["PG_DATABASE_URL": "postgresql://user:{secret}@127.0.0.1:1/db"], "1", "127.0.0.1:1"),
      Fault("status", ["PG_DATABASE_URL": "{plain}"], "1", "postgresql://"),
      Fault("show \(date)", ["REDIS_URL": "redis://:{secret}@127.0.0.1:1/0"], "1", "127.0.0.1:1"),
      Fault("show \(date)", ["REDIS_URL": "redis://{role}:{secret}x@{redis}/28"], "1", "REDIS_URL"),
      Fault("show \(date)", ["REDIS_URL": "redis://:{raw}@{redis}/28"], "1", "REDIS_URL"),
      Fault("replay \(date) --dry-run", ["AWS_ENDPOINT_URL_S3": "{aws}/denies"], "1", "InvalidToken"),
      Fault("replay \(date) --dry-run", ["S3_REGION": "{raw}", "AWS_ENDPOINT_URL_S3": ""], "1", "S3"),
      Fault(
        "invoke Loader -",
        ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SHARED_CREDENTIALS_FILE": "{profile}"], "1",
        "credentials"),
    ]
}

/// Lets a server's thread query Postgres. No other thread uses the connection at that time.
private struct UncheckedWorld: @unchecked Sendable {
  let value: PlantedWorld
  init(_ value: PlantedWorld) { self.value = value }
}
