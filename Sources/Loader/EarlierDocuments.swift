import Contracts
import FoundationEssentials
import LambdaRuntime
import RawStore
import Time

/// Loads the documents of earlier runs that were stopped after the scraper had stored them, or whose loads failed. Only for
/// datasets whose runs read what is new since the last load: a source may no longer have what such a document has. Any
/// other run reads everything again.
struct EarlierDocuments {
  let dataset: Dataset
  let run: String
  let ledger: any UnloadedDocuments
  let read: LoaderHandler.Reader
  let load: (Data, LoadTarget, Deadline) throws(PipelineError) -> LoadReport
  /// Ends before the invocation does, and before the lock.
  let deadline: Deadline
  let context: LambdaContext

  /// - Returns: the numbers of documents that were loaded, and that were set aside.
  /// - Throws: the error of a store that is away, or of the lock: it would stop the run's own loads as well.
  func loadAll() throws(PipelineError) -> (loaded: Int, setAside: Int) {
    var counts = (loaded: 0, setAside: 0)
    var isFirst = true
    for document in try ledger.unloaded(in: dataset, besides: run, deadline: context.deadline) {
      guard !deadline.hasPassed else {
        context.log.warn("no time is left for more documents of earlier runs: the next run loads them")
        break
      }
      let outcome = try load(document, hasAllTime: isFirst)
      isFirst = false
      switch outcome {
      case .loaded: counts.loaded += 1
      case .setAside: counts.setAside += 1
      case .none: continue
      }
    }
    return counts
  }

  private enum Outcome {
    case loaded
    case setAside
    case none
  }

  /// - Parameter hasAllTime: false if earlier documents have used a part of the time, so that there may be too little left.
  private func load(_ document: UnloadedDocument, hasAllTime: Bool) throws(PipelineError) -> Outcome {
    let key = RawKey(dataset: dataset, item: document.item, run: document.run, started: document.started).description
    if let aside = try ledger.beginAttempt(document, at: key, of: dataset, deadline: context.deadline) {
      return note(aside)
    }
    do throws(PipelineError) {
      guard let bytes = try read(key, deadline) else {
        _ = try end(key, .absent)
        return .none
      }
      let report = try load(
        bytes, LoadTarget(dataset: dataset, item: document.item, key: key, run: document.run), deadline)
      context.log.info(
        "\(document.item), which the run \(document.run) had read and not loaded: \(report.records.summary)",
        ["key": .text(key)])
      _ = try end(key, .loaded)
      return .loaded
    } catch {
      let isNotTried = error.name.isOfOthers || error.name == .deadlineExceeded && !hasAllTime
      if isNotTried { _ = try end(key, .notTried) }
      if error.name.stopsLoads { throw error }
      context.log.warn(
        "a document of an earlier run was not loaded: \(error.message)",
        ["key": .text(key), "error": .text(error.name.rawValue)])
      return isNotTried ? .none : try end(key, .failed(error)).map(note) ?? .none
    }
  }

  private func end(_ key: String, _ end: AttemptEnd) throws(PipelineError) -> SetAsideDocument? {
    try ledger.endAttempt(at: key, end, deadline: context.deadline)
  }

  private func note(_ aside: SetAsideDocument) -> Outcome {
    context.log.error(
      "a document of the run \(aside.run) is set aside: \(aside.attempts) loads of it failed, the last with "
        + "\(aside.reason). Nothing of it is loaded. `festvibes state \(dataset.id)` shows what to do",
      ["key": .text(aside.key), "item": .text(aside.item)])
    return .setAside
  }
}
