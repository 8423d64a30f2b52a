import Contracts
import FoundationEssentials
import LambdaRuntime
import Time

/// The checkpoints of datasets with `incremental`, and what is kept about the items of datasets of series.
extension LoaderHandler {
  /// Takes what a ledger event means for checkpoints: a failed item is noted, and the items of a run that begins get theirs
  /// from Postgres. From another store the scraper reads them itself.
  /// - Returns: the items with their checkpoints; nil if the run keeps its own.
  func takeCheckpoints(
    of request: LedgerRequest, in dataset: Dataset, _ context: LambdaContext
  ) throws(PipelineError) -> [WorkItem]? {
    guard let state = dataset.kept, let store = try checkpoints(dataset) else { return nil }
    switch request.event {
    case .opened(let opening) where dataset.state != nil && state.kind == .postgres:
      let names = opening.items.compactMap(dataset.checkpointName)
      let states = try store.states(of: names, deadline: context.deadline)
      return opening.items.map { item in
        var item = item
        item.checkpoint = dataset.checkpointName(of: item).flatMap { states[$0]?.checkpoint }
        return item
      }
    case .failed(let failure):
      guard let name = dataset.stateName(of: failure.item) else { return nil }
      do throws(PipelineError) {
        try store.update(name, deadline: context.deadline) { $0.fail(failure, run: request.run) }
      } catch {
        // The ledger has the failure. It may be that of the same state, which cannot be read.
        guard !error.name.isRetryable else { throw error }
        context.log.warn("the failure is not in the item's state: \(error)", ["item": .text(failure.item.id)])
      }
      return nil
    case .opened, .closed, .stopped: return nil
    }
  }
}
