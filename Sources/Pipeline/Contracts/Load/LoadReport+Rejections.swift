import FoundationEssentials

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
}
