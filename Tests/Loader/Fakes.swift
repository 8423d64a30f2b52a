import Contracts
import Foundation
import Time

/// The datasets `d`, the default, and `other`.
enum FakeDatasets {
  static func find(_ id: String?) throws(PipelineError) -> Dataset {
    guard let id = id ?? Optional("d"), ["d", "other"].contains(id) else {
      throw PipelineError(.invalidInput, "unknown dataset")
    }
    return Dataset(id: id, dataType: "events", timeZone: "America/Chicago", extractor: "none", sinks: ["fake"])
  }
}

/// A sink that returns a given report, or fails.
final class FakeSink: Sink {
  var report = LoadReport(records: RecordCounts(), isInLedger: true)
  var error: PipelineError?
  private(set) var targets: [LoadTarget] = []

  func load(_ document: Data, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> LoadReport {
    targets.append(target)
    if let error { throw error }
    return report
  }

  func dryRun(_ document: Data, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> DryRun {
    throw PipelineError(.invalidInput, "not used")
  }
}

/// A ledger that keeps what it is given.
final class FakeLedger: RunLedger {
  private(set) var events: [(event: LedgerEvent, run: String, dataset: String)] = []
  private(set) var loads: [(report: LoadReport, document: Data, target: LoadTarget)] = []
  var runRecord: RunRecord?

  func record(
    _ event: LedgerEvent, ofRun run: String, in dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> RunRecord? {
    events.append((event, run, dataset.id))
    return runRecord
  }

  func recordLoad(
    _ report: LoadReport, of document: Data, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) {
    loads.append((report, document, target))
  }
}

/// Documents of earlier runs, in memory.
final class FakeUnloadedDocuments: UnloadedDocuments {
  var documents: [UnloadedDocument] = []
  private(set) var attempts: [String: Int] = [:]
  private(set) var ends: [AttemptEnd] = []

  func unloaded(
    in dataset: Dataset, besides run: String, deadline: Deadline
  ) throws(PipelineError) -> [UnloadedDocument] { documents.filter { $0.run != run } }

  func beginAttempt(
    _ document: UnloadedDocument, at key: String, of dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) -> SetAsideDocument? {
    attempts[key, default: 0] += 1
    return attempts[key, default: 0] > UnloadedDocument.maximumAttempts ? aside(key, nil) : nil
  }

  func endAttempt(at key: String, _ end: AttemptEnd, deadline: Deadline) throws(PipelineError) -> SetAsideDocument? {
    ends.append(end)
    guard case .failed(let error) = end, attempts[key] == UnloadedDocument.maximumAttempts else { return nil }
    return aside(key, error)
  }

  private func aside(_ key: String, _ error: PipelineError?) -> SetAsideDocument {
    SetAsideDocument(
      key: key, run: "r0", item: "all", attempts: UnloadedDocument.maximumAttempts, error: error?.name.rawValue,
      cause: error?.message, setAsideAt: Date())
  }
}
