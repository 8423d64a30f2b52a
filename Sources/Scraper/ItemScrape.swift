import Contracts
import Fetching
import FoundationEssentials
import FunctionSupport
import LambdaRuntime
import RawStore
import Time

/// One invocation of the scraper: one attempt at one work item.
struct ItemScrape<Plugin: Extractor> {
  /// The time kept for writing what was read; a quarter of the time if less is left.
  private static var reserve: Duration { .seconds(15) }

  /// The time that a report of the progress may take.
  private static var progressLimit: Duration { .seconds(1) }

  let item: WorkItem
  let job: ScrapeJob
  let dataset: ScrapedDataset
  let extractor: Plugin
  let store: any ExtractStore
  /// Writes the progress for a person who watches the run; nil for another run.
  let report: ScraperHandler.ProgressReport?
  let time: any TimeSource
  let writer: RecordWriter
  let context: LambdaContext

  private var key: RawKey { RawKey(dataset: dataset.dataset, item: item, run: job.run, started: job.started) }
  private var archives: ArchiveReplay<Plugin> {
    ArchiveReplay(store: store, extractor: extractor, redactor: dataset.redactor)
  }

  /// - Throws: `PipelineError`.
  func run(replaying replay: ScrapeRequest.Replay?) throws -> ScrapeResponse {
    let begun = time.now
    if let replay {
      let replayed = try archives.newest(of: replay.run, beside: key, context) { archive, place in
        let request = place == 0 ? context.requestID : "\(context.requestID)-\(place + 1)"
        return makeWriter(archive, key.archive(begun: begun, request: request))
      } receiving: { (batch, writer) throws(PipelineError) in
        try writer.add(counted(batch))
      }
      return try keep(
        counted(replayed.extract), replayed.writer, archive: replayed.archive, counts: nil,
        notice: replayed.notice ?? replayed.extract.notice)
    }
    let archive = key.archive(begun: begun, request: context.requestID)
    let writer = makeWriter("\(archive)", archive)
    let (extract, counts, notice) = try scrape(archivedAt: archive, into: writer)
    return try keep(extract, writer, archive: "\(archive)", counts: counts, notice: notice)
  }

  /// Makes the writer of documents.
  /// - Parameters:
  ///   - archive: the key of the archive that the records are from.
  ///   - attempt: that of this attempt.
  private func makeWriter(_ archive: String, _ attempt: RawKey) -> PartWriter<Plugin.Record> {
    PartWriter(
      dataset.dataset, key: key, attempt: attempt, archive: archive, store: store, redactor: dataset.redactor,
      deadline: context.deadline)
  }

  /// Extracts the item from the source, and stores its archive. The pages leave memory before the document is encoded.
  private func scrape(
    archivedAt archive: RawKey, into writer: PartWriter<Plugin.Record>
  ) throws -> (extract: Extract<Plugin.Record>, counts: SharedPages.Counts, notice: String?) {
    let pages = try livePages(archive)
    pages.storeSegment = { (number, bytes, _) throws(PipelineError) in try put(bytes, at: archive.segment(number)) }
    if let report {
      pages.progress = PageProgress(time: time) { [item, job, context, time] progress in
        let limit = Deadline(after: min(Self.progressLimit, context.deadline.remaining / 4), on: time)
        try report(progress, job.run, item, limit)
      }
    }
    // Pages of an item that fails are counted, too.
    defer { count(pages.counts) }
    let extract = try counted(extract(from: pages, archive, into: writer))
    if !pages.hasStoredArchive { try put(pages.archive, at: archive) }
    return (extract, pages.counts, pages.delayNotice ?? Self.failureNotice(extract) ?? extract.notice)
  }

  /// A sentence about an item most of whose pages could not be read, although its listing could; nil for any other.
  static func failureNotice(_ extract: Extract<Plugin.Record>) -> String? {
    let (failed, all) = (extract.failedPages.count, extract.failedPages.count + extract.pagesRead)
    guard failed >= 3, failed * 2 > all, let first = extract.failedPages.first else { return nil }
    return "\(failed) of \(all) pages could not be read, and what was known of them is kept: "
      + (first.error.count > 120 ? "\(first.error.prefix(119))…" : first.error)
  }

  private func livePages(_ archive: RawKey) throws(PipelineError) -> LivePages {
    let name = "\(archive)".split(separator: "/").last.map(String.init) ?? ""
    let policy = extractor.policy
    let (log, item) = (context.log, item)
    do {
      return LivePages(
        SharedPages(
          dataset.source, store: dataset.pages, policy: policy, job: job, writer: writer, time: time,
          warn: { log.warn($0, item: item.id) }),
        policy: policy, job: job,
        archive: try PageArchive(of: job, policy: policy, name: name, at: time.now, writer: writer))
    } catch {
      throw PipelineError(.storageUnavailable, "\(archive) cannot be begun: \(error)")
    }
  }

  /// Extracts the item. If that fails, the pages that were read are still archived.
  private func extract(
    from pages: LivePages, _ archive: RawKey, into writer: PartWriter<Plugin.Record>
  ) throws(PipelineError) -> Extract<Plugin.Record> {
    let left = context.deadline.remaining
    let deadline = Deadline(after: left - min(Self.reserve, left / 4), on: time)
    do throws(PipelineError) {
      return try extractor.extract(item, via: pages, deadline: deadline) { (batch) throws(PipelineError) in
        try writer.add(counted(batch))
      }
    } catch {
      do throws(PipelineError) {
        if !pages.hasStoredArchive { try keepPages(of: pages.archive, at: archive) }
      } catch let second {
        context.log.warn("the pages of a failed item are lost", ["item": .text(item.id), "error": .text("\(second)")])
      }
      throw error.redacted(by: dataset.redactor)
    }
  }

  private func keepPages(of archive: PageArchive, at key: RawKey) throws(PipelineError) {
    guard archive.pageCount > 0 else { return }
    try put(archive, at: key)
    context.log.info(
      "pages of a failed item archived",
      ["item": .text(item.id), "pages": .integer(archive.pageCount), "key": "\(key)"])
  }

  private func put(_ archive: PageArchive, at key: RawKey) throws(PipelineError) {
    guard try store.put(archive.bytes, at: key, deadline: context.deadline) else {
      throw PipelineError(.storageUnavailable, "\(key), which belongs to this request alone, exists already")
    }
  }

  /// Stores the document, or the first one of several, with which the others count.
  private func keep(
    _ extract: Extract<Plugin.Record>, _ writer: PartWriter<Plugin.Record>, archive: String,
    counts: SharedPages.Counts?, notice: String? = nil
  ) throws -> ScrapeResponse {
    log(extract.rejected, extract.warnings, extract.failedPages)
    var document = try document(of: extract, writer, archive: archive)
    var (stored, archive) = (extract, archive)
    var totals = (records: extract.records.count, rejected: extract.rejected.count)
    if writer.isUsed {
      totals = (writer.records, writer.rejected)
      (stored.rejected, stored.warnings) = (writer.listedRejections, writer.listedWarnings)
    }
    if try !store.put(document, at: key, deadline: context.deadline) {
      // Another attempt of the run was faster. Its document may have been loaded already, so this attempt returns it too.
      document = try store.get("\(key)", deadline: context.deadline)
      archive = try archiveKey(in: document)
      if let parts = try DocumentParts(of: document, key: "\(key)") {
        try archives.check(item, at: archive, deadline: context.deadline)
        totals = (parts.records ?? 0, parts.rejected ?? 0)
      } else {
        stored = try archives.extract(item, at: archive, deadline: context.deadline).redacted(by: dataset.redactor)
        totals = (stored.records.count, stored.rejected.count)
      }
      context.log.info(
        "another attempt has stored its document before", ["item": .text(item.id), "key": "\(key)"])
    }
    let pages = ScrapeResponse.Pages(
      read: stored.pagesRead, failed: stored.failedPages.count, fetched: counts?.fetched ?? 0,
      validated: counts?.validated ?? 0, shared: counts?.shared ?? 0)
    let origin =
      counts == nil
      ? "from the archive" : "\(pages.fetched) fetched, \(pages.validated) validated, \(pages.shared) shared"
    context.log.info(
      "\(item): \(totals.records) records, \(totals.rejected) rows rejected; \(pages.read) pages read, "
        + "\(pages.failed) failed (\(origin)); \(context.metrics.took)",
      ["bytes": .integer(document.count), "key": "\(key)", "archive": .text(archive)])
    return ScrapeResponse(
      stored, totals: totals, dataset: dataset.dataset.id, item: item, key: "\(key)", url: store.url(of: "\(key)"),
      archive: archive,
      run: job.run, pages: pages, notice: notice)
  }

  /// Returns the document: of most items the only one.
  private func document(
    of extract: Extract<Plugin.Record>, _ writer: PartWriter<Plugin.Record>, archive: String
  ) throws -> Data {
    let rows = extract.records.count + extract.rejected.count
    if !writer.isUsed, rows <= Limits.maximumRecords {
      let document = dataset.redactor.document(try extract.document(of: dataset.dataset, archive: archive))
      if document.count <= Limits.maximumDocumentBytes { return document }
      guard Plugin.Record.isDivisible else {
        throw PipelineError(
          .sourceChanged,
          "the document of \(item) has \(document.count) bytes, more than the \(Limits.maximumDocumentBytes) that a loader "
            + "accepts. Nothing was stored but the pages, in \(archive): see which of them are so long")
      }
    }
    guard Plugin.Record.isDivisible else {
      throw PipelineError(
        .sourceChanged,
        "the listing of \(item) has \(rows) rows, more than the \(Limits.maximumRecords) that a loader accepts. Nothing was "
          + "stored but the pages, in \(archive)")
    }
    return try writer.finish(extract)
  }

  /// Returns the key of the archive that a stored document names.
  private func archiveKey(in document: Data) throws(PipelineError) -> String {
    guard let archive = try? JSONDecoder().decode(DocumentHead.self, from: document).result.archive else {
      throw PipelineError(.storageCorrupt, "\(key) was not written by a scraper: it does not name an archive")
    }
    return archive
  }
}

/// The part of a stored document that says what it was made of.
private struct DocumentHead: Decodable {
  let result: IngestionResult

  enum CodingKeys: String, CodingKey { case result = "ingestion_result" }
}
