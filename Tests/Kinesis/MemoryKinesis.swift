import AWS
import Foundation
import HTTP
import Kinesis
import TestSupport
import Time

/// A stream of Kinesis in memory. It enforces the limits of a request, and fails as a test says.
final class MemoryKinesis: Sendable {
  /// The fate of a request.
  enum Fault: Sendable {
    /// The service refuses all of it.
    case refuses(Int, String)
    /// The service writes the other records, and answers with status 200.
    case fails(_ records: Set<Int>, String = "ProvisionedThroughputExceededException")
    /// The service writes the records, and the response is lost.
    case isLost
  }

  struct Entry: Decodable, Equatable, Sendable {
    let Data: Foundation.Data
    let PartitionKey: String
  }

  private struct Request: Decodable {
    let StreamName: String
    let Records: [Entry]
  }

  private struct State {
    var records: [Entry] = []
    var requests: [[Entry]] = []
    var problems: [String] = []
    var faults: [Fault] = []
    var random: (generator: SplitMix, share: Double)?
  }

  static let stream = "concert-data-stream"
  private let state = Locked(State())

  /// The records in the stream, in their order.
  var records: [Entry] { state.change { $0.records } }
  /// The records of each request, those that failed included.
  var requests: [[Entry]] { state.change { $0.requests } }
  /// Broken limits.
  var problems: [String] { state.change { $0.problems } }

  /// Lets the next requests fail, one after another.
  func fail(_ faults: Fault...) { state.change { $0.faults = faults } }
  /// Lets a share of the requests, and of the records in others, fail.
  func fail(seed: UInt64, share: Double) { state.change { $0.random = (SplitMix(seed: seed), share) } }

  func session(_ time: ManualTime = ManualTime()) -> AWSSession {
    AWSSession(
      region: "us-east-1",
      credentials: CredentialsChain(
        [FixedCredentials(Credentials(accessKeyID: "AKID", secretAccessKey: "secret"))], time: time),
      transport: Transport(stream: self), time: time, random: FixedRandom())
  }

  struct Transport: AWSTransport {
    let stream: MemoryKinesis

    func sendAll(_ requests: [HTTPRequest], deadline: Deadline) -> [Result<HTTPResponse, HTTPError>] {
      requests.map(stream.respond)
    }
  }

  private func respond(_ http: HTTPRequest) -> Result<HTTPResponse, HTTPError> {
    state.change { state in
      guard http.headers["X-Amz-Target"] == "Kinesis_20131202.PutRecords",
        http.headers["Content-Type"] == "application/x-amz-json-1.1",
        let request = try? JSONDecoder().decode(Request.self, from: http.body ?? Data())
      else { return .success(Self.error("SerializationException", 400)) }
      guard request.StreamName == Self.stream else {
        return .success(Self.error("ResourceNotFoundException", 400))
      }
      state.requests.append(request.Records)
      let sizes = request.Records.map { $0.Data.count + $0.PartitionKey.utf8.count }
      let keys = request.Records.map(\.PartitionKey.count)
      if sizes.isEmpty || sizes.count > 500 { state.problems.append("\(sizes.count) records") }
      if sizes.contains(where: { $0 > 1 << 20 }) { state.problems.append("a record of \(sizes.max() ?? 0) bytes") }
      if sizes.reduce(0, +) > 5 << 20 { state.problems.append("\(sizes.reduce(0, +)) bytes") }
      if keys.contains(where: { !(1...256).contains($0) }) { state.problems.append("a key of \(keys) characters") }
      return Self.answer(request.Records, fault: Self.fault(of: request.Records, &state), &state)
    }
  }

  private static func fault(of records: [Entry], _ state: inout State) -> Fault? {
    if !state.faults.isEmpty { return state.faults.removeFirst() }
    guard let share = state.random?.share, var generator = state.random?.generator else { return nil }
    defer { state.random = (generator, share) }
    if Double.random(in: 0..<1, using: &generator) < share / 2 {
      return [.refuses(400, "ProvisionedThroughputExceededException"), .refuses(500, "InternalFailure"), .isLost]
        .randomElement(using: &generator)
    }
    return .fails(Set(records.indices.filter { _ in Double.random(in: 0..<1, using: &generator) < share }))
  }

  private static func answer(
    _ records: [Entry], fault: Fault?, _ state: inout State
  ) -> Result<HTTPResponse, HTTPError> {
    var failing: (records: Set<Int>, code: String) = ([], "")
    switch fault {
    case .refuses(let status, let code): return .success(error(code, status))
    case .fails(let records, let code): failing = (records, code)
    case .isLost, nil: break
    }
    var outcomes: [String] = []
    for (index, record) in records.enumerated() {
      if failing.records.contains(index) {
        outcomes.append(#"{"ErrorCode":"\#(failing.code)","ErrorMessage":"as the test says"}"#)
      } else {
        state.records.append(record)
        outcomes.append(#"{"SequenceNumber":"\#(state.records.count)","ShardId":"shardId-000000000000"}"#)
      }
    }
    if case .isLost? = fault {
      return .failure(HTTPError(.interrupted, url: "", detail: "the connection was cut"))
    }
    let body = #"{"FailedRecordCount":\#(failing.records.count),"Records":[\#(outcomes.joined(separator: ","))]}"#
    return .success(HTTPResponse(status: 200, body: Data(body.utf8)))
  }

  private static func error(_ code: String, _ status: Int) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: ["x-amzn-RequestId": "REQ1"],
      body: Data(#"{"__type":"\#(code)","message":"as the test says"}"#.utf8))
  }
}
