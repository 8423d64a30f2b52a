import Contracts
import Foundation
import Testing

/// EventBridge's event of a run that was stopped, with the fields that AWS documents.
@Suite("An event of a stopped execution")
struct ExecutionEventTests {
  static func event(
    status: String = "TIMED_OUT", source: String = "aws.states", input: String? = #"{"trigger": "schedule"}"#,
    stopDate: String = "1717164000250", error: String? = nil, cause: String? = nil, name: String = "nightly-1"
  ) throws -> String {
    func json(_ text: String?) throws -> String {
      try text.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) } ?? "null"
    }
    let arn = "arn:aws:states:us-east-1:123456789012"
    return """
      {"version": "0", "id": "315c1398-40ff-a850-213b-158f73e60175", "source": "\(source)",
       "detail-type": "Step Functions Execution Status Change", "account": "123456789012",
       "time": "2024-05-31T14:00:00Z", "region": "us-east-1", "resources": ["\(arn):execution:festvibes-etl:nightly-1"],
       "detail": {"executionArn": "\(arn):execution:festvibes-etl:nightly-1",
         "stateMachineArn": "\(arn):stateMachine:festvibes-etl", "name": \(try json(name)), "status": "\(status)",
         "startDate": 1717142400500, "stopDate": \(stopDate), "input": \(try json(input)), "output": null,
         "inputDetails": {"included": \(input != nil)}, "outputDetails": null, "error": \(try json(error)),
         "cause": \(try json(cause)), "redriveCount": 0, "redriveStatus": "REDRIVABLE"}}
      """
  }

  private func request(_ event: String) throws -> LedgerRequest {
    guard case .ledger(let request) = try JSONDecoder().decode(LoaderRequest.self, from: Data(event.utf8)) else {
      throw PipelineError(.invalidInput, "not a ledger event")
    }
    return request
  }

  private func stop(_ event: String) throws -> RunStop {
    guard case .stopped(let stop) = try request(event).event else { throw PipelineError(.invalidInput, "not a stop") }
    return stop
  }

  @Test("that was no run of a dataset closes nothing, and an event's run is of its dataset")
  func job() throws {
    for input in [#"{"job_type": "hourly"}"#, #"{"detail": {"orders": 3}}"#, #"{"bucket": "b", "key": "k"}"#] {
      let event = try Self.event(input: input)
      let request = try JSONDecoder().decode(LoaderRequest.self, from: Data(event.utf8))
      #expect(request == .noRun("nightly-1"))
      #expect(try JSONDecoder().decode(LoaderRequest.self, from: JSONEncoder().encode(request)) == request)
    }
    let event = try Self.event(input: #"{"detail": {"dataset_id": "orders"}}"#)
    #expect(try request(event).dataset == "orders" && stop(event).trigger == .event)
  }

  @Test("closes its run: the name, the times to the millisecond, and the reason come from the event")
  func facts() throws {
    let request = try request(try Self.event())
    #expect(request.run == "nightly-1")
    #expect(request.dataset == nil)
    #expect(
      request.event
        == .stopped(
          RunStop(
            trigger: .schedule, startedAt: Date(timeIntervalSince1970: 1_717_142_400.5),
            endedAt: Date(timeIntervalSince1970: 1_717_164_000.25), reason: .timedOut)))
    #expect(try stop(try Self.event(status: "ABORTED")).reason == .aborted)
  }

  @Test(
    "has the trigger and the dataset of the run's input, as the state machine reads it",
    arguments: [
      (#"{"trigger": "schedule"}"#, RunOpening.Trigger.schedule, nil), (#"{}"#, .manual, nil),
      (#"{"trigger": "schedule", "replay": {"run": "r"}, "dataset": "news"}"#, .replay, "news"),
      (#"{"trigger": "schedule", "replay": {}}"#, .replay, nil),
      (#"{"trigger": "manual", "replay": null}"#, .manual, nil),
      (#"{"dataset": "", "days_ahead": 30}"#, .manual, nil), ("[1]", .manual, nil), (nil, .manual, nil),
    ] as [(String?, RunOpening.Trigger, String?)])
  func input(text: String?, trigger: RunOpening.Trigger, dataset: String?) throws {
    let event = try Self.event(input: text)
    #expect(try stop(event).trigger == trigger)
    #expect(try request(event).dataset == dataset)
  }

  @Test("has the cause that whoever stopped it gave, and what to do next")
  func cause() throws {
    #expect(try stop(try Self.event()).cause.hasPrefix("the run took longer than the state machine allows"))
    let explained = try stop(try Self.event(status: "ABORTED", error: "Wrong", cause: "da\u{0}tes"))
    #expect(explained.note == "Wrong: da\u{fffd}tes")
    #expect(explained.cause.hasPrefix("Wrong: da\u{fffd}tes: the run was stopped by a person or a program. "))
    #expect(explained.cause.contains("Run the dates that are missing again, or redrive"))
    let long = try stop(try Self.event(cause: String(repeating: "x", count: 32_768)))
    #expect(long.note?.count == 2000)
  }

  @Test("is InvalidInput for another status or source, without an end, and for a name that no run has")
  func refused() throws {
    for event in [
      try Self.event(status: "FAILED"), try Self.event(status: "RUNNING"), try Self.event(source: "aws.ec2"),
      try Self.event(stopDate: "null"), try Self.event(stopDate: "1717142400499"), try Self.event(name: ""),
      try Self.event(name: String(repeating: "n", count: 201)), try Self.event(name: "a\u{0}b"),
    ] {
      let error = #expect(throws: PipelineError.self) { try request(event) }
      #expect(error?.name == .invalidInput)
    }
    #expect(throws: DecodingError.self) { try request(#"{"source": "aws.states", "detail": {"name": "a"}}"#) }
  }

  @Test("can also be written as a ledger event, which reads back the same")
  func roundTrip() throws {
    let sent = try request(try Self.event(status: "ABORTED", input: #"{"dataset": "news"}"#, error: "Wrong"))
    let text = String(decoding: try JSONEncoder().encode(LoaderRequest.ledger(sent)), as: UTF8.self)
    #expect(text.contains(#""stopped":{"#))
    #expect(try request(text) == sent)
    let unknown = text.replacing(#""stopped":{"#, with: #""stopped":{"items":[],"#)
    #expect(throws: PipelineError.self) { try request(unknown) }
    let late = text.replacing("2024-05-31T08:00:00.5", with: "2025-05-31T08:00:00.5")
    #expect(throws: PipelineError.self) { try request(late) }
  }
}
