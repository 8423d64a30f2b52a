import Contracts

/// The fate of a document in the sinks of its dataset so far.
struct SinkResults {
  private(set) var reports: [LoadReport] = []
  private var loaded: [String] = []
  private var failed: [(sink: String, error: PipelineError)] = []
  private var notTried: [String] = []

  /// Loads a document into one more sink, unless that cannot succeed: the sinks share the time and, mostly, the database.
  /// - Parameter isOnly: true for the only sink of a dataset, whose error is the load's.
  mutating func add(
    _ sink: any Sink, isOnly: Bool, _ load: () throws(PipelineError) -> LoadReport
  ) throws(PipelineError) {
    guard !failed.contains(where: { [.databaseUnavailable, .deadlineExceeded].contains($0.error.name) }) else {
      notTried.append(sink.name)
      return
    }
    do throws(PipelineError) {
      let report = try load()
      reports.append(report)
      loaded.append("\(sink.name) (\(report.records.summary))")
    } catch {
      guard !isOnly else { throw error }
      failed.append((sink.name, error))
    }
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
