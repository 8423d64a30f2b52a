import Foundation
import TestSupport
import Testing
import Time

extension RunTests {
  /// `festvibes run`, `retry`, `stop`, `watch` and `cache` as processes, on the stack.
  @Suite("A retry", .enabled(if: LocalStack.isUp, "start the stack: make test"))
  struct RetryTests {
    private let stack: LocalStack

    init() throws {
      stack = try LocalStack()
      try stack.empty()
    }

    private func festvibes(_ arguments: String...) throws -> FestVibesProcess {
      try FestVibesProcess(arguments, environment: LocalStack.environment)
    }

    /// Returns the arguments of the last line, `next: PROGRAM ARGUMENTS`.
    private func next(_ text: String) throws -> String {
      let line = try #require(text.split(separator: "\n").last)
      let command = try #require(line.wholeMatch(of: /next: (.*)/)?.1)
      return String(command).replacing(FestVibesProcess.binary.path + " ", with: "")
    }

    private func object(_ text: String) throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("runs exactly the items that a run has left, as its line 'next: …' says, and then has nothing to do")
    func failed() throws {
      let down = try festvibes("run", "--item", "2026-02-02", "--item", "2026-02-04", "--json")
      #expect(down.status == 1)
      let failed = try object(down.output)
      #expect(failed["status"] as? String == "partial")
      let run = try #require(failed["run"] as? String)
      #expect((failed["next"] as? String)?.hasSuffix(" retry \(run)") == true)
      let report = try festvibes("watch", run)
      #expect(report.status == 1)
      #expect(try next(report.output) == "retry \(run)")

      let site = try SourceSite.sample()
      defer { site.stop() }
      let retry = try festvibes("retry", run, "--json")
      #expect(retry.status == 0, "\(retry.error)\(retry.output)")
      let done = try object(retry.output)
      #expect(done["status"] as? String == "success" && done["retry_of"] as? String == run)
      let items = try #require(done["items"] as? [[String: Any]])
      #expect(items.map { $0["item"] as? String } == ["2026-02-02", "2026-02-04"])
      let again = try festvibes("retry", try #require(done["run"] as? String))
      #expect(again.status == 0)
      #expect(again.output.hasPrefix("Nothing to retry: every item of cli-"))
      let twice = try festvibes("retry", run)
      #expect(twice.status == 0, "\(twice.error)")
      #expect(twice.output == "Nothing to retry: the 2 items that \(run) did not do were loaded since.\n")

      let cache = try festvibes("cache", "2026-02-01", "2026-02-04")
      #expect(cache.status == 0, "\(cache.error)")
      #expect(cache.output.contains("2 of 4 days cached, ") && cache.output.contains("; 2 never loaded, left alone."))
      let missing = try festvibes("run", "--start", "2026-02-01", "--end", "2026-02-04", "--only-missing", "--json")
      #expect(missing.status == 0, "\(missing.error)\(missing.output)")
      let months = try #require(try object(missing.output)["months"] as? [[String: Any]])
      #expect(months.map { $0["month"] as? String } == ["2026-02"])
      #expect(months.map { $0["loaded"] as? Int } == [2])
      let nothing = try festvibes("run", "2026-02-01", "2026-02-04", "--only-missing")
      #expect(nothing.status == 0)
      #expect(nothing.output == "Nothing to run: each of the 4 dates was loaded before.\n")
    }

    @Test("runs what a stopped run has not done; while it runs it is watched and not retried")
    func stopped() throws {
      let site = try SourceSite.sample()
      defer { site.stop() }
      let arn = try stack.start(#"{"start_date": "2026-03-01", "end_date": "2026-04-09"}"#)
      let run = String(arn.split(separator: ":").last ?? "")
      while try stack.steps.listMapRuns(of: arn, deadline: stack.deadline).isEmpty {
        SystemTime().sleep(for: .milliseconds(50))
      }
      // Its dates wait for the site, however slowly the commands start.
      site.hold()
      let early = try festvibes("retry", run)
      #expect(early.status == 1)
      #expect(early.error.contains("is still running\n"))
      #expect(try next(early.error) == "watch \(run)")
      let stop = try festvibes("stop", run)
      #expect(stop.status == 0, "\(stop.error)")
      #expect(stop.output.contains("\(run) is stopped: "))
      #expect(try next(stop.output) == "retry \(run)")
      #expect(try festvibes("stop", run).output.hasPrefix("\(run) has already ended: stopped\n"))
      site.goOn()
      let watch = try festvibes("watch", run, "--json")
      #expect(watch.status == 1)
      let counts = try #require(try object(watch.output)["counts"] as? [String: Int])
      #expect(counts["items"] == 40 && counts["failed"] == 0)
      let left = (counts["aborted"] ?? 0) + (counts["not_tried"] ?? 0)
      #expect(left > 0 && counts["done"] == 40 - left)

      let retry = try festvibes("retry", run)
      #expect(retry.status == 0, "\(retry.error)\(retry.output.suffix(300))")
      #expect(retry.output.contains("\(left) of 40 dates of \(run): "))
      #expect(
        try stack.database.query(
          "select count(distinct item)::int from loads", deadline: stack.deadline)[0][0] as Int == 40)
    }

    @Test("of a run that Step Functions has lost runs what the ledger lacks, and leaves out what was loaded since")
    func lost() throws {
      let site = try SourceSite.sample()
      defer { site.stop() }
      let run = "cli-lost-\(UUID().uuidString)"
      let dates = "array['2026-02-02', '2026-02-04', '2026-02-06']"
      try stack.database.query(
        """
        insert into etl_runs (dataset, run, trigger, status, started_at, items, dates)
        values ('wwoz', $1, 'manual', 'running', now() - interval '1 hour', \(dates), \(dates)::date[])
        """, [.text(run)], deadline: stack.deadline)
      let watch = try festvibes("watch", run)
      #expect(watch.status == 1)
      #expect(watch.output.contains("By the ledger it was lost, 0 done, 0 failed, 3 not tried."), "\(watch.error)")
      #expect(try next(watch.output) == "retry \(run)")
      #expect(try festvibes("run", "2026-02-04", "--json").status == 0)
      let status = try festvibes("status", run).output
      #expect(status.contains("1 of the 3 items that \(run) did not do was loaded since: retry leaves it out.\n"))
      #expect(try next(status) == "retry \(run)")
      let retry = try festvibes("retry", run)
      #expect(retry.status == 0, "\(retry.error)\(retry.output.suffix(300))")
      #expect(
        retry.output.contains("2 of 3 dates of \(run): 2026-02-02, 2026-02-06 (2 not tried); 1 more loaded since"))
      #expect(try festvibes("retry", run).output.hasPrefix("Nothing to retry: the 3 items"))
      #expect(try festvibes("status", run).output.hasSuffix("the 3 items that \(run) did not do were loaded since.\n"))
    }

    @Test("of a run that nobody knows is an error that names the list of runs", arguments: ["retry", "stop", "watch"])
    func unknown(_ command: String) throws {
      let ran = try festvibes(command, "cli-typo")
      #expect(ran.status == 1)
      #expect(ran.error.hasPrefix("Error: there is no run 'cli-typo'\n"))
      #expect(try next(ran.error) == "status")
    }
  }
}
