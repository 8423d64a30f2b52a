import Definitions
import JSON
import Processing

extension Normalizer {
  /// The names of the normalization of time series. Those behind the first are system 002's.
  static let seriesNames = ["series", "bcra_infomondia", "indec_ipc"]

  /// The fields of a point. Its time is local where it has no offset.
  static let seriesFields: [(key: String, value: Section.Value)] = [
    field("obs_time", [("type", "timestamp"), ("default_time", "00:00"), ("required", "true")]),
    field("internal_series_code", [("required", "true")]),
    field("value", [("type", "decimal_comma"), ("required", "true")]),
    field("unit", []), field("frequency", []),
  ]

  /// The fields that identify a point.
  static let seriesKeys = ["obs_time", "internal_series_code"]

  private static func field(_ name: String, _ keys: [(String, String)]) -> (key: String, value: Section.Value) {
    (name, .section(Section(values: keys.map { ($0.0, .scalar($0.1)) }, place: "normalize.fields.\(name)")))
  }

  /// Returns a reason with the series and the place of a point: `X: RESERVAS!P30: …`.
  static func named(_ reason: String, _ record: SourceRecord) -> String {
    let place = record.origin.firstIndex(of: "#").map { record.origin[record.origin.index(after: $0)...] } ?? ""
    let code = record.fields["internal_series_code"]?.string ?? ""
    return [code, String(place), reason].filter { !$0.isEmpty }.joined(separator: ": ")
  }
}
