import Contracts
import Definitions
import JSON
import Time

/// The records of an item that no entry of `load` takes. They are rejected: no record is lost without a word.
public struct UntakenRecords {
  /// The number of the item's records and rejected rows.
  private(set) var found = 0
  private(set) var rejections: [LoadReport.Rejection] = []
  /// The JSON of the records, by their positions.
  private(set) var rejected: [Int: String] = [:]

  /// - Throws: `StorageCorrupt` for a document that is none; `SourceChanged` for one in parts with more such records than go
  ///   into quarantine; the errors of the reader of parts.
  init(
    _ document: PartedDocument, _ filters: [RecordFilter], key: String, deadline: Deadline
  ) throws(PipelineError) {
    for index in 0..<document.count {
      let bytes = try document.part(index, deadline: deadline)
      let list = try RecordList(bytes, key: key)
      var positions: [Int] = []
      for position in list.records.indices {
        guard let reason = Self.reason(try list.record(position), filters) else { continue }
        positions.append(position)
        rejections.append(LoadReport.Rejection(position: found + position, reason: reason, key: nil))
      }
      if !positions.isEmpty {
        for (position, text) in RawRecords(bytes).entries(at: positions) { rejected[found + position] = text }
      }
      found += list.records.count + list.rejected
      guard document.count > 1, rejections.count > Limits.maximumItemRejections else { continue }
      throw PipelineError(
        .sourceChanged,
        "more than \(Limits.maximumItemRejections) records of \(key) are for no entry of load. The first: "
          + "\(rejections[0].reason). Nothing was changed: see the key where of the entries")
    }
  }

  private static func reason(_ record: JSONValue, _ filters: [RecordFilter]) -> String? {
    guard !filters.contains(where: { $0.accepts(record) }) else { return nil }
    return "no entry of load takes it: \(RecordFilter.values(of: record, in: filters))"
  }

  /// Looks at records that are not in a document.
  /// - Parameter sections: the entries of `load` that are asked: not those that are left out, or keep no records.
  /// - Returns: a sentence for each kind of record that none of them takes.
  public static func problems(of records: [JSONValue], in sections: [Section]) -> [String] {
    let filters = sections.compactMap { RecordFilter($0) }
    guard !filters.isEmpty, filters.count == sections.count else { return [] }
    var counts: [String: Int] = [:]
    for record in records {
      if let reason = reason(record, filters) { counts[reason, default: 0] += 1 }
    }
    return counts.sorted { $0.key < $1.key }.map { reason, count in
      "\(count) \(count == 1 ? "record is" : "records are") rejected by a load: \(reason)"
    }
  }
}
