import Contracts
import FoundationEssentials

/// An item's document with the records that a filter accepts, and the way back to the places that they have in the whole
/// one. Rows that the scraper rejected are of no known kind: they stay, so that a sink that deletes what is missing knows
/// of them.
final class NarrowedDocument {
  /// The places of a part's entries.
  private struct Part {
    /// The indices of the accepted records.
    let kept: [Int32]
    let records: Int
    let rejected: Int
  }

  private let filter: RecordFilter
  private let key: String
  private var parts: [Part?]
  /// The document for the sink.
  private(set) var document: PartedDocument

  /// - Throws: `StorageCorrupt` for a document without a list of records, or with one that is no JSON.
  init(_ whole: PartedDocument, _ filter: RecordFilter, key: String) throws(PipelineError) {
    self.filter = filter
    self.key = key
    parts = Array(repeating: nil, count: whole.count)
    document = whole
    document = try whole.replacing { [unowned self] (index, bytes) throws(PipelineError) in
      try narrow(bytes, part: index)
    }
  }

  /// A part may be read several times, by a transaction that is tried again.
  private func narrow(_ bytes: Data, part: Int) throws(PipelineError) -> Data {
    let list = try RecordList(bytes, key: key)
    var kept: [Int32] = []
    for index in list.records.indices where try filter.accepts(list.record(index)) { kept.append(Int32(index)) }
    parts[part] = Part(kept: kept, records: list.records.count, rejected: list.rejected)
    return kept.count == list.records.count ? bytes : list.document(keeping: kept)
  }

  /// Returns a report on the narrowed document as one on the whole: with the positions that its records have there. The
  /// counts are those of the sink's own records, without the rows that the scraper rejected.
  func widened(_ report: LoadReport) -> LoadReport {
    var report = report
    var (positions, rows): ([Int: Int], Int) = ([:], 0)
    var (start, narrowStart) = (0, 0)
    for part in parts.compactMap(\.self) {
      let end = narrowStart + part.kept.count + part.rejected
      for position in report.rejections.map(\.position) where (narrowStart..<end).contains(position) {
        let index = position - narrowStart
        if index < part.kept.count {
          positions[position] = start + Int(part.kept[index])
        } else {
          positions[position] = start + part.records + index - part.kept.count
          rows += 1
        }
      }
      narrowStart = end
      start += part.records + part.rejected
    }
    report.rejections = report.rejections.map { rejection in
      .init(
        position: positions[rejection.position] ?? rejection.position, reason: rejection.reason, key: rejection.key)
    }
    report.rejected = Dictionary(
      report.rejected.map { (positions[$0] ?? $0, $1) }, uniquingKeysWith: { first, _ in first })
    report.records.found -= min(rows, report.records.rejected)
    report.records.rejected -= min(rows, report.records.rejected)
    return report
  }
}
