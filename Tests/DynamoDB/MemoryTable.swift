import AWS
import DynamoDB
import Foundation
import HTTP
import TestSupport
import Time

/// A table of DynamoDB in memory, with the hash key `date` and the range key `session`. It enforces the limits of a request,
/// evaluates conditions as the service does, and fails as a test says.
final class MemoryTable {
  typealias Item = DynamoDBClient.Item
  /// The values of a key, byte by byte.
  typealias Key = [UInt8]

  /// The fate of a request.
  enum Fault {
    /// The service refuses it.
    case refuses(Int, String)
    /// The connection is cut before the service has the request.
    case cutsBefore
    /// The service carries it out, and the connection is cut before the response.
    case cutsAfter
    /// The service leaves this many items or keys of a batch.
    case leaves(Int)
    /// The process ends before the request, or after the service has carried it out: no later request is made.
    case dies(isDone: Bool)
  }

  static let name = "workouts"
  /// Keys that the service would refuse are refused: the table's key has these names.
  let keys: [String]
  private(set) var items: [Key: Item] = [:]
  /// The operations so far, with the number of their items, those that failed included.
  private(set) var requests: [(operation: String, items: Int)] = []
  /// Broken limits.
  private(set) var problems: [String] = []
  /// Called with the number of the request before it is carried out, from 0.
  var before: ((Int) -> Void)?
  private var faults: [Int: Fault] = [:]
  private var random: (generator: SplitMix, share: Double)?
  private var isDead = false

  init(keys: [String] = ["date", "session"]) { self.keys = keys }

  /// Items in the order of their keys.
  var sorted: [Item] { items.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value) }
  /// The number of items that were asked to be written or deleted.
  var writes: Int { requests.filter { !["BatchGetItem", "Scan"].contains($0.operation) }.map(\.items).reduce(0, +) }
  var operations: [String] { requests.map(\.operation) }

  func put(_ item: Item) { items[key(of: item) ?? Key()] = item }
  /// Lets requests fail, by their numbers from now on.
  func fail(_ faults: [Int: Fault]) {
    self.faults = Dictionary(uniqueKeysWithValues: faults.map { ($0 + requests.count, $1) })
  }
  func fail(_ fault: Fault, at number: Int = 0) { fail([number: fault]) }
  /// Lets a share of the requests fail, at random.
  func fail(seed: UInt64, share: Double) { random = (SplitMix(seed: seed), share) }
  /// Begins a new process: nothing fails, and requests are counted from 0.
  func restart() { (faults, random, isDead, requests, before) = ([:], nil, false, [], nil) }

  func session(_ time: ManualTime = ManualTime()) -> AWSSession {
    AWSSession(
      region: "us-east-1",
      credentials: CredentialsChain(
        [FixedCredentials(Credentials(accessKeyID: "AKID", secretAccessKey: "secret"))], time: time),
      transport: Transport(table: self), time: time, random: FixedRandom())
  }

  struct Transport: AWSTransport {
    let table: MemoryTable

    func sendAll(_ requests: [HTTPRequest], deadline: Deadline) -> [Result<HTTPResponse, HTTPError>] {
      requests.map(table.respond)
    }
  }

  private func respond(_ http: HTTPRequest) -> Result<HTTPResponse, HTTPError> {
    before?(requests.count)
    let number = requests.count
    let operation = String((http.headers["X-Amz-Target"] ?? "").split(separator: ".").last ?? "")
    guard !isDead, let request = try? TableRequest(operation, http.body ?? Data()) else {
      // Such an error is not retried.
      return .failure(HTTPError(.tls, url: "", detail: isDead ? "the process is dead" : "an unknown request"))
    }
    requests.append((operation, request.count))
    if operation.hasPrefix("Batch") { check(request) }
    let cut = HTTPError(.interrupted, url: "", detail: "the connection was cut")
    switch faults[number] ?? drawn(request) {
    case .refuses(let status, let code): return .success(Self.error(code, status))
    case .cutsBefore: return .failure(cut)
    case .cutsAfter:
      _ = perform(request, leaving: 0)
      return .failure(cut)
    case .dies(let isDone):
      if isDone { _ = perform(request, leaving: 0) }
      isDead = true
      return .failure(HTTPError(.tls, url: "", detail: "the process is dead"))
    case .leaves(let count): return .success(perform(request, leaving: min(count, request.count)))
    case nil: return .success(perform(request, leaving: 0))
    }
  }

  private func drawn(_ request: TableRequest) -> Fault? {
    guard let share = random?.share, var generator = random?.generator else { return nil }
    defer { random = (generator, share) }
    guard Double.random(in: 0..<1, using: &generator) < share else { return nil }
    return [
      .refuses(400, "ProvisionedThroughputExceededException"), .refuses(500, "InternalServerError"), .cutsBefore,
      .cutsAfter, .leaves(Int.random(in: 0...request.count, using: &generator)),
    ].randomElement(using: &generator)
  }

  private func check(_ request: TableRequest) {
    let limit = request.operation == "BatchGetItem" ? 100 : 25
    if !(1...limit).contains(request.count) { problems.append("\(request.count) in \(request.operation)") }
    if Set(request.items.compactMap(key)).count < request.count { problems.append("one key twice in a batch") }
    if request.items.map(\.size).reduce(0, +) > 16 << 20 { problems.append("more than 16 MB") }
    if request.items.contains(where: { $0.size > 400 << 10 }) { problems.append("more than 400 KB") }
  }

  private func key(of item: Item) -> Key? {
    var key = Key()
    for name in keys {
      guard case .text(let text)? = item[name], !text.isEmpty else { return nil }
      key += Key(text.utf8) + [0]
    }
    return key
  }

  /// - Parameter left: the number of items that a batch leaves.
  private func perform(_ request: TableRequest, leaving left: Int) -> HTTPResponse {
    let left = request.operation.hasPrefix("Batch") ? left : 0
    guard request.table == Self.name else { return Self.error("ResourceNotFoundException", 400) }
    let done = request.items.dropLast(left)
    let rest = Array(request.items.suffix(left))
    if request.operation == "Scan" { return request.page(of: sorted) }
    guard done.allSatisfy({ key(of: $0) != nil }) else { return Self.error("ValidationException", 400) }
    if request.operation == "BatchGetItem" {
      return request.response(done.compactMap { item in key(of: item).flatMap { items[$0] } }, left: rest)
    }
    for item in done {
      guard let key = key(of: item) else { continue }
      guard request.condition?.holds(for: items[key]) ?? true else {
        return Self.error("ConditionalCheckFailedException", 400)
      }
      items[key] = request.operation == "DeleteItem" ? nil : item
    }
    return request.response(nil, left: rest)
  }

  private static func error(_ code: String, _ status: Int) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: ["x-amzn-RequestId": "REQ1"],
      body: Data(#"{"__type":"com.amazonaws.dynamodb.v20120810#\#(code)","message":"as the test says"}"#.utf8))
  }
}
