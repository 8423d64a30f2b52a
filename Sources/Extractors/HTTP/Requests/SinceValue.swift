import Contracts
import Definitions
import Fetching
import FoundationEssentials
import Processing
import Time

/// The part of `extract.incremental` that is in requests: the checkpoint minus the lag, as the source spells it.
struct SinceValue: Sendable {
  /// The name in templates.
  static let name = "since"

  /// The query item; nil if the value is elsewhere.
  private let parameter: String?
  private let header: String?
  private let initial: String?
  private let format: String
  private let lagSeconds: Int
  private let zone: TimeZoneRules

  /// - Parameters:
  ///   - section: the section `incremental`, which was checked.
  ///   - zone: the zone of days.
  init(_ section: Section, zone: TimeZoneRules) {
    parameter = section.text("parameter")
    header = section.text("header")
    initial = section.text("initial")
    format = section.text("format") ?? "iso8601"
    lagSeconds = section.integer("lag_seconds") ?? 0
    self.zone = zone
  }

  /// Returns the value for an item; nil in a first run without `initial`.
  func value(for item: WorkItem) -> String? {
    Incremental.start(after: item.checkpoint, lagSeconds: lagSeconds).map(spelled) ?? initial
  }

  /// Returns the query items for a value.
  func items(_ value: String?) -> [(name: String, value: String)] {
    guard let parameter, let value else { return [] }
    return [(parameter, value)]
  }

  /// Adds the header for a value.
  func add(_ value: String?, to request: inout FetchRequest) {
    if let header, let value { request.headers[header] = value }
  }

  /// Spells a position. Fractions of a second are cut: an earlier time asks for more, and a later one would lose records.
  private func spelled(_ position: CheckpointPosition) -> String {
    guard case .time(let seconds, let fraction) = position else { return position.text }
    switch format {
    case "unix": return "\(seconds)"
    case "unix_ms":
      let digits = String(decoding: fraction.prefix(3), as: UTF8.self)
      return "\(seconds * 1000 + (Int(digits + String(repeating: "0", count: 3 - digits.count)) ?? 0))"
    case "date": return "\(zone.localDate(at: Date(timeIntervalSince1970: Double(seconds))))"
    default: return CheckpointPosition.time(seconds: seconds, fraction: []).text
    }
  }
}
