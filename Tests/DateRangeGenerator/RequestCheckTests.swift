import Contracts
import Foundation
import LambdaRuntime
import TestSupport
import Testing
import Time

@testable import DateRangeGeneratorFunction

@Suite("The check of a request before its run begins")
struct RequestCheckTests {
  private let time = ManualTime()

  /// Checks a request, and returns the error; and what the handler says to the same request.
  private func errors(_ request: String) throws -> (check: PipelineError?, handle: PipelineError?, dates: Double?) {
    let handler = DateRangeGeneratorHandler(
      definition: { (id, job) throws(PipelineError) in
        guard id != "broken" else { throw PipelineError(.configurationInvalid, "broken/dataset.yaml is malformed") }
        return (try RepositoryDatasets.dataset(id), .dates, false)
      },
      jobs: { () throws(PipelineError) in [("wwoz", ["hourly"])] }, time: time)
    let metrics = Metrics(time: time)
    let context = LambdaContext(
      requestID: "r", deadline: .none(on: time), log: Logger(environment: [:], time: time) { _ in }, metrics: metrics)
    let request = try JSONDecoder().decode(RunRequest.self, from: Data(request.utf8))
    func error(_ body: () throws -> Void) -> PipelineError? {
      do { try body() } catch { return error as? PipelineError }
      return nil
    }
    let check = error { try handler.check(request, context) }
    let dates = metrics.values["Dates"]
    return (check, error { _ = try handler.handle(request, context) }, dates)
  }

  @Test(
    "refuses what the run would be refused for, and counts no date",
    arguments: [
      #"{"dataset": "unknown"}"#, #"{"dataset": "broken"}"#, #"{"dataset": "wwoz", "days_ahead": 400}"#,
      #"{"items": ["x"]}"#, #"{"job_type": "yearly"}"#,
    ])
  func refused(request: String) throws {
    let (check, handle, dates) = try errors(request)
    #expect(check != nil && check == handle && dates == nil)
  }

  @Test("accepts what the run accepts", arguments: [#"{"dataset": "wwoz"}"#, "{}", #"{"job_type": "hourly"}"#])
  func accepted(request: String) throws {
    let (check, handle, dates) = try errors(request)
    #expect(check == nil && handle == nil && dates == nil)
  }
}
