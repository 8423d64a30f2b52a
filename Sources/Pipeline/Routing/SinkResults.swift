import Contracts

/// The fate of a document in the sinks of its dataset so far.
struct SinkResults {
  private(set) var reports: [LoadReport] = []
  private var loaded: [String] = []
  private var failed: [(sink: String, isInDatabase: Bool, error: PipelineError)] = []
  private var notTried: [String] = []

  /// Loads a document into one more sink, unless that cannot succeed, or would be counted in vain.
  /// - Parameters:
  ///   - name: the sink's name among those of its dataset.
  ///   - isOnly: true for the only sink of a dataset, whose error is the load's.
  mutating func add(
    _ sink: any Sink, named name: String, isOnly: Bool, _ load: () throws(PipelineError) -> LoadReport
  ) throws(PipelineError) {
    guard !failed.contains(where: { stops(sink, $0.isInDatabase, $0.error.name) }) else {
      notTried.append(name)
      return
    }
    do throws(PipelineError) {
      let report = try load()
      reports.append(report)
      loaded.append("\(name) (\(report.records.summary))")
    } catch {
      guard !isOnly else { throw error }
      failed.append((name, sink.isInDatabase, error))
    }
  }

  /// Returns true if a sink is not tried after the failure of another. The sinks of the database share it, and the rest of
  /// the time. After a failure elsewhere that a repetition may mend they wait for the repetition: it would find everything
  /// unchanged, and the ledger, which has only what a whole load has counted, would never know what was new.
  private func stops(_ sink: any Sink, _ isInDatabase: Bool, _ error: PipelineError.Name) -> Bool {
    if error == .databaseUnavailable { return true }
    guard sink.isInDatabase else { return false }
    return isInDatabase ? error == .deadlineExceeded : error.isRetryable
  }

  /// The error of the load; nil if no sink has failed. Of several it has the name of one that no repetition removes, if
  /// there is one.
  var error: PipelineError? {
    guard let first = failed.first(where: { !$0.error.name.isRetryable }) ?? failed.first else { return nil }
    let others = failed.count > 1
    var text = failed.map { failure in
      "the sink \(failure.sink) failed: " + (others ? "\(failure.error)" : failure.error.message)
    }.joined(separator: "; ")
    if !notTried.isEmpty { text += "; not tried: \(notTried.joined(separator: ", "))" }
    if !loaded.isEmpty {
      text += "; loaded: \(loaded.joined(separator: ", ")), where the same document changes nothing any more"
    }
    return PipelineError(first.error.name, text)
  }
}
