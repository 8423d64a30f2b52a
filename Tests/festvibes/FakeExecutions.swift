import AWS
import Foundation
import Testing

@testable import festvibes

/// A fake of Step Functions: its responses, and a record of the calls.
final class FakeExecutions: Executions {
  struct Child {
    var input = "{}"
    var status = "RUNNING"
    var states: [String] = []
    /// The input of each state.
    var stateInput: String?
    var output: String?
    var error: String?
    var cause: String?
  }

  var status = "RUNNING"
  var error: String?
  var output: String?
  /// The input of the run.
  var input: String?
  var items: [String]?
  var hasMapRun = false
  var order: [String] = []
  var childrenByName: [String: Child] = [:]
  var failures: [AWSError] = []
  private(set) var calls: [String] = []

  func takeCalls() -> [String] {
    defer { calls = [] }
    return calls.sorted()
  }

  func add(_ item: String, _ child: Child = Child()) {
    var child = child
    child.input = #"{"dataset":"d","item":{"id":"\#(item)"},"run":"r"}"#
    order.append(item)
    childrenByName[item] = child
  }

  func finish(_ item: String, output: String) {
    childrenByName[item]?.status = "SUCCEEDED"
    childrenByName[item]?.output = output
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
        "stopDate": status == "RUNNING" ? nil : 1_717_182_060, "input": input, "output": output,
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
      guard let items else { return [] }
      let list = items.map { #"{"id":"\#($0)"}"# }.joined(separator: ",")
      let body =
        #""status":"success","dataset":"d","items":[\#(list)],"dates":[],"start_date":"2024-05-01","#
        + #""end_date":"2024-05-02","count":2"#
      let output = #"{"plan":{"statusCode":200,"headers":{},"body":{\#(body)}}}"#
      let details = ["name": "PlanItems", "output": output]
      return [try decode(["id": 5, "timestamp": 1, "type": "TaskStateExited", "stateExitedEventDetails": details])]
    }
    let child = childrenByName[execution]
    #expect(newestFirst)
    return try (child?.states ?? []).reversed().prefix(limit).map { state in
      let details = ["name": state, "input": child?.stateInput].compactMapValues { $0 }
      return try decode(["id": 1, "timestamp": 1, "type": "StateEntered", "stateEnteredEventDetails": details])
    }
  }
}

/// The output of a run beside another one that holds the dataset's lock.
let lockedOutput =
  #"{"run":"cli-1","dataset":"d","status":"locked","error":"RunLocked","#
  + #""cause":"{\"errorType\":\"RunLocked\",\"errorMessage\":\"run run-a holds the lock\"}"}"#

/// An item's result, as the state machine outputs it.
let itemOutput =
  #"{"date":"d","s3_key":"k","found":7,"new":1,"changed":2,"unchanged":3,"rejected":1,"cached":6,"pages_read":9,"pages_failed":2}"#
