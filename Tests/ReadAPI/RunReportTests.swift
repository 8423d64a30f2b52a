import APIRouting
import Contracts
import Foundation
import JSON
import LambdaRuntime
import Synchronization
import Testing
import Time

@testable import ReadAPIFunction

extension RunReports {
  /// Reports that nobody asks for.
  static var none: RunReports {
    RunReports(bucket: "bucket") { _ in
      throw PipelineError(.invalidInput, "no report is expected")
    } store: { (_, _, _) throws(PipelineError) in
      throw PipelineError(.invalidInput, "no report is expected")
    }
  }
}

@Suite("The report of a run")
struct RunReportTests {
  private final class Stored {
    var objects: [(page: String, key: String)] = []
  }

  private func response(
    to event: String, into stored: Stored = Stored(), failing error: PipelineError? = nil
  ) throws -> JSONValue {
    let reports = RunReports(bucket: "data") { _ in
      Data("<p>".utf8)
    } store: { (page, key, _) throws(PipelineError) in
      if let error { throw error }
      stored.objects.append((String(decoding: page, as: UTF8.self), key))
    }
    let handler = ReadAPIHandler(reports: reports) { makeID, log in Router([], RouterSettings(makeID: makeID, log: log))
    }
    let context = LambdaContext(
      requestID: "lambda-1", deadline: .none(on: SystemTime()), log: Logger(environment: [:]) { _ in })
    let response = try handler.handle(JSONDecoder().decode(ReadAPIEvent.self, from: Data(event.utf8)), context)
    return try JSONValue(parsing: String(decoding: JSONEncoder().encode(response), as: UTF8.self))
  }

  private func event(dataset: String = "wwoz", run: String = "cli-1", startedAt: String = "2026-11-28T23:59:59.250Z")
    -> String
  {
    #"{"report":{"dataset":"\#(dataset)","run":"\#(run)","started_at":"\#(startedAt)"}}"#
  }

  @Test("The page is stored by dataset, day of the start in UTC, and run; the response names its place")
  func stored() throws {
    let stored = Stored()
    let key = "reports/wwoz/2026/11/28/cli-1.html"
    #expect(
      try response(to: event(), into: stored) == [
        "statusCode": 200, "headers": ["Content-Type": "application/json"],
        "body": ["status": "success", "key": .string(key), "uri": .string("s3://data/\(key)")],
      ])
    #expect(stored.objects.map(\.key) == [key] && stored.objects.map(\.page) == ["<p>"])
    _ = try response(to: event(startedAt: "2026-11-28T23:30:00-05:00"), into: stored)
    #expect(stored.objects.last?.key == "reports/wwoz/2026/11/29/cli-1.html")
  }

  @Test(
    "Names that would leave the folder of reports are refused, and nothing is stored",
    arguments: [
      ("../x", "cli-1", "2026-11-28T00:00:00Z"), ("wwoz", "a/b", "2026-11-28T00:00:00Z"),
      ("", "r", "2026-11-28T00:00:00Z"),
      ("..", "r", "2026-11-28T00:00:00Z"), ("wwoz", "", "2026-11-28T00:00:00Z"), ("wwoz", "r", "yesterday"),
    ])
  func refused(_ dataset: String, _ run: String, _ startedAt: String) {
    let stored = Stored()
    let error = #expect(throws: PipelineError.self) {
      try response(to: event(dataset: dataset, run: run, startedAt: startedAt), into: stored)
    }
    #expect(error?.name == .invalidInput && stored.objects.isEmpty)
  }

  @Test("The page's queries end early enough for S3", arguments: [(8, 4), (60, 10), (2, 1)])
  func time(left: Int, queries: Int) throws {
    let times = Mutex<[Duration]>([])
    let reports = RunReports(bucket: "data") { deadline in
      times.withLock { $0.append(deadline.remaining) }
      return Data()
    } store: { (_, _, deadline) throws(PipelineError) in
      times.withLock { $0.append(deadline.remaining) }
    }
    _ = try reports.write(
      ReportRequest(dataset: "wwoz", run: "cli-1", startedAt: "2026-11-28T00:00:00Z"),
      deadline: Deadline(after: .seconds(left), on: SystemTime()))
    let found = times.withLock { $0 }
    #expect(found.count == 2)
    #expect(found[0] <= .seconds(queries) && found[0] > .seconds(queries) - .milliseconds(900))
    #expect(found[1] > .seconds(left) - .seconds(1))
  }

  @Test("A failure of S3 is the function's, by its name")
  func failure() {
    let error = #expect(throws: PipelineError.self) {
      try response(to: event(), failing: PipelineError(.storageUnavailable, "S3 is down"))
    }
    #expect(error?.name == .storageUnavailable)
  }
}
