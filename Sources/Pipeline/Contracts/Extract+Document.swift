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
      errors: IngestionResult.errors(rejected, warnings, failedPages),
      timestamp: RFC3339.utc(roundingToMilliseconds: listedAt), archive: archive, isComplete: isComplete)
    var document = Data("{".utf8)
    document += try CheckpointSpan.member(checkpoint)
    document += Data(#""ingestion_result":"#.utf8)
    document += try IngestionResult.body(result, records: [Record.encode(records)], rejected)
    return document
  }
}
