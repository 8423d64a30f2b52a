import Contracts
import JSON
import Time

extension Normalizer {
  /// Returns a reader of single times, as a field of the type timestamp reads them: a text without an offset is in the
  /// dataset's zone, and a date without a time is its midnight.
  /// - Parameter format: `unix` or `unix_ms` for numbers; texts are ISO 8601 in any case.
  /// - Returns: a function that returns RFC 3339; nil for a value that is no time.
  /// - Throws: `ConfigurationInvalid` for a zone whose rules this machine lacks.
  public static func timeReader(
    format: String?, of dataset: Dataset
  ) throws(PipelineError) -> @Sendable (JSONValue) -> String? {
    let zone = dataset.timeZone == "UTC" ? nil : try dataset.timeZoneRules()
    let formats = [TimeFormat.iso8601] + (format.flatMap { TimeFormat($0) }.map { [$0] } ?? [])
    return { value in
      formats.lazy.compactMap { $0.read(value) }.first?.timestamp(in: zone, defaultSecond: 0)
    }
  }
}
