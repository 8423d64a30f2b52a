import Foundation
import Postgres
import Redis
import TestSupport
import Testing
import Time

/// Everything that functions and commands need, with a secret planted in every setting that can hold one: a database and a
/// cache with it as their password, an S3 with it as key and token, and an AWS that echoes what it receives.
final class PlantedWorld {
  static let redisDatabase = 28
  static var isPossible: Bool { TestDatabase.serverURL != nil && RedisService.isRunning }

  let secret = PlantedSecret()
  let s3: MemoryS3
  let aws: ScriptedServer
  /// The tokens of all requests that S3 received.
  let tokens = Locked<Set<String>>([])
  private var database: TestDatabase?
  private let role: String
  private let redis: RedisClient
  private let profile: String
  private(set) var environment: [String: String] = [:]
  private static var deadline: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  /// - Parameter withDatabase: creates a database. Without it there is an account on the server, but no database that the
  ///   account may use: creating one takes longer than most tests do.
  init(withDatabase: Bool = true) throws {
    role = secret.core.replacing("planted", with: "role")
    let redisURL = RedisService.url(database: Self.redisDatabase)
    redis = RedisClient(RedisSettings(url: try RedisURL(redisURL)))
    if withDatabase { database = try TestDatabase() }
    let server = database?.url ?? TestDatabase.serverURL ?? ""
    profile = FileManager.default.temporaryDirectory.appending(path: "profile-\(UUID().uuidString)").path
    let databaseURL = TestDatabase.url(server: server, user: role, password: secret.value("PG_DATABASE_URL"))
    let cacheURL = TestDatabase.url(server: redisURL, user: role, password: secret.value("REDIS_URL"))
    s3 = try MemoryS3()
    aws = try AWSEcho.server(secrets: [
      "database": databaseURL, "cache": cacheURL, "document": #"{"password":"\#(secret.core)"}"#,
      "address": "https://user:\(secret.encoded("address"))@example.org",
    ])

    let connection = PostgresConnection(try PostgresURL(server), applicationName: "tests")
    try connection.query(
      "create role \(role) login password '\(secret.value("PG_DATABASE_URL"))'", deadline: Self.deadline)
    if withDatabase {
      let name = try connection.query("select current_database()", deadline: Self.deadline)[0][0] as String
      try connection.query("alter database \(name) owner to \(role)", deadline: Self.deadline)
    }
    let acl = try redis.send(
      RedisCommand("ACL", "SETUSER", role, "on", ">\(secret.value("REDIS_URL"))", "~*", "+@all"),
      deadline: Self.deadline)
    try #require(acl == .status("OK"))
    try Data("[default]\naws_access_key_id = AKID\naws_secret_access_key \(secret.core)\n".utf8)
      .write(to: URL(filePath: profile))

    s3.refuse { [tokens] request in
      tokens.change { _ = $0.insert(request.header("X-Amz-Security-Token") ?? "") }
      return false
    }
    environment = [
      "PG_DATABASE_URL": databaseURL, "PGPASSWORD": secret.value("PGPASSWORD"), "REDIS_URL": cacheURL,
      "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": secret.value("AWS_SECRET_ACCESS_KEY"),
      "AWS_SESSION_TOKEN": secret.value("AWS_SESSION_TOKEN"),
      "AWS_CONTAINER_AUTHORIZATION_TOKEN": secret.value("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
      "AWS_EC2_METADATA_DISABLED": "true",
      "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": "\(aws.url)/secrets",
      "AWS_ENDPOINT_URL_S3": s3.environment["AWS_ENDPOINT_URL"] ?? "", "AWS_LAMBDA_LOG_LEVEL": "TRACE",
      "AWS_LAMBDA_FUNCTION_NAME": "planted", "SOURCE_REQUESTS_PER_SECOND": "100000",
      "STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:etl",
      // Requests by plain http do not use this proxy.
      "https_proxy": "http://user:\(secret.encoded("https_proxy"))@127.0.0.1:1",
    ]
  }

  deinit {
    let server = try? PostgresConnection(PostgresURL(TestDatabase.serverURL ?? ""), applicationName: "tests")
    database = nil
    _ = try? server?.query("drop role if exists \(role)", deadline: Self.deadline)
    _ = try? redis.send(RedisCommand("ACL", "DELUSER", role), deadline: Self.deadline)
    try? FileManager.default.removeItem(atPath: profile)
  }

  /// Returns the environment with some variables changed; an empty variable counts as missing. In a value, `{secret}` stands
  /// for the setting's secret, percent-encoded, `{raw}` for the same without encoding, `{plain}` for its part that needs no
  /// encoding, and `{aws}`, `{postgres}` and `{redis}` for the addresses of servers.
  func environment(_ changes: [String: String]) -> [String: String] {
    environment.merging(Dictionary(uniqueKeysWithValues: changes.map { ($0, filled($1, for: $0)) })) { $1 }
  }

  private func filled(_ text: String, for setting: String) -> String {
    func place(_ url: String) -> String {
      URLComponents(string: url).map { "\($0.host ?? ""):\($0.port ?? 0)" } ?? ""
    }
    let parts = [
      "{secret}": secret.encoded(setting), "{raw}": secret.value(setting), "{plain}": secret.core, "{aws}": aws.url,
      "{postgres}": place(TestDatabase.serverURL ?? ""), "{role}": role,
      "{redis}": place(RedisService.url(database: 0)),
      "{profile}": profile,
    ]
    return parts.reduce(text) { $0.replacing($1.key, with: $1.value) }
  }

  /// Returns the user, the application name and the query of each connection to the database.
  func sessions() throws -> String {
    try lines("select concat_ws(' ', usename, application_name, query) from pg_stat_activity where usename = '\(role)'")
  }

  /// Returns the rows of every table, as text.
  func rows() throws -> [String: String] {
    let tables = try lines("select tablename from pg_tables where schemaname = 'public'").split(separator: "\n")
    return Dictionary(
      uniqueKeysWithValues: try tables.map { ("\($0)", try lines("select each::text from \($0) as each")) })
  }

  private func lines(_ query: String) throws -> String {
    guard let database else { return "" }
    return try database.connect().query(query, deadline: Self.deadline).map { try $0[0] as String }.joined(
      separator: "\n")
  }

  func execute(_ statement: String) throws {
    try database?.connect().query(statement, deadline: Self.deadline)
  }

  func cached(_ date: String) throws -> Data? {
    guard case .bulk(let value) = try redis.send(.get("events:\(date)"), deadline: Self.deadline) else { return nil }
    return value
  }

  /// Returns an object as it is stored, followed by its decompressed content if it is compressed.
  func object(_ key: String) throws -> String {
    let body = s3.body(of: key) ?? Data()
    return String(decoding: body, as: UTF8.self) + (key.hasSuffix(".gz") ? try Gunzip.text(body) : "")
  }
}
