import AWS
import Foundation
import HTTP
import TestSupport
import Time

/// A table of DynamoDB in memory, with the conditions that the locks use, of which each is evaluated as DynamoDB does.
final class MemoryDynamoDB: Sendable {
  typealias Item = [String: [String: String]]

  /// The fate of a request.
  enum Fault: Sendable {
    /// The service refuses it.
    case refuses(Int, String)
    /// The service carries it out, and the connection is cut before the response.
    case cutsAfter
    /// The connection is cut before the service has it.
    case cutsBefore
  }

  private struct State {
    var items: [String: Item] = [:]
    var faults: [Fault] = []
    var operations: [String] = []
  }

  private struct Request: Decodable {
    let TableName: String
    let Key: Item?
    let Item: Item?
    let ConsistentRead: Bool?
    let UpdateExpression: String?
    let ConditionExpression: String?
    let ExpressionAttributeNames: [String: String]?
    let ExpressionAttributeValues: Item?
  }

  static let table = "etl-locks"
  private let state = Locked(State())

  var items: [String: Item] { state.change { $0.items } }
  /// The operations so far, those that failed included.
  var operations: [String] { state.change { $0.operations } }

  func set(_ item: Item, at key: String) { state.change { $0.items[key] = item } }
  /// Lets the next requests fail, one after another.
  func fail(_ faults: Fault...) { state.change { $0.faults = faults } }

  func respond(_ request: HTTPRequest) -> Result<HTTPResponse, HTTPError> {
    state.change { state in
      let operation = String((request.headers["X-Amz-Target"] ?? "").split(separator: ".").last ?? "")
      state.operations.append(operation)
      let cut = HTTPError(.interrupted, url: request.url, detail: "the connection was cut")
      switch state.faults.isEmpty ? nil : state.faults.removeFirst() {
      case .refuses(let status, let code): return .success(Self.error(code, status))
      case .cutsBefore: return .failure(cut)
      case .cutsAfter:
        _ = Self.respond(operation, request, &state)
        return .failure(cut)
      case nil: return .success(Self.respond(operation, request, &state))
      }
    }
  }

  private static func respond(_ operation: String, _ http: HTTPRequest, _ state: inout State) -> HTTPResponse {
    guard let request = try? JSONDecoder().decode(Request.self, from: http.body ?? Data()) else {
      return error("SerializationException", 400)
    }
    guard request.TableName == table else { return error("ResourceNotFoundException", 400) }
    guard let key = (request.Key ?? request.Item)?["lock_key"]?["S"] else { return error("ValidationException", 400) }
    let found = state.items[key]
    if operation == "GetItem" {
      guard request.ConsistentRead == true else { return error("ValidationException", 400) }
      let body = found.flatMap { try? JSONEncoder().encode(["Item": $0]) } ?? Data("{}".utf8)
      return HTTPResponse(status: 200, body: body)
    }
    guard isSatisfied(request, by: found) else { return error("ConditionalCheckFailedException", 400) }
    switch (operation, request.UpdateExpression) {
    case ("PutItem", nil): state.items[key] = request.Item
    case ("DeleteItem", nil): state.items[key] = nil
    case ("UpdateItem", "SET expiration_time = :end"):
      state.items[key]?["expiration_time"] = request.ExpressionAttributeValues?[":end"]
    default: return error("ValidationException", 400)
    }
    return HTTPResponse(status: 200, body: Data("{}".utf8))
  }

  private static func isSatisfied(_ request: Request, by item: Item?) -> Bool {
    (request.ConditionExpression ?? "").components(separatedBy: " OR ").contains { term in
      let words = term.split(separator: " ").map(String.init)
      guard words.count == 3 else { return term == "attribute_not_exists(lock_key)" && item == nil }
      // `owner` itself is a word of DynamoDB's.
      let name = request.ExpressionAttributeNames?[words[0]] ?? (words[0] == "owner" ? "" : words[0])
      guard let left = item?[name], let right = request.ExpressionAttributeValues?[words[2]] else { return false }
      if words[1] == "=" { return left == right }
      return Int(left["N"] ?? "") ?? .max < Int(right["N"] ?? "") ?? .min
    }
  }

  private static func error(_ code: String, _ status: Int) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: ["x-amzn-RequestId": "REQ1"],
      body: Data(#"{"__type":"com.amazonaws.dynamodb.v20120810#\#(code)","message":"as the test says"}"#.utf8))
  }

  /// The way of one machine to the table.
  struct Transport: AWSTransport {
    let table: MemoryDynamoDB

    func sendAll(_ requests: [HTTPRequest], deadline: Deadline) -> [Result<HTTPResponse, HTTPError>] {
      requests.map(table.respond)
    }
  }

  /// A session of a machine with a clock of its own.
  func session(_ time: ManualTime) -> AWSSession {
    AWSSession(
      region: "us-east-1",
      credentials: CredentialsChain(
        [FixedCredentials(Credentials(accessKeyID: "AKID", secretAccessKey: "secret"))], time: time),
      transport: Transport(table: self), time: time, random: FixedRandom())
  }
}
