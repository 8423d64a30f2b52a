import FoundationEssentials
import Time

extension LoadReport {
  /// Adds rejections of one of an item's documents: counts them, and keeps the records' text for the quarantine.
  /// - Parameters:
  ///   - new: the rejections, with positions among the item's records.
  ///   - bytes: the document.
  ///   - start: the position of the document's first record.
  ///   - fault: what is wrong with the records, for the error: `cannot be sent to the stream`.
  /// - Throws: `SourceChanged` if the item has more rejections than the quarantine takes.
  public mutating func reject(
    _ new: [Rejection], of bytes: Data, from start: Int, as fault: String
  ) throws(PipelineError) {
    guard !new.isEmpty else { return }
    rejections += new
    records.rejected += new.count
    for (position, text) in RawRecords(bytes).entries(at: new.map { $0.position - start }) {
      rejected[start + position] = text
    }
    guard rejections.count > Limits.maximumItemRejections else { return }
    throw PipelineError(
      .sourceChanged,
      "more than \(Limits.maximumItemRejections) records \(fault). The first: \(rejections[0].reason.prefix(200)). "
        + "See whether the definition describes the source")
  }
  /// Adds rejections that are found when all of an item's documents were read.
  /// - Parameters:
  ///   - new: the rejections, with positions among the item's records.
  ///   - starts: the positions of the documents' first records.
  ///   - fault: what is wrong with the records, for the error.
  /// - Throws: `SourceChanged` if the item has more rejections than the quarantine takes; the errors of reading a document.
  public mutating func reject(
    _ new: [Rejection], of document: PartedDocument, starting starts: [Int], as fault: String, _ deadline: Deadline
  ) throws(PipelineError) {
    let parts = Dictionary(grouping: new) { rejection in starts.lastIndex { $0 <= rejection.position } ?? 0 }
    for (part, rejections) in parts.sorted(by: { $0.key < $1.key }) {
      try reject(rejections, of: document.part(part, deadline: deadline), from: starts[part], as: fault)
    }
  }
}
