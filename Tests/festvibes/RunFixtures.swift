import AWS
import Contracts
import Foundation

@testable import festvibes

let start = Date(timeIntervalSince1970: 1_717_182_000)

func makeProgress(
  _ items: [ItemProgress], status: ExecutionStatus = .running, failure: RunFailure? = nil, endedAfter: Double? = nil
) -> RunProgress {
  RunProgress(
    name: "cli-1", status: status, startedAt: start, endedAt: endedAfter.map { start + $0 }, failure: failure,
    items: items)
}

func makeItem(_ day: Int, _ state: ItemProgress.State, from begin: Double = 0, to end: Double? = nil) -> ItemProgress {
  ItemProgress(
    item: "2024-05-\(day < 10 ? "0" : "")\(day)", state: state, startedAt: state == .waiting ? nil : start + begin,
    endedAt: end.map { start + $0 })
}

func makeOutcome(
  found: Int = 7, new: Int = 0, rejected: Int = 0, cancelled: Int = 0, pagesFailed: Int = 0, notice: String? = nil
) -> ItemOutcome {
  ItemOutcome(
    found: found, new: new, unchanged: found - new - rejected, rejected: rejected, cancelled: cancelled,
    cached: found - rejected,
    pagesFailed: pagesFailed, notice: notice)
}

extension ItemProgress.State {
  static func failed(_ name: String, _ message: String = "no frame", in stage: Stage? = .scrape) -> Self {
    .failed(RunFailure(name: name, message: message), in: stage.map(FailureLocation.stage))
  }
}
