import Contracts
import FoundationEssentials
import Routing
import Time

extension PostgresSink {
  /// Reads a document's records as rows, without the database: those that fit count as new, and repetitions as unchanged.
  /// Columns that were added for unknown fields are not known here.
  /// - Throws: the errors of `load` for a document that is not the target's, or does not fit the table as a whole.
  package func preview(_ document: Data, for target: LoadTarget) throws(PipelineError) -> LoadReport {
    let document = try SinkDocument(document, for: target, now: time.now)
    let rows = try RowSet(document, RecordReader(table, table.columns, target, listedAt: document.listedAt))
    return LoadReport(
      records: RecordCounts(
        found: rows.found, new: rows.rows.count, unchanged: rows.duplicates, rejected: rows.rejections.count),
      rejections: rows.rejections, listedAt: document.listedAt)
  }
}
