import Contracts
import Foundation
import Time

/// The stages of an item: the child execution of the state machine's Map.
struct ItemStages {
  /// A stage has failed after all retries.
  struct Failure: Error {
    let stage: Stage
    let reason: CallFailure
  }

  let functions: any RunFunctions
  let calls: FunctionCalls
  let run: String
  let request: RunRequest
  let dataset: Dataset
  let startedAt: Date

  /// - Parameter begin: called before each stage.
  /// - Throws: `Failure`, `RunStopped`.
  func process(_ item: WorkItem, begin: (Stage) -> Void) throws -> ItemOutcome {
    let scraped = try stage(.scrape, begin) {
      try calls.call(.scrape) { context in
        // A lone scraper has the source's rate for itself.
        try functions.scrape(
          ScrapeRequest(
            dataset: dataset.id, item: item, run: run, started: RFC3339.utc(roundingToMilliseconds: startedAt),
            sharing: 1, slot: 0, replay: request.replay), context)
      }
    }
    let loaded = try stage(.load, begin) {
      let load = try loadRequest(item, scraped)
      return try calls.call(.load) { context in try functions.load(load, context) }
    }
    var cached = 0
    if item.isCached(from: request.cachedFrom) {
      cached = try stage(.cache, begin) {
        try calls.call(.cache) { context in
          try functions.cache(CacheRequest(dataset: dataset.id, item: item, run: run), context).eventCount
        }
      }
    }
    return ItemOutcome(scraped.body, loaded, cached: cached)
  }

  private func stage<Value>(_ stage: Stage, _ begin: (Stage) -> Void, _ work: () throws -> Value) throws -> Value {
    begin(stage)
    do { return try work() } catch let failure as CallFailure { throw Failure(stage: stage, reason: failure) }
  }

  private func loadRequest(
    _ item: WorkItem, _ scraped: FunctionResponse<ScrapeResponse>
  ) throws -> LoadRequest {
    var load = LoadRequest(
      dataset: dataset.id, item: item, s3Key: scraped.body.s3Key, run: run, allowShrink: request.allowShrink)
    // As the state machine passes it on. The loader takes the numbers of pages from it.
    load.extractorData = try JSONDecoder().decode(
      LoadRequest.ExtractorData.self, from: JSONEncoder().encode(scraped))
    return load
  }
}

extension WorkItem {
  /// True if the item is cached in a run that leaves out days before one.
  func isCached(from first: String?) -> Bool {
    guard let first, let date else { return true }
    return "\(date)" >= first
  }
}

extension ItemOutcome {
  /// The result of an item, as the state machine makes it.
  fileprivate init(_ scraped: ScrapeResponse, _ loaded: LoadResponse, cached: Int) {
    let records = loaded.records
    let texts = [scraped.notice, loaded.notice].compactMap(\.self).filter { !$0.isEmpty }
    let notice = texts.count == 2 && texts[0] == texts[1] ? texts[0] : texts.joined(separator: "; ")
    self.init(
      found: records.found, new: records.new, changed: records.changed, unchanged: records.unchanged,
      rejected: records.rejected, cancelled: records.cancelled ?? 0, cached: cached,
      pagesFailed: scraped.pages.failed, pagesRead: scraped.pages.read,
      superseded: loaded.status == "superseded" ? 1 : 0,
      notice: notice.isEmpty ? nil : TextWidth.cleaned(String(notice.prefix(200))))
  }
}
