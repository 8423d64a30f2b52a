import Contracts
import JSON

/// The reason for which fields are not a point.
public struct PointProblem: Error, Equatable {
  /// For a person: what is wrong with which field.
  public let reason: String

  public init(reason: String) { self.reason = reason }
}

/// Texts that many points share, each kept once. Texts are one if they have the same bytes: Swift takes `é` and `e` with an
/// accent for one.
public struct SharedTexts {
  private var texts: [[UInt8]: String] = [:]
  private var last = ""

  public init() {}

  /// Returns an equal text that was given before, or the text itself.
  mutating func shared(_ text: String) -> String {
    // Points of one series follow each other.
    if text.utf8.elementsEqual(last.utf8) { return last }
    let bytes = Array(text.utf8)
    if let known = texts[bytes] {
      last = known
    } else {
      texts[bytes] = text
      last = text
    }
    return last
  }
}

extension SeriesPoint {
  private static let names = ["obs_time", "internal_series_code", "value", "unit", "frequency", "collection_date"]

  /// Reads the fields of a document's record, or of a stored point.
  /// - Parameters:
  ///   - texts: shares the texts that many points have.
  ///   - collected: the `collection_date` of a record without one.
  /// - Throws: `PointProblem` for a field that is missing, not of its type, or unknown.
  public init(_ fields: JSONObject, texts: inout SharedTexts, collected: String? = nil) throws(PointProblem) {
    guard let time = fields["obs_time"]?.string else {
      throw PointProblem(reason: "obs_time is missing, or no text")
    }
    guard let parsed = PointTime(time) else {
      throw PointProblem(
        reason: "obs_time '\(time.prefix(40))' is not a time with an offset, such as 2024-02-24T00:00:00-03:00")
    }
    guard let code = fields["internal_series_code"]?.string, SeriesPartition.isCode(code) else {
      throw PointProblem(
        reason: "internal_series_code is missing, or no text of 1 to \(SeriesPartition.maximumCodeBytes) bytes without "
          + "'/'")
    }
    guard let value = fields["value"]?.number else {
      throw PointProblem(reason: "value is \(fields["value"]?.kind ?? "missing"), and must be a number")
    }
    for member in fields.members where !Self.names.contains(member.name) {
      guard [LineageField.record, LineageField.sourceRow].contains(member.name) else {
        throw PointProblem(reason: "a point has no field '\(member.name.prefix(40))'")
      }
    }
    func text(_ name: String, _ texts: inout SharedTexts) throws(PointProblem) -> String? {
      guard let value = fields[name], !value.isNull else { return nil }
      guard let text = value.string else { throw PointProblem(reason: "\(name) is \(value.kind), and must be a text") }
      return texts.shared(text)
    }
    self.init(
      time: parsed, series: texts.shared(code), value: value, unit: try text("unit", &texts),
      frequency: try text("frequency", &texts), collectionDate: try text("collection_date", &texts) ?? collected)
  }
}
