import Contracts
import JSON

/// Turns the bytes of a source into records.
public protocol Parser: AnyObject {
  /// Parses one body. A part that is no record costs only itself.
  /// - Throws: `SourceChanged` if the body as a whole is not of the format.
  func parse(_ body: RawBody) throws(PipelineError) -> Records

  /// Returns what `festvibes try --stage parse` prints, in the format's own terms: of a CSV `{header, header_normalized,
  /// rows, widths, row_count}`.
  /// - Throws: as `parse`.
  func structure(of body: RawBody) throws(PipelineError) -> JSONValue
}
