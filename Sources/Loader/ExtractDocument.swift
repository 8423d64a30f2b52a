import FoundationEssentials
import Pipeline
import Time
import Warehouse

/// An extract document as it was read: `{"ingestion_result": {…}, "records": […], "rejected": […]}`, or the bare array of
/// system 000. A record that cannot be read costs itself alone.
struct ExtractDocument {
  /// In the order of the document: its records, then the rows of the listing that are none.
  let entries: [LoadDocument.Entry]
  /// The dataset that the document says it is of.
  let source: String?
  /// When the listing was read: the document's own time, else its latest record's.
  let listedAt: Date?
  /// Whether nothing of the listing was lost on the way here: documents without `rejected` only count what they lost.
  let isWholeListing: Bool
  private let recordCount: Int

  /// - Parameter key: where the document lies, for the error.
  /// - Throws: `StorageCorrupt` when it is no JSON, has no records, or is what a run left that failed.
  init(_ data: Data, key: String) throws(PipelineError) {
    let file: File
    do {
      file = try JSONDecoder().decode(File.self, from: data)
    } catch {
      throw PipelineError(.storageCorrupt, "\(key) is no extract document: it is no JSON, or has no list of records")
    }
    guard file.result?.success != false else {
      throw PipelineError(.storageCorrupt, "\(key) is the document of a run that failed: scrape the date again")
    }
    recordCount = file.records.count
    entries = file.records.map(\.entry) + file.rejected.map(\.entry)
    source = file.result?.source.flatMap { $0.isEmpty ? nil : $0 }
    listedAt = file.result?.timestamp.flatMap { RFC3339.parse($0)?.date } ?? entries.compactMap(\.scrapeTime).max()
    isWholeListing = (file.result?.recordsFailed ?? 0) <= file.rejected.count
  }

  /// - Throws: `InvalidInput` when records tell their date and none tells this one.
  func check(isOf date: CalendarDate, key: String) throws(PipelineError) {
    let dates = entries.compactMap { entry in
      if case .record(let record) = entry { CalendarDate(record.event.date) } else { nil }
    }
    guard let other = dates.first, !dates.contains(date) else { return }
    throw PipelineError(.invalidInput, "date is \(date), but the records of \(key) are of \(other)")
  }

  /// - Throws: `StorageCorrupt` when the listing or a page was read later than that: nothing that comes until then would
  ///   count.
  func check(isReadBy latest: Date, key: String) throws(PipelineError) {
    let pages = entries.lazy.flatMap(\.pageTimes).compactMap { RFC3339.parse($0)?.date }
    guard let late = ([listedAt].compactMap { $0 } + pages).first(where: { $0 > latest }) else { return }
    throw PipelineError(
      .storageCorrupt, "\(key) says that a page of it was read at \(RFC3339.utc(late)), which is still to come")
  }

  /// The JSON of the entries at the given positions, as it stands in the document that this was read from.
  func raw(at positions: [Int], in data: Data) -> [Int: String] {
    let document = RawRecords(data)
    let records = document.records(at: positions.filter { $0 < recordCount })
    let rows = document.records(at: positions.filter { $0 >= recordCount }.map { $0 - recordCount }, in: "rejected")
    return rows.reduce(into: records) { $0[$1.key + recordCount] = $1.value }
  }

  private struct File: Decodable {
    var result: IngestionResult?
    var records: [LenientRecord]
    var rejected: [RejectedRow] = []

    enum CodingKeys: String, CodingKey {
      case records, rejected
      case result = "ingestion_result"
    }

    init(from decoder: any Decoder) throws {
      if var list = try? decoder.unkeyedContainer() {
        records = []
        records.reserveCapacity(list.count ?? 0)
        while !list.isAtEnd { records.append(try list.decode(LenientRecord.self)) }
      } else {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        result = try container.decodeIfPresent(IngestionResult.self, forKey: .result)
        records = try container.decode([LenientRecord].self, forKey: .records)
        rejected = try container.decodeIfPresent([RejectedRow].self, forKey: .rejected) ?? []
      }
    }
  }

  private struct IngestionResult: Decodable {
    var success: Bool?
    var source: String?
    var recordsFailed: Int?
    var timestamp: String?

    enum CodingKeys: String, CodingKey {
      case success, source, timestamp
      case recordsFailed = "records_failed"
    }
  }
}

extension LoadDocument.Entry {
  fileprivate var scrapeTime: Date? {
    guard case .record(let record) = self else { return nil }
    return RFC3339.parse(record.scrapeTime)?.date
  }

  fileprivate var pageTimes: [String] {
    guard case .record(let record) = self, let times = record.origin?.pageTimes else { return [] }
    return [times.venue, times.event, times.artist].compactMap { $0 }
  }
}

/// A row that the scraper rejected. Whatever is wrong with what it tells of it, it counts as one.
private struct RejectedRow: Decodable {
  let entry: LoadDocument.Entry

  private enum CodingKeys: CodingKey { case reason, href }

  init(from decoder: any Decoder) throws {
    let container = try? decoder.container(keyedBy: CodingKeys.self)
    let reason = try? container?.decode(String.self, forKey: .reason)
    // A reason is stored as text, which holds no NUL.
    entry = .rejectedRow(
      reason: (reason ?? "no reason is given").replacing("\0", with: "\u{fffd}"),
      href: try? container?.decode(String.self, forKey: .href))
  }
}

/// A record, or why it is none. It is decoded once; what can be saved of a bad one is looked for only then.
private struct LenientRecord: Decodable {
  let entry: LoadDocument.Entry

  private enum RecordKeys: String, CodingKey { case event = "event_data" }
  private enum EventKeys: String, CodingKey { case href = "wwoz_event_href" }

  init(from decoder: any Decoder) throws {
    do {
      entry = .record(try EventRecord(from: decoder))
    } catch {
      // What is no JSON inside a text or a number is found only here, and is no DecodingError.
      let reason =
        (error as? DecodingError)?.reason(below: decoder.codingPath.count) ?? "a text or a number in it is malformed"
      let href = try? decoder.container(keyedBy: RecordKeys.self)
        .nestedContainer(keyedBy: EventKeys.self, forKey: .event).decode(String.self, forKey: .href)
      entry = .unreadable(reason: reason, href: href)
    }
  }
}

extension DecodingError {
  /// Which field of a record is wrong and how, without the value that stands there.
  /// - Parameter depth: the length of the path to the record.
  fileprivate func reason(below depth: Int) -> String {
    func place(_ context: Context, _ last: [any CodingKey] = []) -> String {
      let path = (context.codingPath.dropFirst(depth) + last).map {
        $0.intValue.map { "[\($0)]" } ?? $0.stringValue
      }
      return path.isEmpty ? "the record" : path.joined(separator: ".")
    }
    switch self {
    case .keyNotFound(let key, let context): return "\(place(context, [key])) is missing"
    case .valueNotFound(_, let context): return "\(place(context)) is null"
    case .typeMismatch(let type, let context):
      return
        "\(place(context)) is no \(type == String.self ? "text" : type == Bool.self ? "boolean" : "object or list")"
    case .dataCorrupted(let context): return "\(place(context)) is malformed"
    @unknown default: return "it has an unexpected shape"
    }
  }
}
