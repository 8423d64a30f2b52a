import Contracts
import EnricherFunction
import Enrichment

/// The enrichment of a run in this process, by the rules of the state machine: after the items and before the cache, in
/// parts, and never a reason for a run to fail.
struct RunEnrichment {
  /// The calls of a run. What they leave is for the next run: the cache waits.
  static let maximumCalls = 3

  let functions: any RunFunctions
  let calls: FunctionCalls
  let dataset: Dataset
  let run: String

  /// - Parameter remarks: gets the counts after each call, so that a run that is stopped in the next one has them, and the
  ///   error; nothing if this process does not enrich.
  /// - Throws: `RunStopped`.
  func enrich(_ remarks: inout EnrichmentRemarks) throws {
    do {
      for _ in 0..<Self.maximumCalls {
        let request = EnrichRequest(dataset: dataset.id, run: run, soFar: remarks.enrichment)
        guard let response = try calls.call(.enrich, { context in try functions.enrich(request, context) }),
          response.status != EnrichResponse.skipped
        else { break }
        remarks.enrichment = response.counts
        guard response.more else { break }
      }
    } catch let failure as CallFailure {
      remarks.enrichmentError = failure.line
    }
  }
}
