import Contracts
import Foundation
import Ledger
import Loading
import Time

/// The questions of a process that runs a dataset itself to the ledger, over a connection of its own. Without a ledger nothing
/// is known of other processes and of earlier runs; the dataset's own lock, if it has one, keeps runs apart.
final class HostLedger {
  /// The cause of the end of a run whose process did not close it.
  static let killed = "its process ended before the run did"
  private static let patience = Duration.seconds(30)

  private let ledger: Ledger?
  private let dataset: Dataset
  private let time: any TimeSource
  private var deadline: Deadline { Deadline(after: Self.patience, on: time) }

  init(_ ledger: Ledger?, of dataset: Dataset, time: any TimeSource = SystemTime()) {
    self.ledger = ledger
    self.dataset = dataset
    self.time = time
  }

  /// Takes the right to run the dataset, or keeps it.
  /// - Returns: false if another process has it.
  func claim() throws(PipelineError) -> Bool { try ledger?.claimHost(of: dataset, deadline: deadline) ?? true }

  /// True if the ledger has a run.
  func has(_ run: String) throws(PipelineError) -> Bool {
    try ledger?.run(named: run, of: dataset, deadline: deadline) != nil
  }

  /// Returns the beginning of the last interval that was run.
  /// - Parameter limit: leaves out those that begin after it; nil for none.
  func lastInterval(prefix: String, upTo limit: Date? = nil) throws(PipelineError) -> Date? {
    let length = prefix.utf8.count + HostRunName.timeLength
    let last = limit.map { HostRunName.interval($0, prefix: prefix) }
    let run = try ledger?.lastRun(named: prefix, length: length, upTo: last, of: dataset, deadline: deadline)
    return run.flatMap { HostRunName.begin(of: $0, prefix: prefix) }
  }

  /// Returns the open runs of processes of this kind, each with its end. While this process has the right to run the
  /// dataset, the processes of all these runs have ended.
  func abandoned() throws(PipelineError) -> [(run: String, end: RunSettlement)] {
    guard let ledger else { return [] }
    var found: [(run: String, end: RunSettlement)] = []
    for name in try ledger.openRuns(named: HostRunName.prefixes, of: dataset, deadline: deadline) {
      guard let (record, items) = try ledger.run(named: name, of: dataset, deadline: deadline) else { continue }
      var end = RunSettlement(lost: RunStatus(record: record, items: items))
      if case .failed = end.end { end.end = .stopped(.aborted, note: Self.killed) }
      found.append((name, end))
    }
    return found
  }

  /// Writes which items of a run were stopped or not tried.
  func settle(_ settlement: RunSettlement, ofRun run: String) throws(PipelineError) {
    try ledger?.settle(settlement, ofRun: run, in: dataset, deadline: deadline)
  }
}
