import Advice
import Contracts
import Testing

extension StateMachineTests {
  /// The message about a run to people and programs.
  @Suite("The message") struct MessageTests {
    private static let dates = FinishedRun.dates(12)

    private func lines(_ run: FinishedRun) throws -> [String] {
      try (run.message().text("email") ?? "").split(separator: "\n").map(String.init)
    }

    @Test("of a success has its counts, and no next step")
    func success() throws {
      let run = try FinishedRun.run(Self.dates)
      #expect(try run.message().subject == "FestVibes ETL: wwoz success (\(run.execution.name))")
      let lines = try lines(run)
      #expect(lines.first == "wwoz success")
      #expect(lines.contains { $0.hasPrefix("Records: ") })
      #expect(lines.contains { $0.hasPrefix("Run: \(run.execution.name), started 20") })
      #expect(!lines.contains { $0.hasPrefix("Next:") || $0.hasPrefix("Failed") })
      #expect(lines.last == (try run.output()["console"] as? String))
    }

    @Test("of failed items has each error once, with the first items, and the command that goes on")
    func partial() throws {
      let run = try FinishedRun.run(Self.dates) { call in
        guard call.task == .scrape, call.item != Self.dates[11] else { return .succeeds }
        return call.item == Self.dates[0] ? .fails("SourceRefused", "no") : .fails("SourceChanged", "no frame")
      }
      #expect(
        try run.message().subject
          == String("FestVibes ETL: wwoz partial: 11 of 12 items failed (\(run.execution.name))".prefix(99)))
      let lines = try lines(run)
      #expect(lines.first == "wwoz partial: 11 of 12 items failed")
      #expect(
        lines.filter { $0.hasPrefix("Failed: ") } == [
          "Failed: SourceRefused (\(Self.dates[0]))",
          "Failed: SourceChanged (\(Self.dates[1...5].joined(separator: ", ")) and 5 more)",
        ])
      #expect(lines.contains("Next: festvibes status \(run.execution.name)"))
    }

    @Test("leads to a retry at once for the errors that pass by themselves alone")
    func remedy() throws {
      let list = try #require(try FinishedRun.definition().firstMatch(of: /\$failure\.error in \[([^\]]*)\]/)).output.1
      let names = list.split(separator: ", ").map { $0.filter { $0 != "'" } }
      #expect(Set(names) == Set(PipelineError.Name.allCases.filter { RunRemedy($0) == .retry }.map(\.rawValue)))
      for (second, command) in [("SourceThrottled", "retry"), ("DatabaseUnavailable", "status")] {
        let run = try FinishedRun.run(Self.dates) { call in
          guard call.task == .scrape, let place = Self.dates.prefix(2).firstIndex(of: call.item) else {
            return .succeeds
          }
          return .fails(place == 0 ? "SourceUnavailable" : second, "why")
        }
        #expect(try lines(run).contains("Next: festvibes \(command) \(run.execution.name)"))
      }
    }

    @Test("leads to the status if an item failed without an error of its own, as an aborted one does")
    func unexplained() throws {
      let reported = #""failed": "{% $states.input.error.Error %}""#
      let isLost = "$states.input.item.id = '\(Self.dates[1])'"
      let lost = #""failed": "{% \#(isLost) ? $error('lost') : $states.input.error.Error %}""#
      let run = try FinishedRun.run(Self.dates, replacing: [reported: lost]) { call in
        let isLate = call.task == .scrape && Self.dates.prefix(2).contains(call.item)
        return isLate ? .fails("SourceUnavailable", "why") : .succeeds
      }
      #expect(try lines(run).contains("Failed: SourceUnavailable (\(Self.dates[0]))"))
      #expect(try lines(run).contains("Failed: \(Self.dates[1])"))
      #expect(try lines(run).contains("Next: festvibes status \(run.execution.name)"))
    }

    @Test(
      "has the ledger's remarks, of any number, and so has the summary",
      arguments: [[], ["Unusual: found 3 (usually 120)"], ["Unusual: a", "Expectation: b"]])
    func remarks(_ remarks: [String]) throws {
      let list = remarks.map { "\"\($0)\"" }.joined(separator: ",")
      let run = try FinishedRun.run(Self.dates) { call in
        guard call.task == .ledger, !remarks.isEmpty else { return .succeeds }
        return .responds(#"{"statusCode":200,"headers":{},"body":{"status":"success","remarks":[\#(list)]}}"#)
      }
      #expect(try run.output()["status"] as? String == "success")
      #expect(try run.output()["remarks"] as? [String] == (remarks.isEmpty ? nil : remarks))
      let found = try lines(run).filter { $0.hasPrefix("Unusual") || $0.hasPrefix("Expectation") }
      #expect(found == remarks)
    }

    @Test("of a scheduled run that tolerates a failure names the item")
    func tolerated() throws {
      let run = try FinishedRun.run(Self.dates, input: FinishedRun.scheduledInput) { call in
        call.task == .load && call.item == Self.dates[3] ? .fails("SchemaMismatch", "old") : .succeeds
      }
      #expect(try lines(run).contains("Failed: \(Self.dates[3])"))
      #expect(try lines(run).contains("Next: festvibes status \(run.execution.name)"))
    }

    @Test("of a run that failed before its items were planned has its error and cause, and leads to the logs")
    func failed() throws {
      let run = try FinishedRun.run(Self.dates) { call in
        call.task == .plan ? .fails("InvalidInput", "the range is reversed") : .succeeds
      }
      #expect(try run.message().subject == "FestVibes ETL: wwoz failed: InvalidInput (\(run.execution.name))")
      let lines = try lines(run)
      #expect(lines.first == "wwoz failed: InvalidInput")
      #expect(lines.contains { $0.hasPrefix("Cause: ") && $0.contains("the range is reversed") })
      #expect(lines.contains("Next: festvibes logs --run \(run.execution.name) --errors"))
    }

    @Test("of rejected records and an old cache names the commands that show more")
    func incomplete() throws {
      let run = try FinishedRun.run(Self.dates) { call in
        switch call.task {
        case .refresh: .fails("ConfigurationInvalid", "no password")
        default: .succeeds
        }
      }
      let lines = try lines(run)
      #expect(lines.first == "wwoz partial")
      #expect(lines.contains { $0.hasPrefix("The cache may be older than the database: ConfigurationInvalid: ") })
      #expect(lines.contains("Next: festvibes status \(run.execution.name)"))
    }

    @Test(
      "says since when something is wrong: the ledger knows the last complete run",
      arguments: [nil, "2026-05-30T08:00:00Z"])
    func since(_ lastSuccess: String?) throws {
      let known = lastSuccess.map { #","last_success":"\#($0)""# } ?? ""
      let run = try FinishedRun.run(Self.dates) { call in
        switch call.task {
        case .scrape: .fails("SourceChanged", "no frame")
        case .ledger:
          .responds(
            #"{"statusCode":200,"headers":{},"body":{"status":"success","run":"r","ledger":{"status":"partial"\#(known)}}}"#
          )
        default: .succeeds
        }
      }
      let expected = lastSuccess.map { "Last complete run: \($0)" } ?? "No run before was complete"
      #expect(try lines(run).contains(expected))
    }

    @Test("has a form for each kind of subscriber: e-mail, SMS, a webhook that takes Slack's messages, programs")
    func forms() throws {
      let run = try FinishedRun.run(Self.dates)
      let message = try run.message()
      let text = try #require(try message.text("email"))
      #expect(try message.text("sms") == String(text.prefix(300)))
      let webhook = try jsonObject(try message.text("https") ?? "")
      #expect(webhook["text"] as? String == text)
      #expect(webhook["run"] as? String == run.execution.name)
      #expect(Set(webhook.keys) == ["text", "run", "dataset", "status"])
      for program in ["sqs", "lambda", "http", "email-json", "firehose"] {
        #expect(try message.text(program) == run.execution.output, "\(program)")
      }
    }
  }
}
