import Contracts
import JSON
import Routing

/// A record as a row of the table.
struct TableRow {
  /// The record's index in the document, over all its parts.
  let position: Int
  /// The values of the table's columns, in their order.
  let values: [ColumnValue]
  let hash: [UInt8]
  /// The record's place in the archive.
  let record: String?
  let key: [ColumnValue]
  /// The key, for comparisons within the document. Byte by byte: texts that look alike are equal for Swift, not for
  /// Postgres.
  let keyBytes: [UInt8]

  /// The key, for a person.
  var label: String { RowSet.label(key) }
}

/// The rows of a document, and the records that were rejected.
struct RowSet {
  private(set) var rows: [TableRow] = []
  private(set) var rejections: [LoadReport.Rejection] = []
  /// Records that repeat an earlier one.
  private(set) var duplicates = 0
  /// The keys of rejected records, as far as they could be read: their rows are not missing in the source.
  private(set) var rejectedKeys: [[ColumnValue]] = []
  /// True if every record's key is known, so that a stored row with another key has vanished.
  private(set) var isWhole: Bool

  /// The row of each key.
  private var indices: [KeyBytes: Int] = [:]

  /// A key as bytes, of which a hash is computed at once.
  private struct KeyBytes: Hashable {
    let bytes: [UInt8]

    func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
  }

  /// - Parameters:
  ///   - reader: reads the records.
  ///   - start: the position of the first record: the number of records and rejected rows in the parts before.
  init(_ document: SinkDocument, _ reader: RecordReader, from start: Int = 0) throws(PipelineError) {
    isWhole = document.isComplete
    rows.reserveCapacity(document.records.count)
    indices.reserveCapacity(document.records.count)
    var reader = reader
    for (index, record) in document.records.enumerated() {
      let position = start + index
      guard let record else {
        reject(position, "it is no JSON object", key: nil, values: nil)
        continue
      }
      let key = reader.key(of: record)
      do throws(ValueProblem) {
        try add(try reader.row(record, at: position, key))
      } catch {
        reject(position, error.text, key: key.map { Self.label($0) }, values: key)
      }
      if let failure = reader.failure { throw failure }
    }
    for (index, row) in document.rejected.enumerated() {
      let key = reader.key(of: row.key)
      reject(start + document.records.count + index, row.reason, key: row.key, values: key)
    }
  }

  /// The number of records and rejected rows.
  var found: Int { rows.count + duplicates + rejections.count }

  private mutating func add(_ row: TableRow) throws(ValueProblem) {
    let next = rows.count
    // Looked up once: if the key is new, the place of the row is stored at the same time.
    let first = indices[KeyBytes(bytes: row.keyBytes)].place(orNew: next)
    guard first < next else { return rows.append(row) }
    guard rows[first].hash == row.hash else {
      throw ValueProblem(text: Self.repetition(of: rows[first].position))
    }
    duplicates += 1
  }

  private static func repetition(of position: Int) -> String {
    "record \(position) of the document has the same key and other values"
  }

  /// Takes out the rows whose keys an earlier part of the document has.
  /// - Parameter earlier: the positions and hashes of the earlier rows, by the indices of rows here.
  mutating func remove(_ earlier: [Int: (position: Int, hash: [UInt8])]) {
    guard !earlier.isEmpty else { return }
    for (index, row) in rows.enumerated() {
      guard let first = earlier[index] else { continue }
      if first.hash == row.hash {
        duplicates += 1
      } else {
        reject(row.position, Self.repetition(of: first.position), key: row.label, values: row.key)
      }
    }
    rows = rows.enumerated().filter { earlier[$0.offset] == nil }.map(\.element)
    rejections.sort { $0.position < $1.position }
  }

  private mutating func reject(_ position: Int, _ reason: String, key: String?, values: [ColumnValue]?) {
    rejections.append(LoadReport.Rejection(position: position, reason: reason, key: key))
    if let values { rejectedKeys.append(values) } else { isWhole = false }
  }

  static func label(_ key: [ColumnValue]?) -> String { (key ?? []).map(\.shown).joined(separator: ", ") }
}

extension Int? {
  /// Returns the place, which is a new one if there is none.
  fileprivate mutating func place(orNew new: Int) -> Int {
    if let place = self { return place }
    self = new
    return new
  }
}
