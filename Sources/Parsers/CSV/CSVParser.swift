import Contracts
import Definitions
import Encodings
import FoundationEssentials
import JSON
import Processing

/// Turns the rows of a CSV file into records whose values are texts; the plugin `csv`.
public final class CSVParser: Parser {
  /// The field of a record that has the row's physical line in the file, from 1.
  public static let sourceRow = LineageField.sourceRow

  let options: CSVOptions

  /// - Parameter section: the definition's section `parse`, checked against `form`.
  public init(section: Section) throws(PipelineError) { options = CSVOptions(section) }

  init(_ options: CSVOptions) { self.options = options }

  /// Parses a file. A row that is rejected costs only itself: one with too few or too many cells or, unless `strict` is
  /// false, with a flaw or with bytes that its encoding does not know.
  /// - Throws: `SourceChanged` if the file is empty and should have a header, if its header has a flaw, if a row has more
  ///   cells than anything that is CSV, and, unless `strict` is false, for a quote that is not closed: rows are missing
  ///   then, and nothing shows how many. `ConfigurationInvalid` if the tables of an encoding are missing on this machine.
  public func parse(_ body: RawBody) throws(PipelineError) -> Records {
    let stream = CSVStream(body, options: options, maximumValues: CSVStream.maximumValues)
    var all = Records()
    try stream.add(body.bytes, isLast: true) { (records) throws(PipelineError) in
      all.records += records.records
      all.rejected += records.rejected
    }
    return all
  }

  /// Returns a reader for a file that is larger than memory. One row is in memory at once, of at most `RawBody.limit`.
  public func stream(_ head: RawBody) throws(PipelineError) -> any RecordStream {
    CSVStream(head, options: options)
  }
}
