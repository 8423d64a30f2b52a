import Contracts
import FoundationEssentials
import LambdaRuntime
import RawStore
import Time
import WARC

/// The second function of a run: reads a day from the source, or from the archive of an earlier run, and keeps what it
/// found as one document.
public final class ScraperHandler {
  /// Kept back from the crawl, so that what was read can still be written; a quarter of the time when there is little.
  static let reserve = Duration.seconds(15)

  private let dataset = Dataset.wwoz
  private let crawl: WWOZCrawl
  private let settings: ScraperSettings
  private let source: any PageSource
  private let pages: PageStore?
  private let store: any ExtractStore
  private let archives: ArchivedDays
  private let zone: TimeZoneRules
  private let time: any TimeSource
  private let ids: RecordIDs

  /// - Parameter pages: what is shared with the other scrapers of a run; nil shares nothing.
  /// - Throws: `MarkupError`.
  public init(
    _ settings: ScraperSettings, source: any PageSource, pages: PageStore?, store: any ExtractStore,
    zone: TimeZoneRules, time: any TimeSource = SystemTime(),
    random: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) throws {
    crawl = try WWOZCrawl(site: settings.site)
    self.settings = settings
    self.source = source
    self.pages = pages
    self.store = store
    archives = ArchivedDays(store, of: settings.site)
    self.zone = zone
    self.time = time
    ids = RecordIDs(random)
  }

  /// - Throws: `PipelineError`.
  public func handle(_ request: ScrapeRequest, _ context: LambdaContext) throws -> FunctionResponse<ScrapeResponse> {
    let job = try request.job(
      requestID: context.requestID, now: time.now, requestsPerSecond: settings.requestsPerSecond)
    let key = RawKey(dataset: dataset.name, dataType: dataset.dataType, date: job.date, run: job.run)
    context.metrics.note("date", "\(job.date)")
    context.metrics.note("run", job.run)
    if let replay = request.replay {
      let (day, archive) = try archives.newest(of: replay.run, beside: key, context)
      count(day, context.metrics)
      return try keep(day, at: key, archive: archive, run: job.run, counts: nil, context)
    }
    let archive = key.archive(begun: time.now, request: context.requestID)
    let live = try livePages(of: job, archive: archive, context.log)
    // Also of a day that fails.
    defer { count(live.counts, context.metrics) }
    let day = try readDay(of: job, from: live, archive, context)
    count(day, context.metrics)
    try put(live.archive, at: archive, context)
    return try keep(day, at: key, archive: "\(archive)", run: job.run, counts: live.counts, context)
  }

  private func count(_ day: WWOZDay, _ metrics: Metrics) {
    metrics.count("ShowsFound", day.listing.shows.count)
    metrics.count("PagesFailed", day.failed.count)
  }

  private func count(_ pages: SharedPages.Counts, _ metrics: Metrics) {
    metrics.count("PagesFetched", pages.fetched)
    metrics.count("PagesValidated", pages.validated)
    metrics.count("PagesShared", pages.shared)
  }

  private func livePages(of job: ScrapeJob, archive: RawKey, _ log: Logger) throws(PipelineError) -> LivePages {
    let name = "\(archive)".split(separator: "/").last.map(String.init) ?? ""
    do {
      return LivePages(
        SharedPages(source, store: pages, job: job, ids: ids, time: time, log: log), of: settings.site,
        as: settings.userAgent, job: job,
        archive: try PageArchive(of: job, name: name, at: time.now, ids: ids))
    } catch {
      throw PipelineError(.storageUnavailable, "\(archive) cannot be begun: \(error)")
    }
  }

  /// Reads the day. What came is in the archive of a day that failed, too.
  private func readDay(
    of job: ScrapeJob, from live: LivePages, _ archive: RawKey, _ context: LambdaContext
  ) throws(PipelineError) -> WWOZDay {
    let left = context.deadline.remaining
    let deadline = Deadline(after: left - min(Self.reserve, left / 4), on: time)
    do { return try crawl.day(job.date, from: live, deadline: deadline) } catch {
      do throws(PipelineError) { try keepWhatCame(live.archive, at: archive, context) } catch let second {
        context.log.warn("the pages of a failed day are lost", ["date": "\(job.date)", "error": .text("\(second)")])
      }
      throw error
    }
  }

  private func keepWhatCame(_ archive: PageArchive, at key: RawKey, _ context: LambdaContext) throws(PipelineError) {
    guard archive.pageCount > 0 else { return }
    try put(archive, at: key, context)
    context.log.info(
      "pages of a failed day kept",
      ["date": "\(key.date)", "pages": .integer(archive.pageCount), "key": "\(key)"])
  }

  private func put(_ archive: PageArchive, at key: RawKey, _ context: LambdaContext) throws(PipelineError) {
    guard try store.put(archive.bytes, at: key, deadline: context.deadline) else {
      throw PipelineError(.storageUnavailable, "\(key), which is this request's alone, is there already")
    }
  }

  private func keep(
    _ day: WWOZDay, at key: RawKey, archive: String, run: String, counts: SharedPages.Counts?, _ context: LambdaContext
  ) throws -> FunctionResponse<ScrapeResponse> {
    let date = key.date
    for problem in day.listing.rejected + day.listing.remarks {
      context.log.warn("odd row", ["date": "\(date)", "reason": .text(problem.reason), "href": .text(problem.href)])
    }
    for page in day.failed { context.log.warn("page not read", ["url": .text(page.url), "error": .text(page.error)]) }

    let scrapeTime = RFC3339.string(day.listedAt, offset: zone.offset(at: day.listedAt))
    let records = day.records(of: dataset, zone: zone, scrapeTime: scrapeTime)
    var document = try ExtractDocument(day, of: dataset, records: records, archive: archive).encoded()
    var (day, archive) = (day, archive)
    if try !store.put(document, at: key, deadline: context.deadline) {
      // Another try of the run was faster. Its document may have been loaded by now: it is the answer of this one as well.
      document = try store.get("\(key)", deadline: context.deadline)
      archive = try ExtractDocument.archive(in: document, at: key)
      day = try archives.day(date, at: archive, deadline: context.deadline)
      context.log.info("another try has kept its document before", ["date": "\(date)", "key": "\(key)"])
    }
    let result = ScrapeResponse(
      day, key: key, url: store.url(of: "\(key)"), archive: archive, run: run, counts: counts)
    let pages = result.pages
    let origin =
      counts == nil
      ? "from the archive" : "\(pages.fetched) fetched, \(pages.validated) validated, \(pages.shared) shared"
    context.log.info(
      "\(date): \(records.count) shows, \(result.rejectedCount) rows rejected; \(pages.read) pages read, "
        + "\(pages.failed) failed (\(origin)); \(context.metrics.took)",
      ["bytes": .integer(document.count), "key": "\(key)", "archive": .text(archive)])
    return FunctionResponse(result)
  }
}
