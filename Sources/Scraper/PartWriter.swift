import Contracts
import Fetching
import FoundationEssentials
import RawStore
import Time

/// Writes an item's records as documents, each as soon as it is full, so that memory holds two of them at most: the first
/// one, which is written last, and the current one.
final class PartWriter<Record: DocumentRecord> {
  /// Records that are encoded at once.
  private static var slice: Int { 500 }
  /// Bytes of a document beside its records: its head with the keys of all parts.
  private static var spare: Int { 512 << 10 }

  private let dataset: Dataset
  private let item: WorkItem
  /// The key of the first document.
  private let key: RawKey
  /// The key of the attempt's archive, of which those of the other documents are made.
  private let attempt: RawKey
  /// The key of the archive that the records are from.
  private let archive: String
  private let store: any ExtractStore
  private let redactor: Redactor
  private let deadline: Deadline
  private let maximumBytes: Int
  private let maximumRecords: Int
  private let maximumValues: Int

  private var first: DocumentPart?
  private var part = DocumentPart()
  /// Bytes of the part's rejected rows and warnings.
  private var listBytes = 0
  /// The part's values, as the loader counts them.
  private var values = 0
  private var keys: [String] = []
  private(set) var records = 0
  private(set) var rejected = 0
  private var rejectionBytes = 0
  /// The first rejected rows and warnings, for the response.
  private(set) var listedRejections: [RejectedRow] = []
  private(set) var listedWarnings: [RowProblem] = []

  /// True if something was added.
  private(set) var isUsed = false

  /// - Parameters:
  ///   - maximumBytes: the bytes of a document.
  ///   - maximumRecords: the records and rejected rows of one.
  ///   - maximumValues: the values of one; some are left for what is not counted.
  init(
    _ dataset: Dataset, key: RawKey, attempt: RawKey, archive: String, store: any ExtractStore, redactor: Redactor,
    deadline: Deadline, maximumBytes: Int = Limits.maximumDocumentBytes, maximumRecords: Int = Limits.maximumRecords,
    maximumValues: Int = Limits.maximumDocumentValues - 10_000
  ) {
    self.dataset = dataset
    item = key.item
    self.key = key
    self.attempt = attempt
    self.archive = archive
    self.store = store
    self.redactor = redactor
    self.deadline = deadline
    self.maximumBytes = maximumBytes
    self.maximumRecords = maximumRecords
    self.maximumValues = maximumValues
  }

  /// Adds records, of which secrets are replaced in what is not the source's.
  /// - Throws: `SourceChanged` for a record that no document holds, and for an item with too many; the store's errors.
  func add(_ batch: ExtractBatch<Record>) throws(PipelineError) {
    isUsed = true
    for start in stride(from: 0, to: batch.records.count, by: Self.slice) {
      try add(batch.records[start..<min(start + Self.slice, batch.records.count)])
    }
    for row in batch.rejected { try add(row) }
    for warning in batch.warnings {
      part.warnings.append(warning)
      listBytes += 2 * warning.reason.utf8.count + warning.href.utf8.count + 8
      if listedWarnings.count < Limits.maximumListedProblems { listedWarnings.append(warning) }
    }
  }

  private func add(_ slice: ArraySlice<Record>) throws(PipelineError) {
    let encoded: Data
    do {
      encoded = try Record.encode(Array(slice)).dropFirst().dropLast()
    } catch { throw PipelineError(.sourceChanged, "a record of \(item) cannot be written as JSON: \(error)") }
    let newValues = Limits.values(in: encoded.span) + slice.count
    if part.recordCount + part.rejected.count + slice.count > maximumRecords
      || !hasRoom(for: encoded.count, values: newValues)
    {
      guard slice.count > 1 || part.recordCount + part.rejected.count > 0 else {
        throw PipelineError(
          .sourceChanged,
          newValues > maximumValues
            ? "a record of \(item) has \(newValues) values, and a document has at most \(maximumValues). No document was stored"
            : "a record of \(item) has \(encoded.count) bytes, and a document has at most \(maximumBytes). No document was stored"
        )
      }
      // The slice is divided as long as a part of it fits.
      guard slice.count == 1 else {
        let middle = slice.startIndex + slice.count / 2
        try add(slice[..<middle])
        return try add(slice[middle...])
      }
      try flush()
      return try add(slice)
    }
    if part.recordCount > 0 { part.records.append(UInt8(ascii: ",")) }
    part.records += encoded
    part.recordCount += slice.count
    records += slice.count
    values += newValues
  }

  private func add(_ row: RejectedRow) throws(PipelineError) {
    let size = 2 * (row.text.utf8.count + row.problem.reason.utf8.count * 2 + (row.key?.utf8.count ?? 0)) + 100
    let newValues = 8 + Limits.values(in: row.text.utf8.span) + 2 * Limits.values(in: row.problem.reason.utf8.span)
    rejectionBytes += size / 2
    rejected += 1
    guard rejected <= Limits.maximumItemRejections, rejectionBytes <= Limits.maximumRejectionBytes else {
      throw PipelineError(
        .sourceChanged,
        "more than \(rejected - 1) rows of \(item) are no records, in \(rejectionBytes) bytes; at most "
          + "\(Limits.maximumItemRejections) rows and \(Limits.maximumRejectionBytes) bytes are kept. The first: "
          + "\((listedRejections.first ?? row).problem.reason.prefix(200)). See whether the definition describes the file"
      )
    }
    if part.recordCount + part.rejected.count >= maximumRecords || !hasRoom(for: size, values: newValues) {
      try flush()
    }
    part.rejected.append(row)
    listBytes += size
    values += newValues
    if listedRejections.count < Limits.maximumListedProblems { listedRejections.append(row) }
  }

  private func hasRoom(for size: Int, values newValues: Int) -> Bool {
    values + newValues <= maximumValues
      && part.records.count + listBytes + size + min(Self.spare, maximumBytes / 4) <= maximumBytes
  }

  /// Ends the current part. The first one stays in memory.
  private func flush() throws(PipelineError) {
    if first == nil { first = part } else { try write() }
    part = DocumentPart()
    (listBytes, values) = (0, 0)
  }

  private func write() throws(PipelineError) {
    let key = attempt.part(keys.count + 2)
    guard keys.count + 2 <= Limits.maximumParts else {
      throw PipelineError(
        .sourceChanged,
        "\(item) has more than the \(Limits.maximumParts) documents of an item: divide it into several items")
    }
    let document = try document(part, DocumentParts(keys.count + 2, of: "\(self.key)"))
    guard try store.put(document, at: key, deadline: deadline) else {
      throw PipelineError(.storageUnavailable, "\(key), which belongs to this request alone, exists already")
    }
    keys.append("\(key)")
  }

  private func document(
    _ part: DocumentPart, _ parts: DocumentParts?, _ extract: Extract<Record>? = nil
  ) throws(PipelineError) -> Data {
    let document: Data
    do {
      document = redactor.document(
        try part.document(
          of: dataset, archive: archive, parts: parts, listedAt: extract?.listedAt, isComplete: extract?.isComplete,
          failedPages: extract?.failedPages ?? [], checkpoint: extract?.checkpoint))
    } catch { throw PipelineError(.sourceChanged, "a document of \(item) cannot be written: \(error)") }
    guard document.count <= Limits.maximumDocumentBytes else {
      throw PipelineError(
        .sourceChanged,
        "a document of \(item) has \(document.count) bytes, more than the \(Limits.maximumDocumentBytes) that a loader accepts"
      )
    }
    return document
  }

  /// Writes what is left.
  /// - Parameter extract: the end of the item.
  /// - Returns: the first document, which is not written yet: with it the others count.
  func finish(_ extract: Extract<Record>) throws(PipelineError) -> Data {
    try add(ExtractBatch(extract.records, rejected: extract.rejected, warnings: extract.warnings))
    guard var head = first else { return try document(part, nil, extract) }
    if part.recordCount + part.rejected.count > 0 { try write() } else { head.warnings += part.warnings }
    return try document(
      head, DocumentParts(keys: keys, isComplete: extract.isComplete, records: records, rejected: rejected), extract)
  }
}

extension Redactor {
  /// Replaces the secrets in a document.
  func document(_ document: Data) -> Data {
    isIdle ? document : Data(text(String(decoding: document, as: UTF8.self)).utf8)
  }
}
