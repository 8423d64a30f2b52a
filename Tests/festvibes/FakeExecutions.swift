import AWS
import Foundation
import Testing

@testable import festvibes

/// A run on paper: what Step Functions would answer, and how often it was asked.
final class FakeExecutions: Executions {
  struct Child {
    var input = "{}"
    var status = "RUNNING"
    var states: [String] = []
    var output: String?
    var error: String?
    var cause: String?
  }

  var status = "RUNNING"
  var error: String?
  var output: String?
  var dates: [String]?
  var hasMapRun = false
  var order: [String] = []
  var childrenByName: [String: Child] = [:]
  var failures: [AWSError] = []
  private(set) var calls: [String] = []

  func takeCalls() -> [String] {
    defer { calls = [] }
    return calls.sorted()
  }

  func add(_ date: String, _ child: Child = Child()) {
    var child = child
    child.input = #"{"date":"\#(date)","run":"r"}"#
    order.append(date)
    childrenByName[date] = child
  }

  func finish(_ date: String, output: String) {
    childrenByName[date]?.status = "SUCCEEDED"
    childrenByName[date]?.output = output
  }

  private func decode<Value: Decodable>(_ object: [String: Any?]) throws -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .secondsSince1970
    return try decoder.decode(Value.self, from: JSONSerialization.data(withJSONObject: object.compactMapValues { $0 }))
  }

  func execution(_ arn: String) throws -> Execution {
    if !failures.isEmpty { throw failures.removeFirst() }
    calls.append("describe \(arn)")
    if arn == "run" {
      return try decode([
        "executionArn": arn, "name": "cli-1", "status": status, "startDate": 1_717_182_000, "error": error,
        "stopDate": status == "RUNNING" ? nil : 1_717_182_060, "output": output,
      ])
    }
    let child = try #require(childrenByName[arn])
    return try decode([
      "executionArn": arn, "name": arn, "status": child.status, "startDate": 1_717_182_001, "input": child.input,
      "output": child.output, "error": child.error, "cause": child.cause,
    ])
  }

  func mapRun(of execution: String) throws -> String? {
    calls.append("mapRun")
    return hasMapRun ? "map" : nil
  }

  func children(of mapRun: String) throws -> [ExecutionSummary] {
    calls.append("children")
    return try order.reversed().map { name in
      try decode(["executionArn": name, "name": name, "status": childrenByName[name]?.status, "startDate": 1])
    }
  }

  func history(of execution: String, newestFirst: Bool, limit: Int) throws -> [HistoryEvent] {
    calls.append("history \(execution)")
    if execution == "run" {
      guard let dates else { return [] }
      let output = #"{"days_ahead":1,"params":{"Payload":{"statusCode":200,"body":{"dates":\#(dates)}}}}"#
      let details = ["name": "GenerateParams", "output": output]
      return [try decode(["id": 5, "timestamp": 1, "type": "TaskStateExited", "stateExitedEventDetails": details])]
    }
    let states = childrenByName[execution]?.states ?? []
    #expect(newestFirst)
    return try states.reversed().prefix(limit).map { state in
      try decode(["id": 1, "timestamp": 1, "type": "StateEntered", "stateEnteredEventDetails": ["name": state]])
    }
  }
}

/// A date's result, as the state machine gives it out.
let dateOutput =
  #"{"date":"d","s3_key":"k","found":7,"new":1,"changed":2,"unchanged":3,"rejected":1,"cached":6,"pages_read":9,"pages_failed":2}"#
