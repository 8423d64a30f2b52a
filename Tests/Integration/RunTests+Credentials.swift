import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import AWS

extension RunTests {
  /// Datasets of the plugin `http` whose source repeats their credentials. Each secret appears nowhere: in no archive,
  /// document or stored page, no log line, line of metrics or error, not in the state machine's history, not in the database,
  /// not in the output of a command.
  @Suite("Planted credentials of APIs", .enabled(if: LocalStack.isUp, "start the stack: make test"))
  struct CredentialsTests {
    /// The ways to answer that a run meets. What the state machine tries again for minutes is left to `try` and `invoke`.
    private static let items = ["good", "refused", "garbage"]
    private static let others = ["odd", "list", "moved", "broken", "late", "silent"]

    private let stack: LocalStack

    init() throws { stack = try LocalStack() }

    /// Everything that a person or a program can read, by its place.
    private final class Findings: Sendable {
      private let texts = Locked<[(place: String, text: String)]>([])

      func add(_ text: String, at place: String) { texts.change { $0.append((place, text)) } }

      var all: [(place: String, text: String)] { texts.change { $0 } }
    }

    @Test("appear nowhere, in runs that succeed and in runs that fail, whatever the source repeats")
    func nowhere() throws {
      let api = try EchoingAPI(PlantedCredentials.all)
      defer { api.server.stop() }
      let suffix = UUID().uuidString.prefix(8).lowercased()
      let datasets = PlantedCredentials.all.map { (id: "\($0.kind)_\(suffix)", credentials: $0) }
      let deployed = try DeployedDatasets(
        Dictionary(
          uniqueKeysWithValues: datasets.map {
            ($0.id, $0.credentials.definition($0.id, items: Self.items + Self.others, server: api.server.url))
          }),
        variables: datasets.reduce(into: ["AWS_LAMBDA_LOG_LEVEL": "TRACE"]) {
          $0.merge($1.credentials.variables) { $1 }
        }, environment: LocalStack.environment)
      let findings = Findings()
      let environment = deployed.environment
      concurrently(
        datasets.map { id, credentials in { @Sendable in Self.work(id, credentials, environment, findings) } })
      let logs = try FestVibesProcess(["logs"], environment: environment)
      findings.add(logs.output + logs.error, at: "logs")
      try addStored(datasets.map(\.id), deployed, findings)
      findings.add(api.processes.change { $0 }, at: "processes")

      let all = findings.all
      for (id, credentials) in datasets {
        expectUse(of: credentials, at: api)
        for (place, text) in all {
          let traces = credentials.secret.traces(in: text)
          #expect(traces == [], "the secret of \(id) is in \(place)")
        }
      }
      // What was looked at is what there is.
      for place in ["raw/", "pages/", "history of ", "log of ", "table ", "try ", "check ", "logs", "processes"] {
        #expect(all.contains { $0.place.hasPrefix(place) && !$0.text.isEmpty }, "\(place)")
      }
      for place in [
        "raw/", "pages/", "history of ", "log of copy", "table ", "try ", "rejected ", "status ", "logs",
      ] {
        #expect(all.contains { $0.place.hasPrefix(place) && $0.text.contains("REDACTED") }, "\(place)")
      }
      #expect(all.contains { $0.place.hasPrefix("log of ") && $0.text.contains(#""_aws""#) }, "no metrics")
      #expect(all.contains { $0.place == "processes" && $0.text.contains("/Scraper") })
      #expect(all.contains { $0.place.hasSuffix(".warc.gz") && $0.text.contains("WARC/1.1") })
    }

    /// The source received the secrets, and would have known another.
    private func expectUse(of credentials: PlantedCredentials, at api: EchoingAPI) {
      let requests = api.requests(of: credentials).map { $0.head + String(decoding: $0.body, as: UTF8.self) }
      let traces = requests.flatMap { credentials.secret.traces(in: $0) }
      #expect(!traces.isEmpty, "\(credentials.kind)")
      let answers = credentials.kind == "strangers" ? ["token"] : Self.items + Self.others
      for answer in answers {
        #expect(requests.contains { $0.contains("/\(credentials.kind)/\(answer)") }, "\(credentials.kind) \(answer)")
      }
      if credentials.isOAuth, credentials.kind != "strangers" {
        #expect(requests.contains { $0.contains("Bearer \(credentials.token)") })
      }
    }

    /// Runs the commands on one dataset, and adds their outputs.
    private static func work(
      _ id: String, _ credentials: PlantedCredentials, _ environment: [String: String], _ findings: Findings
    ) {
      let isRefused = credentials.kind == "strangers"
      @discardableResult
      func festvibes(_ arguments: [String], status: Int32?, input: String = "") -> FestVibesProcess? {
        let ran = try? FestVibesProcess(arguments, environment: environment, input: input)
        guard let ran else {
          Issue.record("\(arguments) cannot be started")
          return nil
        }
        if let status { #expect(ran.status == status, "\(arguments): \(ran.error)\(ran.output)") }
        findings.add(ran.output + ran.error, at: arguments.joined(separator: " "))
        return ran
      }
      festvibes(["check", id], status: 0)
      let ran = festvibes(["run", "--dataset", id] + items.flatMap { ["--item", $0] }, status: 1)
      #expect(ran?.output.contains(isRefused ? "SourceRefused" : "1 new") == true, "\(ran?.output ?? "")")
      festvibes(["status", "--dataset", id], status: 1)
      festvibes(["status", "--dataset", id, "--json"], status: 1)
      festvibes(["rejected", "--dataset", id, "--wide"], status: 0)
      festvibes(["rejected", "--dataset", id, "--json"], status: 0)
      if !isRefused { festvibes(["replay", "--dataset", id, "--item", "good", "--dry-run"], status: 0) }
      for stage in ["extract", "parse", "transform"] {
        festvibes(["try", id, "--item", "good", "--stage", stage], status: isRefused ? 1 : 0)
      }
      for item in items.dropFirst() + others { festvibes(["try", id, "--item", item], status: nil) }
      let event = #"{"dataset": "\#(id)", "item": {"id": "broken", "parameters": {"answer": "broken"}}}"#
      festvibes(["invoke", "Scraper", "-"], status: 1, input: event)
    }

    /// Adds what the stack has kept: objects, tables, logs, and the histories of all executions.
    private func addStored(_ ids: [String], _ deployed: DeployedDatasets, _ findings: Findings) throws {
      let session = try AWSSession(environment: LocalStack.environment)
      let (deadline, s3) = (stack.deadline, try S3Client(session))
      let bucket = try #require(LocalStack.environment["S3_BUCKET_NAME"])
      for entry in try s3.list(bucket: bucket, deadline: deadline).entries where ids.contains(where: entry.key.contains)
      {
        let object = try s3.get(S3Location(bucket: bucket, key: entry.key), maximumBytes: 1 << 24, deadline: deadline)
        findings.add(String(decoding: object.body, as: UTF8.self) + "\(object.info.metadata)", at: entry.key)
        if object.body.starts(with: [0x1F, 0x8B]) {
          findings.add(try Gunzip.text(object.body), at: entry.key)
        }
      }
      let tables = try deployed.database.query(
        "select tablename from pg_tables where schemaname = 'public'", deadline: deadline)
      for table in try tables.map({ try $0[0] as String }) {
        let rows = try deployed.database.query("select each::text from \(table) each", deadline: deadline)
        findings.add(try rows.map { try $0[0] as String }.joined(separator: "\n"), at: "table \(table)")
      }
      let logs = try CloudWatchLogsClient(session)
      for function in ["date-range-generator", "scraper", "loader"] {
        let events = try logs.events(of: "/aws/lambda/\(deployed.name)-\(function)", from: 0, deadline: deadline)
        findings.add(events.map(\.message).joined(separator: "\n"), at: "log of \(deployed.name)-\(function)")
      }
      try addHistories(deployed, AWSClient(.stepFunctions, session: session), findings)
    }

    private func addHistories(_ deployed: DeployedDatasets, _ client: AWSClient, _ findings: Findings) throws {
      let machine = try #require(deployed.environment["STATE_MACHINE_ARN"])
      for run in try stack.steps.listExecutions(of: .stateMachine(machine), limit: 100, deadline: stack.deadline) {
        var arns = [run.executionArn]
        for mapRun in try stack.steps.listMapRuns(of: run.executionArn, deadline: stack.deadline) {
          arns += try stack.steps.listExecutions(of: .mapRun(mapRun), limit: 100, deadline: stack.deadline)
            .map(\.executionArn)
        }
        for arn in arns {
          // Every text of every event, whatever its kind.
          for operation in ["DescribeExecution", "GetExecutionHistory"] {
            let answer: AllTexts = try client.call(
              operation, target: "AWSStepFunctions", version: "1.0", ["executionArn": arn], of: arn,
              deadline: stack.deadline)
            findings.add(answer.texts.joined(separator: "\n"), at: "history of \(arn)")
          }
        }
      }
    }
  }
}

/// Every text of a JSON document.
private struct AllTexts: Decodable {
  var texts: [String] = []

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let members = try? decoder.container(keyedBy: Name.self) {
      for name in members.allKeys { texts += [name.stringValue] + (try members.decode(Self.self, forKey: name)).texts }
    } else if var elements = try? decoder.unkeyedContainer() {
      while !elements.isAtEnd { texts += try elements.decode(Self.self).texts }
    } else if let text = try? decoder.singleValueContainer().decode(String.self) {
      texts = [text]
    }
  }
}
