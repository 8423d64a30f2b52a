import Contracts
import Datasets
import Definitions
import Foundation
import LambdaRuntime
import Settings
import TestSupport
import Testing
import Time

@testable import DateRangeGeneratorFunction

@Suite("Jobs")
struct JobTests {
  /// A folder of datasets, each with its `plan`, and the handler as the function makes it.
  private func respond(
    to request: String, _ datasets: [String: String], at now: String = "2026-11-27T03:00:00Z"
  ) throws -> GeneratorResponse {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (id, plan) in datasets {
      let place = folder.appending(path: id)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      let text = "dataset_id: \(id)\ndata_type: items\ntimezone: America/Chicago\nextract: {plugin: x}\nplan: \(plan)\n"
      try Data(text.utf8).write(to: place.appending(path: "dataset.yaml"))
    }
    let catalog = DatasetCatalog(DatasetFolder(folder.path), plugins: KnownPlugins()) {
      Configuration(environment: [:])
    }
    let time = ManualTime(try #require(RFC3339.parse(now)).date)
    let handler = DateRangeGeneratorHandler(
      definition: { (id, job) throws(PipelineError) in
        let definition = try catalog.definition(id)
        return (definition.dataset, try definition.itemPlan(job: job), definition.needsLedger)
      }, jobs: catalog.jobTypes, time: time)
    let context = LambdaContext(
      requestID: "r", deadline: .none(on: time), log: Logger(environment: [:], time: time) { _ in })
    let request = try JSONDecoder().decode(RunRequest.self, from: Data(request.utf8))
    return try handler.handle(request, context).body
  }

  private let datasets = [
    "news": "{kind: single, profiles: {hourly: {}, daily: {}}}",
    "shop": "{kind: months, profiles: {hourly: {months_ahead: 1}}}", "wwoz": "{kind: dates}",
  ]

  @Test("without a dataset are runs of every dataset that declares the job, and of no other (F08)")
  func starts() throws {
    let response = try respond(to: #"{"job_type": "hourly", "trigger": "schedule", "run": "r-1"}"#, datasets)
    guard case .job(let job) = response else {
      Issue.record("\(response)")
      return
    }
    #expect(job.executions.map(\.name) == ["r-1-news", "r-1-shop"])
    #expect(job.executions.map(\.input.dataset) == ["news", "shop"])
    #expect(job.executions.allSatisfy { $0.input.jobType == "hourly" && $0.input.trigger == .schedule })
  }

  @Test("with a dataset are runs of that profile, in the dataset's zone")
  func ofDataset() throws {
    // In Chicago it is still November.
    let response = try respond(
      to: #"{"job_type": "hourly", "dataset": "shop"}"#, datasets, at: "2026-12-01T03:00:00Z")
    guard case .plan(let plan) = response else {
      Issue.record("\(response)")
      return
    }
    #expect(plan.items.map(\.id) == ["2026-11", "2026-12"] && plan.dates == nil)
  }

  @Test(
    "that no dataset declares are InvalidInput, which names those that there are: they never mean the standard dataset",
    arguments: [
      (
        #"{"job_type": "weekly"}"#,
        "job_type is 'weekly', which no dataset declares under plan.profiles: there are daily, hourly"
      ),
      (#"{"job_type": "weekly", "dataset": "news"}"#, "job_type is 'weekly': dataset news has hourly, daily"),
      (#"{"job_type": "hourly", "dataset": "wwoz"}"#, "dataset wwoz has none"),
      (#"{"job_type": "hourly", "items": ["all"]}"#, "give dataset beside job_type 'hourly'"),
      (#"{"job_type": ""}"#, "job_type is ''"),
    ])
  func unknown(request: String, text: String) throws {
    let error = try #require(throws: PipelineError.self) { try respond(to: request, datasets) }
    #expect(error.name == .invalidInput && error.message.contains(text), "\(error.message)")
  }

  @Test("that do not exist at all are said to be none yet")
  func none() throws {
    let error = #expect(throws: PipelineError.self) {
      try respond(to: #"{"job_type": "a"}"#, ["wwoz": "{kind: dates}"])
    }
    #expect(error?.message.hasSuffix("there are no job types yet") == true)
  }

  @Test("A dataset with a mistake stops no other, and its own run says what is wrong")
  func mistake() throws {
    var datasets = datasets
    datasets["wrong"] = "{kind: weeks, values: \"${MISSING}\", profiles: {hourly: {}}}"
    datasets["broken"] = "{kind: ["
    guard case .job(let job) = try respond(to: #"{"job_type": "hourly"}"#, datasets) else {
      Issue.record("it is no job")
      return
    }
    #expect(job.executions.map(\.input.dataset) == ["news", "shop", "wrong"])
    let error = #expect(throws: PipelineError.self) {
      try respond(to: #"{"job_type": "hourly", "dataset": "wrong"}"#, datasets)
    }
    #expect(error?.name == .configurationInvalid)
  }
}
