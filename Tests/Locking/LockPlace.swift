import AWS
import ConcertsSink
import Contracts
import DynamoDB
import Foundation
import Ledger
import Locking
import Postgres
import TestSupport
import Testing
import Time

/// A place of locks, as a test sees it: several machines, and time that the test lets pass.
protocol LockPlace: AnyObject {
  /// Returns the lock as another machine has it.
  func lock(_ key: String, _ timeout: Duration) throws -> any RunLock
  /// Lets time pass on all clocks.
  func pass(_ seconds: Int) throws
}

enum LockKind: String, CaseIterable, CustomTestStringConvertible {
  case memory, moto, postgres

  static let environment = ProcessInfo.processInfo.environment
  /// Those whose service the tests were given.
  static var there: [LockKind] {
    allCases.filter { kind in
      switch kind {
      case .memory: true
      case .moto: environment["TEST_AWS_ENDPOINT_URL"] != nil
      case .postgres: TestDatabase.serverURL != nil
      }
    }
  }

  var testDescription: String { self == .moto ? "DynamoDB of the local AWS" : rawValue }

  func place() throws -> any LockPlace {
    switch self {
    case .memory: MemoryPlace()
    case .moto: try MotoPlace()
    case .postgres: try PostgresPlace()
    }
  }
}

/// DynamoDB in memory.
final class MemoryPlace: LockPlace {
  let table = MemoryDynamoDB()
  private var clocks: [ManualTime] = []

  func lock(_ key: String, _ timeout: Duration) throws -> any RunLock { try lock(key, timeout, ahead: 0.0) }

  /// - Parameter ahead: the seconds by which the machine's clock is ahead of the others'.
  func lock(_ key: String = "etl:news", _ timeout: Duration = .seconds(300), ahead: Double = 0) throws -> DynamoDBLock {
    let clock = ManualTime((clocks.first?.now ?? Date(timeIntervalSince1970: 1_717_142_400)) + ahead)
    clocks.append(clock)
    return DynamoDBLock(
      try DynamoDBClient(table.session(clock)), table: MemoryDynamoDB.table, key: key, timeout: timeout)
  }

  func pass(_ seconds: Int) { for clock in clocks { clock.advance(by: .seconds(seconds)) } }
}

/// DynamoDB of the local AWS, which checks signatures. Time passes by making the items older.
final class MotoPlace: LockPlace {
  private struct Table: Encodable {
    let TableName: String
    var BillingMode: String?
    var AttributeDefinitions: [[String: String]]?
    var KeySchema: [[String: String]]?
    var Key: [String: [String: String]]?
    var UpdateExpression: String?
    var ExpressionAttributeValues: [String: [String: String]]?
  }

  private let table = "locks-\(UUID().uuidString.lowercased())"
  private var keys: Set<String> = []
  private let client: AWSClient

  init() throws {
    let service = AWSService(
      name: "DynamoDB", signingName: "dynamodb", endpointPrefix: "dynamodb", endpointVariable: "DYNAMODB")
    client = try AWSClient(service, session: Self.session())
    let key = ["AttributeName": "lock_key"]
    try call(
      "CreateTable",
      Table(
        TableName: table, BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [key.merging(["AttributeType": "S"]) { $1 }],
        KeySchema: [key.merging(["KeyType": "HASH"]) { $1 }]))
  }

  deinit { try? call("DeleteTable", Table(TableName: table)) }

  private static func session() throws -> AWSSession {
    let known = LockKind.environment
    return try AWSSession(
      environment: [
        "AWS_ENDPOINT_URL": known["TEST_AWS_ENDPOINT_URL"] ?? "",
        "AWS_ACCESS_KEY_ID": known["TEST_AWS_ACCESS_KEY_ID"] ?? "",
        "AWS_SECRET_ACCESS_KEY": known["TEST_AWS_SECRET_ACCESS_KEY"] ?? "",
      ], region: "us-east-1")
  }

  private func call(_ operation: String, _ input: Table) throws {
    struct Nothing: Decodable {}
    let _: Nothing = try client.call(
      operation, target: "DynamoDB_20120810", version: "1.0", input, of: table,
      deadline: Deadline(after: .seconds(30), on: SystemTime()))
  }

  func lock(_ key: String, _ timeout: Duration) throws -> any RunLock {
    keys.insert(key)
    return DynamoDBLock(try DynamoDBClient(Self.session()), table: table, key: key, timeout: timeout)
  }

  func pass(_ seconds: Int) throws {
    for key in keys {
      try call(
        "UpdateItem",
        Table(
          TableName: table, Key: ["lock_key": ["S": key]],
          UpdateExpression: "SET expiration_time = expiration_time - :s, acquired_at = acquired_at - :s",
          ExpressionAttributeValues: [":s": ["N": "\(seconds)"]]))
    }
  }
}

/// A database on the test server. Its clock decides, so time passes by making the rows older.
final class PostgresPlace: LockPlace {
  private let database: TestDatabase
  private let connection: PostgresConnection
  private var deadline: Deadline { Deadline(after: .seconds(30), on: SystemTime()) }

  init() throws {
    database = try TestDatabase(migrated: true)
    connection = try database.connect()
  }

  func lock(_ key: String, _ timeout: Duration) throws -> any RunLock {
    let ledger = Ledger(try Database(url: database.url, migrations: ConcertsSink.migrations, allowsWeakTLS: true))
    return PostgresLock(ledger, key: key, timeout: timeout)
  }

  func pass(_ seconds: Int) throws {
    try connection.query(
      """
      update etl_locks set acquired_at = acquired_at - make_interval(secs => $1),
        expires_at = expires_at - make_interval(secs => $1)
      """, [.int(seconds)], deadline: deadline)
  }
}
