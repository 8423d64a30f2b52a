import Foundation
import TestSupport
import Testing

@testable import Contracts

@Suite("Requests of jobs and events")
struct JobRequestTests {
  private func run(_ json: String) throws -> RunRequest {
    try JSONDecoder().decode(RunRequest.self, from: Data(json.utf8))
  }

  private func facts(_ json: String) throws -> ExecutionInput {
    try JSONDecoder().decode(ExecutionInput.self, from: Data(json.utf8))
  }

  private func refusal(_ json: String) -> PipelineError? {
    #expect(throws: PipelineError.self) { try run(json) }
  }

  @Test(
    "name a dataset at the top or in the detail, under each of its names; the top wins",
    arguments: [
      (#"{"dataset": "news"}"#, "news"), (#"{"dataset_id": "news"}"#, "news"),
      (#"{"dataset": "news", "dataset_id": "news"}"#, "news"), (#"{"detail": {"dataset": "news"}}"#, "news"),
      (#"{"detail": {"dataset_id": "news"}}"#, "news"),
      (#"{"dataset": "news", "detail": {"dataset": "other"}}"#, "news"),
      (#"{"dataset_id": "news", "detail": {"dataset_id": "other"}}"#, "news"), ("{}", nil),
      (#"{"detail-type": "Scheduled Event", "detail": {}}"#, nil),
      (#"{"dataset": null, "detail": null}"#, nil),
    ] as [(String, String?)])
  func dataset(json: String, id: String?) throws {
    #expect(try run(json).dataset == id)
    #expect(try facts(json).dataset == id)
    #expect(try facts(json).isRun)
  }

  @Test("take every field from the detail of an event, which is a run's trigger")
  func detail() throws {
    let event = try run(
      #"""
      {"version": "0", "id": "e", "detail-type": "OrdersChanged", "source": "com.example.shop",
       "detail": {"dataset": "orders", "job_type": "hourly", "days_ahead": 3, "items": ["a"], "max_failures": 2,
                  "cached_from": "2024-05-31", "start_date": "2024-05-01", "end_date": "2024-05-02",
                  "replay": {"run": "r"}, "allow_shrink": true, "bucket": "b-1", "key": "k"}}
      """#)
    let plan = PlanRequest(
      dataset: "orders", daysAhead: 3, startDate: "2024-05-01", endDate: "2024-05-02", items: ["a"], maxFailures: 2,
      cachedFrom: "2024-05-31", jobType: "hourly", bucket: "b-1", key: "k")
    #expect(event == RunRequest(plan: plan, replay: .init(run: "r"), allowShrink: true, trigger: .event))
  }

  @Test("read the object of S3's event, with the dataset beside it")
  func object() throws {
    let event = try run(
      #"""
      {"dataset": "files", "trigger": "event",
       "detail": {"version": "0", "bucket": {"name": "shop"}, "object": {"key": "in/a b.csv", "size": 5}, "reason": "PutObject"}}
      """#)
    #expect(
      event == RunRequest(plan: PlanRequest(dataset: "files", bucket: "shop", key: "in/a b.csv"), trigger: .event))
    #expect(try run(#"{"dataset": "d", "bucket": "b", "key": "k"}"#).key == "k")
  }

  @Test("have samples")
  func samples() throws {
    let event = try run(SourceFiles.text(of: "statemachine/events/run-event.json"))
    #expect(event.dataset == "coingecko_markets" && event.trigger == .event)
    let object = try run(SourceFiles.text(of: "statemachine/events/run-object.json"))
    #expect(object.dataset == "orders" && object.key == "incoming/2026-11-27.csv" && object.trigger == .event)
  }

  @Test(
    "that name no dataset are refused where the standard one would be a guess",
    arguments: [
      (#"{"detail": {"orders": 3}}"#, "the event names no dataset"),
      (#"{"detail": {"bucket": {"name": "b"}, "object": {"key": "k"}}}"#, "names an object of S3 and no dataset"),
      (#"{"bucket": "b", "key": "k"}"#, "names an object of S3 and no dataset"),
      (#"{"dataset": "a", "dataset_id": "b"}"#, "dataset and dataset_id are not the same"),
      (#"{"detail": "text"}"#, "detail is no JSON object"),
      (#"{"dataset": "a", "detail": [1]}"#, "detail is no JSON object"),
    ])
  func refusals(json: String, text: String) throws {
    let error = try #require(refusal(json))
    #expect(error.name == .invalidInput && error.message.contains(text))
    #expect(try facts(json).isRun == (json.contains("dataset_id") || json.contains(#""dataset": "a""#)))
  }

  @Test(
    "have the trigger that the state machine finds, too",
    arguments: [
      ("{}", .manual), (#"{"trigger": "schedule"}"#, .schedule), (#"{"trigger": "event"}"#, .event),
      (#"{"trigger": "whim"}"#, .manual), (#"{"trigger": "replay"}"#, .manual), (#"{"replay": {}}"#, .replay),
      (#"{"trigger": "event", "replay": {"run": "r"}}"#, .replay), (#"{"replay": null}"#, .manual),
      (#"{"detail": {"dataset": "d"}}"#, .event), (#"{"detail": {"dataset": "d", "trigger": "schedule"}}"#, .event),
      (#"{"trigger": "schedule", "detail": {"dataset": "d"}}"#, .schedule), (#"{"detail": {}}"#, .manual),
      (#"{"detail": {"dataset": "d", "replay": {}}}"#, .replay),
    ] as [(String, RunOpening.Trigger)])
  func trigger(json: String, trigger: RunOpening.Trigger) throws {
    #expect(try facts(json).trigger == trigger)
  }

  @Test("of a job without a dataset start no run of their own")
  func job() throws {
    let request = try run(#"{"job_type": "hourly"}"#)
    #expect(request.plan.startsJob && request.dataset == nil)
    #expect(try !facts(#"{"job_type": "hourly"}"#).isRun)
    #expect(try !facts(#"{"detail": {"job_type": "hourly"}}"#).isRun)
    #expect(try facts(#"{"job_type": "hourly", "dataset": "d"}"#).isRun)
  }

  @Test("survive both directions")
  func roundTrip() throws {
    let plan = PlanRequest(dataset: "d", daysAhead: 1, items: ["a"], jobType: "j", bucket: "b", key: "k")
    var request = RunRequest(plan: plan, replay: .init(run: "r"), allowShrink: true, trigger: .schedule)
    request.run = "r-1"
    let data = try JSONEncoder().encode(request)
    #expect(try JSONDecoder().decode(RunRequest.self, from: data) == request)
  }

  @Test("The runs of a job have the request's options, and names that are the same in each attempt")
  func starts() throws {
    var request = try run(
      #"{"job_type": "hourly", "trigger": "schedule", "days_ahead": 2, "allow_shrink": true, "run": "r-1"}"#)
    let response = JobResponse(request, jobType: "hourly", datasets: ["a", "b"])
    #expect(response.executions.map(\.name) == ["r-1-a", "r-1-b"])
    let input = try JSONSerialization.jsonObject(with: try JSONEncoder().encode(response.executions[1].input))
    #expect(
      input as? NSDictionary == [
        "dataset": "b", "job_type": "hourly", "trigger": "schedule", "days_ahead": 2, "allow_shrink": true,
      ])
    let data = try JSONEncoder().encode(GeneratorResponse.job(response))
    #expect(try JSONDecoder().decode(GeneratorResponse.self, from: data) == .job(response))
    request.run = nil
    #expect(JobResponse(request, jobType: "hourly", datasets: ["a"]).executions[0].name == "hourly-a")
  }

  @Test(
    "A run's name that is too long for that, or cannot be in a key, ends with a checksum",
    arguments: [String(repeating: "r", count: 80), String(repeating: "r", count: 79) + "s", "run 1", "run é"])
  func longNames(run: String) throws {
    let dataset = String(repeating: "d", count: 64)
    let name = RunName.ofJob("hourly", run: run, dataset: dataset)
    #expect(name.utf8.count <= 80 && name.hasSuffix("-\(dataset)"))
    try RunName.check(name)
    #expect(name == RunName.ofJob("hourly", run: run, dataset: dataset))
    #expect(name != RunName.ofJob("hourly", run: run + "x", dataset: dataset))
  }

  @Test("An object's item has a name that can be read, and one of its own")
  func objectID() throws {
    let id = { (bucket: String, key: String) in
      try ObjectReference(PlanRequest(bucket: bucket, key: key)).itemID ?? ""
    }
    #expect(try id("shop", "in/orders 1.csv").hasPrefix("in-orders-1.csv-"))
    #expect(try id("shop", "in/a.csv") == id("shop", "in/a.csv"))
    #expect(try id("shop", "in/a.csv") != id("shop", "in-a.csv"))
    #expect(try id("shop", "in/a.csv") != id("stop", "in/a.csv"))
    let long = try id("shop", String(repeating: "x/", count: 500) + "a.csv")
    #expect(long.utf8.count <= 64 && long.contains("a.csv-"))
    _ = try WorkItem(id: long)
    #expect(try ObjectReference(PlanRequest(bucket: "shop")).itemID == nil)
  }

  @Test(
    "A bucket or a key that S3 does not have is refused",
    arguments: [
      ("b", "k"), ("b/c", "k"), ("bucket", ""), ("bucket", String(repeating: "k", count: 1025)), ("bucket", "a\nb"),
    ])
  func wrongObject(bucket: String, key: String) {
    let error = #expect(throws: PipelineError.self) { try ObjectReference(PlanRequest(bucket: bucket, key: key)) }
    #expect(error?.name == .invalidInput)
  }
}
