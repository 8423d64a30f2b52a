import FoundationEssentials
import Time

extension Extract {
  /// Returns the extract document; see `ExtractDocument` for its form. The same extract always has the same bytes.
  /// - Parameter archive: the key of the WARC file with the pages that the document was made of.
  public func document(of dataset: Dataset, archive: String) throws -> Data {
    let result = IngestionResult(
      success: true, source: dataset.source, dataType: dataset.dataType,
      recordsProcessed: records.count + rejected.count, recordsSuccessful: records.count,
      recordsFailed: rejected.count,
      errors: (rejected.map(\.problem) + warnings).map(\.description)
        + failedPages.map { "\($0.url): \($0.error)" },
      timestamp: RFC3339.utc(roundingToMilliseconds: listedAt), archive: archive, isComplete: isComplete)
    let rows = rejected.map { RejectedEntry(reason: $0.problem.reason, href: $0.key ?? "", text: $0.text) }
    var document = Data(#"{"ingestion_result":"#.utf8)
    document += try JSONEncoder.ofDocuments.encode(result)
    document += Data(#","records":"#.utf8)
    document += try Record.encode(records)
    document += Data(#","rejected":"#.utf8)
    document += try JSONEncoder.ofDocuments.encode(rows)
    document.append(UInt8(ascii: "}"))
    return document
  }
}
