import FoundationEssentials
import Time

/// EventBridge's event of an execution that was stopped or timed out, as the rule of the deployment delivers it. Fields
/// that are not used here are not checked, because AWS adds to them.
///
///     {"source": "aws.states", "detail-type": "Step Functions Execution Status Change",
///       "detail": {"name": "nightly-1", "status": "TIMED_OUT", "startDate": 1717142400000, "stopDate": 1717164000000,
///                  "input": "{\"trigger\": \"schedule\"}", "error": null, "cause": null}}
///
/// `input` is missing if it is too large for an event; the run is then one of the default dataset.
struct ExecutionEvent: Decodable {
  private struct Detail: Decodable {
    let name: String
    let status: String
    let startDate: Double
    let stopDate: Double?
    let input: String?
    let error: String?
    let cause: String?
  }

  private enum CodingKeys: String, CodingKey {
    case source, detail
  }

  static let source = "aws.states"
  private static let maximumNoteLength = 2000

  /// The ledger event; nil for an execution that was no run of a dataset, of which the ledger has nothing.
  let request: LedgerRequest?
  let run: String

  /// - Throws: `InvalidInput`, `DecodingError`.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard try container.decode(String.self, forKey: .source) == Self.source else {
      throw PipelineError(.invalidInput, "source must be \(Self.source): the loader knows no other events")
    }
    let detail = try container.decode(Detail.self, forKey: .detail)
    let reason: RunStop.Reason
    switch detail.status {
    case "TIMED_OUT": reason = .timedOut
    case "ABORTED": reason = .aborted
    default:
      throw PipelineError(.invalidInput, "detail.status must be TIMED_OUT or ABORTED: other runs close themselves")
    }
    try RunName.check(detail.name)
    guard let stopDate = detail.stopDate, detail.startDate <= stopDate else {
      throw PipelineError(.invalidInput, "detail.stopDate is missing, or before detail.startDate")
    }
    run = detail.name
    let input =
      detail.input.flatMap { try? JSONDecoder().decode(ExecutionInput.self, from: Data($0.utf8)) } ?? ExecutionInput()
    guard input.isRun else {
      request = nil
      return
    }
    let note = [detail.error, detail.cause].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
    request = LedgerRequest(
      dataset: input.dataset, run: detail.name,
      event: .stopped(
        RunStop(
          trigger: input.trigger,
          startedAt: Date(timeIntervalSince1970: detail.startDate / 1000),
          endedAt: Date(timeIntervalSince1970: stopDate / 1000), reason: reason,
          note: note.isEmpty ? nil : String(note.prefix(Self.maximumNoteLength)).replacing("\0", with: "\u{fffd}"))))
  }
}
