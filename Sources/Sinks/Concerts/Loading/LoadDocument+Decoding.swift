import Contracts
import EventRecords
import FoundationEssentials
import Time

extension LoadDocument {
  /// Decodes an extract document, and checks that it is the target's.
  /// - Parameter latest: the latest time at which a page can have been read.
  /// - Throws: `StorageCorrupt` for a document that is malformed, of a failed scrape, or read in the future;
  ///   `InvalidInput` for one of another date.
  package init(_ data: Data, for target: LoadTarget, latest: Date) throws(PipelineError) {
    let key = target.key
    guard let date = target.item.date else {
      throw PipelineError(.invalidInput, "item \(target.item) has no date: concerts are loaded by date")
    }
    let extract = try ExtractDocument<EventRecord>(data, key: key)
    guard extract.result?.success != false else {
      throw PipelineError(.storageCorrupt, "\(key) is the document of a run that failed: scrape the date again")
    }
    let rows = extract.rejected.map { Entry.rejectedRow(reason: $0.reason, href: $0.href) }
    let entries = extract.records.map(Entry.init) + rows
    self.init(
      target, date: date, source: extract.result?.source.flatMap { $0.isEmpty ? nil : $0 },
      listedAt: extract.result?.timestamp.flatMap { RFC3339.parse($0)?.date } ?? entries.compactMap(\.scrapeTime).max(),
      entries: entries,
      // A document without `rejected` only counts the rows that it lost.
      isWholeListing: (extract.result?.recordsFailed ?? 0) <= rows.count,
      mayHaveNUL: data.mayDecodeToNUL,
      rawRecords: { RawRecords(data).entries(at: $0) })
    try checkDate()
    try checkTimes(latest: latest)
  }

  /// - Throws: `InvalidInput` if the records have dates, and none is the document's.
  private func checkDate() throws(PipelineError) {
    let dates = entries.compactMap { entry in
      if case .record(let record) = entry { CalendarDate(record.event.date) } else { nil }
    }
    guard let other = dates.first, !dates.contains(date) else { return }
    throw PipelineError(.invalidInput, "date is \(date), but the records of \(target.key) are of \(other)")
  }

  /// - Throws: `StorageCorrupt` if the listing or a page was read after `latest`: the document would supersede all others
  ///   that are read before that time.
  private func checkTimes(latest: Date) throws(PipelineError) {
    let pages = entries.lazy.flatMap(\.pageTimes).compactMap { RFC3339.parse($0)?.date }
    guard let late = ([listedAt].compactMap { $0 } + pages).first(where: { $0 > latest }) else { return }
    throw PipelineError(
      .storageCorrupt,
      "\(target.key) says that a page of it was read at \(RFC3339.utc(late)), which is in the future")
  }
}

extension LoadDocument.Entry {
  fileprivate init(_ entry: ExtractDocument<EventRecord>.Entry) {
    switch entry {
    case .record(let record): self = .record(record)
    case .unreadable(let reason, let key): self = .unreadable(reason: reason, href: key)
    }
  }

  fileprivate var scrapeTime: Date? {
    guard case .record(let record) = self else { return nil }
    return RFC3339.parse(record.scrapeTime)?.date
  }

  fileprivate var pageTimes: [String] {
    guard case .record(let record) = self, let times = record.origin?.pageTimes else { return [] }
    return [times.venue, times.event, times.artist].compactMap { $0 }
  }
}

extension Data {
  /// True if a text of this JSON document can contain a NUL character: the document has the escape `\u0000`, or a zero
  /// byte, which also every document in UTF-16 or UTF-32 has.
  fileprivate var mayDecodeToNUL: Bool {
    // An array, because reading `Data` byte by byte takes 4 ms for 180 KB and this takes 0.2 ms.
    let bytes = Array(self)
    let escape = #"\u0000"#.utf8
    return bytes.contains(0)
      || bytes.indices.contains { bytes[$0] == UInt8(ascii: "\\") && bytes[$0...].starts(with: escape) }
  }
}
