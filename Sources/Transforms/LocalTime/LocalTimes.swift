import Contracts
import Definitions
import FoundationEssentials
import JSON
import Processing
import Text
import Time

/// Adds instants to records whose local dates and times are in a zone that each record names; the plugin `local_time`.
public final class LocalTimes: Transform {
  private let fields: [LocalTimeField]
  /// The zones so far; nil for one that this machine does not know.
  private var zones: [String: TimeZoneRules?] = [:]

  /// - Parameter section: a section of the definition's `transform`, checked against `form`.
  /// - Throws: `ConfigurationInvalid` for a zone whose rules this machine lacks.
  public init(section: Section) throws(PipelineError) {
    fields = (section.section("fields")?.values ?? []).map { LocalTimeField($0.key, $0.value.section ?? Section()) }
    for name in fields.compactMap(\.defaultZone) where zone(name) == nil {
      throw PipelineError(
        .configurationInvalid, "the rules of time zone \(name) cannot be read: install tzdata")
    }
  }

  /// Adds the fields. No record is rejected: one without a date, a time or a zone has null, and a zone that is not known is
  /// named by a warning.
  public func apply(_ records: Records, _ context: TransformContext) throws(PipelineError) -> Records {
    var result = records
    var unknown: [String: Int] = [:]
    for index in result.records.indices {
      let source = result.records[index].fields
      var strange: String?
      for field in fields {
        let instant = instant(of: field, in: source, &strange)
        result.records[index].fields[field.name] = instant.map { .string(Self.text(of: $0)) } ?? .null
      }
      if let strange { unknown[strange, default: 0] += 1 }
    }
    for (name, count) in unknown.sorted(by: { $0.key < $1.key }) {
      let records = count == 1 ? "1 record names" : "\(count) records name"
      result.warnings.append(RowProblem(reason: "\(records) the time zone '\(name.prefix(40))', which is not known"))
    }
    return result
  }

  /// - Parameter strange: set to a zone of the record that is not known.
  private func instant(of field: LocalTimeField, in record: JSONObject, _ strange: inout String?) -> Date? {
    if let text = field.instant.flatMap({ record[$0]?.string }), let time = RFC3339.parse(text) { return time.date }
    guard let day = field.date.flatMap({ record[$0]?.string }).flatMap({ CalendarDate($0) }) else { return nil }
    let clock = field.time.flatMap { record[$0]?.string }.flatMap { Self.second($0, upTo: 86_399) }
    guard let second = field.second ?? clock else { return nil }
    let name = field.zone.flatMap { record[$0]?.string }
    let rules = name.flatMap { zone($0) }
    if let name, rules == nil { strange = name }
    guard let zone = rules ?? field.defaultZone.flatMap({ zone($0) }) else { return nil }
    return zone.date(day, hour: second / 3600, minute: second / 60 % 60, second: second % 60)
  }

  private func zone(_ name: String) -> TimeZoneRules? {
    if let known = zones[name] { return known }
    let rules = try? TimeZoneRules(identifier: name)
    // A source that names a zone of its own in each record must not fill the memory.
    if zones.count >= 1000 { zones = [:] }
    zones[name] = .some(rules)
    return rules
  }

  /// `2024-05-31T20:00:00Z`, with milliseconds if there are any.
  private static func text(of instant: Date) -> String {
    let text = RFC3339.utc(roundingToMilliseconds: instant)
    return text.hasSuffix(".000Z") ? "\(text.dropLast(5))Z" : text
  }

  /// Returns the seconds since midnight of `20:00` or `20:00:00`; nil for another text.
  static func second(_ text: String, upTo limit: Int) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(\.isASCIIDigit) })
    else { return nil }
    let numbers = parts.compactMap { Int($0) }
    guard numbers[1] < 60, numbers.count == 2 || numbers[2] < 60 else { return nil }
    let second = numbers[0] * 3600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
    return second <= limit ? second : nil
  }
}

/// The sources of one field's instant, by the names of the record's fields.
struct LocalTimeField {
  let name: String
  let instant: String?
  let date: String?
  let time: String?
  /// The time of every record, in seconds since midnight.
  let second: Int?
  let zone: String?
  let defaultZone: String?

  /// - Parameter section: a section that was checked.
  init(_ name: String, _ section: Section) {
    self.name = name
    instant = section.text("instant")
    date = section.text("date")
    time = section.text("time")
    second = section.text("at").flatMap { LocalTimes.second($0, upTo: 86_400) }
    zone = section.text("zone")
    defaultZone = section.text("default_zone")
  }
}
