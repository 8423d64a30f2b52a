import Foundation
import TestSupport
import Testing

/// `festvibes run --job` and the commands about what it has started, against a scripted Step Functions.
@Suite("Jobs on the command line")
struct JobCommandTests {
  private static let prefix = "arn:aws:states:us-east-1:123456789012"

  private let datasets: URL

  init() throws {
    datasets = FileManager.default.temporaryDirectory.appending(path: "jobs-\(UUID().uuidString)")
    for (id, plan) in [
      ("news", "{kind: single, profiles: {hourly: {schedule: {cron: \"0 * * * ? *\"}}}}"), ("wwoz", "{kind: dates}"),
    ] {
      let folder = datasets.appending(path: id)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let text = "dataset_id: \(id)\ndata_type: x\nextract: {plugin: wwoz_livewire}\nplan: \(plan)\n"
      try Data(text.utf8).write(to: folder.appending(path: "dataset.yaml"))
    }
  }

  private func environment(_ server: ScriptedServer) -> [String: String] {
    [
      "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "hush",
      "STATE_MACHINE_ARN": "\(Self.prefix):stateMachine:etl", "AWS_REGION": "us-east-1", "DATASETS_DIR": datasets.path,
    ]
  }

  /// A job's execution, which has started a run of `news`.
  private func steps(_ end: String) throws -> ScriptedServer {
    try ScriptedServer { request in
      let body = String(decoding: request.body, as: UTF8.self)
      switch request.header("X-Amz-Target")?.split(separator: ".").last ?? "" {
      case "StartExecution":
        return .http(200, [], #"{"executionArn":"\#(Self.prefix):execution:etl:cli-1","startDate":1}"#)
      case "DescribeExecution" where body.contains("cli-1-news"):
        return .http(
          200, [],
          #"{"executionArn":"r","name":"cli-1-news","startDate":1,"status":"RUNNING","input":"{\"dataset\":\"news\",\"job_type\":\"hourly\"}"}"#
        )
      case "DescribeExecution":
        return .http(
          200, [],
          #"{"executionArn":"j","name":"cli-1","startDate":1,"stopDate":2,"input":"{\"job_type\":\"hourly\"}",\#(end)}"#
        )
      default: return .http(400, [], #"{"__type":"UnknownOperationException"}"#)
      }
    }
  }

  private static let started =
    #""status":"SUCCEEDED","output":"{\"status\":\"started\",\"run\":\"cli-1\",\"job_type\":\"hourly\",\"executions\":[\"cli-1-news\"]}""#

  @Test("A job without a dataset is started, and each of its runs is named with the command that follows it")
  func start() throws {
    let server = try steps(Self.started)
    let ran = try FestVibesProcess(
      "run", "--job", "hourly", "--days", "2", "--max-failures", "1", environment: environment(server))
    #expect(ran.status == 0, "\(ran.error)")
    let binary = FestVibesProcess.binary.path
    #expect(
      ran.output == "Job hourly: started 1 run\n  news: \(binary) watch cli-1-news --dataset news\n")
    let request = try #require(server.requests.first)
    let body = try #require(try JSONSerialization.jsonObject(with: request.body) as? [String: Any])
    #expect(body["input"] as? String == #"{"days_ahead":2,"job_type":"hourly","max_failures":1}"#)
  }

  @Test("watch shows the runs that a job started; --json prints one object")
  func watch() throws {
    let server = try steps(Self.started)
    let ran = try FestVibesProcess("watch", "cli-1", "--json", environment: environment(server))
    #expect(ran.status == 0, "\(ran.error)")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(ran.output.utf8)) as? [String: Any])
    #expect(object["run"] as? String == "cli-1" && object["job_type"] as? String == "hourly")
    #expect(object["status"] as? String == "started")
    let runs = try #require(object["executions"] as? [[String: Any]])
    #expect(runs.map { $0["run"] as? String } == ["cli-1-news"] && runs[0]["dataset"] as? String == "news")
    let retry = try FestVibesProcess("retry", "cli-1", environment: environment(server))
    #expect(retry.status == 1 && retry.error.contains("cli-1 was the start of a job, and has no items"))
  }

  @Test("A job that cannot be started is an error with its reason")
  func failed() throws {
    let server = try steps(
      #""status":"FAILED","error":"InvalidInput","cause":"{\"errorType\":\"InvalidInput\",\"errorMessage\":\"job_type is 'x': there are hourly\"}""#
    )
    let ran = try FestVibesProcess("run", "--job", "x", environment: environment(server))
    #expect(ran.status == 1 && ran.output.isEmpty)
    #expect(
      ran.error.hasPrefix("Error: cli-1 did not start its runs: InvalidInput: job_type is 'x': there are hourly\n"))
    #expect(ran.error.hasSuffix("logs --run cli-1 --errors\n"))
  }

  @Test("A job of a dataset is a run of it; what does not fit is a usage error, and starts nothing")
  func ofDataset() throws {
    let server = try steps(#""status":"RUNNING""#)
    for (arguments, text) in [
      (["run", "--job", "daily", "--dataset", "news"], "job_type is 'daily': dataset news has hourly"),
      (["run", "--job", "hourly", "--dataset", "wwoz"], "dataset wwoz has none"),
      (["run", "--job", "hourly", "--item", "all"], "give --dataset beside --job hourly"),
      (["run", "--job", "hourly", "--days", "-1"], "--days must be between"),
    ] {
      let ran = try FestVibesProcess(arguments, environment: environment(server))
      #expect(ran.status == 64 && ran.error.contains(text), "\(ran.error)")
    }
    #expect(server.requests.isEmpty)
  }

  @Test("check shows the plan and its profiles, with their schedules")
  func check() throws {
    let server = try steps(Self.started)
    let ran = try FestVibesProcess("check", environment: environment(server))
    #expect(ran.status == 0, "\(ran.error)")
    #expect(ran.output.contains("  plan single: 1 item\n  job hourly: 1 item, scheduled 0 * * * ? * in UTC\n"))
    #expect(ran.output.contains("  plan dates: today and 30 days after it\n"))
    let json = try FestVibesProcess("check", "--json", "news", environment: environment(server)).output
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let plans = try #require((object["datasets"] as? [[String: Any]])?.first?["plans"] as? [[String: Any]])
    #expect(plans.map { $0["job_type"] as? String } == [nil, "hourly"] && plans[1]["cron"] as? String == "0 * * * ? *")
  }
}
