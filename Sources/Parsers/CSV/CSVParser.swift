import Contracts
import Definitions
import Encodings
import FoundationEssentials
import JSON
import Processing

/// Turns the rows of a CSV file into records whose values are texts; the plugin `csv`.
public final class CSVParser: Parser {
  /// The field of a record that has the row's physical line in the file, from 1.
  public static let sourceRow = SourceRecord.rowName

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
    let text = try text(of: body)
    var rows = try CSVRecords(text, options: options, address: body.address, origin: body.origin)
    // One more than an item may have shows that it has too many.
    return try rows.next(maximum: Limits.maximumRecords + 1) ?? Records()
  }

  func text(of body: RawBody) throws(PipelineError) -> CSVText {
    do { return try CSVText(body.bytes, named: options.encoding, charset: body.charset) } catch {
      throw PipelineError(.configurationInvalid, "\(body.address) cannot be read: \(error)")
    }
  }
}
