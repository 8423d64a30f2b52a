import Contracts
import Enrichment
import FunctionSupport
import LambdaRuntime
import Time

/// The optional function of a run: finds the coordinates of venues, embeds texts, and links artists and venues with
/// those of other sources, of those that changed. It works in small transactions of its own. A call that is killed, or
/// fails, is repeated by the next one.
public struct EnricherHandler {
  /// Embeds what changed.
  public typealias Embedding = (Deadline) throws(PipelineError) -> EmbeddingReport
  /// Compares what changed with other sources.
  public typealias Linking = (Deadline) throws(PipelineError) -> LinkingReport

  private let dataset: (_ id: String?) throws(PipelineError) -> Dataset
  private let isEnriched: (Dataset) -> Bool
  private let locator: (any VenueLocating)?
  private let embed: Embedding
  private let link: Linking

  /// - Parameters:
  ///   - dataset: returns the dataset with an id, or the default one.
  ///   - isEnriched: true for a dataset whose tables are enriched. For any other, no store is opened.
  ///   - locator: finds coordinates; nil if that is switched off.
  public init(
    dataset: @escaping (_ id: String?) throws(PipelineError) -> Dataset, isEnriched: @escaping (Dataset) -> Bool,
    locator: (any VenueLocating)?, embed: @escaping Embedding, link: @escaping Linking
  ) {
    self.dataset = dataset
    self.isEnriched = isEnriched
    self.locator = locator
    self.embed = embed
    self.link = link
  }

  /// - Throws: `InvalidInput` for an unknown dataset, and the errors of the database and of the model. A geocoder that
  ///   is down, or has no time, does not stop the embedding: its error is a note.
  public func handle(
    _ request: EnrichRequest, _ context: LambdaContext
  ) throws -> FunctionResponse<EnrichResponse> {
    if let run = request.run { context.metrics.note("run", run) }
    let dataset = try dataset(request.dataset)
    context.metrics.note(dataset)
    guard isEnriched(dataset) else {
      let response = EnrichResponse(skipped: dataset.id)
      context.log.info(response.message)
      return FunctionResponse(response)
    }
    var counts = request.soFar ?? EnrichmentCounts()
    counts.more = false
    try locate(context, &counts)
    let report = try embed(context.deadline)
    counts.add(report)
    context.metrics.count(.embeddedRows, report.rows.values.reduce(0, +))
    // Last, since it compares coordinates, and since it takes a fraction of the others' time.
    counts.add(try link(context.deadline))
    let response = EnrichResponse(counts, dataset: dataset.id)
    for note in counts.notes { context.log.warn(note) }
    context.log.info("\(response.message); \(context.metrics.took)")
    return FunctionResponse(response)
  }

  /// Geocoding may take half of the time, so that a slow provider leaves time for the embedding.
  private func locate(_ context: LambdaContext, _ counts: inout EnrichmentCounts) throws(PipelineError) {
    guard let locator else { return }
    let half = context.deadline.limited(to: context.deadline.remaining / 2)
    do {
      let report = try locator.locateVenues(deadline: half)
      counts.add(report)
      context.metrics.count(.geocoderLookups, report.counts.lookedUp)
      context.metrics.count(.geocoderMisses, report.counts.missed)
      context.metrics.count(.geocoderFailures, report.counts.failed)
    } catch {
      guard Self.errorsOfProvider.contains(error.name) else { throw error }
      context.metrics.count(.geocoderFailures, 1)
      counts.note("venues are not geocoded: \(error)")
    }
  }

  /// Errors that the embedding may not have.
  private static let errorsOfProvider: Set<PipelineError.Name> = [
    .sourceUnavailable, .sourceThrottled, .sourceRefused, .sourceChanged,
    // Of the half: a load may hold the lock for long.
    .deadlineExceeded,
  ]
}
