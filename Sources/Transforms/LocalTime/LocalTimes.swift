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

  /// Adds the fields. No record is rejected: one without a date, a time or a zone has null, and what is there but does
  /// not exist is named by a warning.
  public func apply(_ records: Records, _ context: TransformContext) throws(PipelineError) -> Records {
    var result = records
    var warnings: [Remark: Int] = [:]
    for index in result.records.indices {
      let source = result.records[index].fields
      var remarks: Set<Remark> = []
      for field in fields {
        let text = text(of: field, in: source, &remarks)
        result.records[index].fields[field.name] = text.map { .string($0) } ?? .null
      }
      for remark in remarks { warnings[remark, default: 0] += 1 }
    }
    for (remark, count) in warnings.sorted(by: { ($0.key.subject, $0.key.text) < ($1.key.subject, $1.key.text) }) {
      result.warnings.append(RowProblem(reason: remark.sentence(count)))
    }
    return result
  }

  private func text(of field: LocalTimeField, in record: JSONObject, _ remarks: inout Set<Remark>) -> String? {
    switch field.part {
    case nil: return instant(of: field, in: record, &remarks).flatMap { Self.text(of: $0) }
    case .date:
      if let local = local(of: field, in: record, &remarks) { return String(local.prefix(10)) }
      return day(of: field, in: record, &remarks)?.description
    case .time:
      if let local = local(of: field, in: record, &remarks) { return String(local.dropFirst(11).prefix(8)) }
      guard let name = field.time, clock(of: field, in: record, &remarks) != nil else { return nil }
      return record[name]?.string
    }
  }

  private func instant(of field: LocalTimeField, in record: JSONObject, _ remarks: inout Set<Remark>) -> Date? {
    if let time = exact(of: field, in: record, &remarks) { return time }
    guard let day = day(of: field, in: record, &remarks),
      let second = field.second ?? clock(of: field, in: record, &remarks),
      let zone = rules(of: field, in: record, &remarks) ?? field.defaultZone.flatMap({ zone($0) })
    else { return nil }
    return zone.date(day, hour: second / 3600, minute: second / 60 % 60, second: second % 60)
  }

  /// The local date and time of the field's instant in the record's zone; nil without one of them.
  private func local(of field: LocalTimeField, in record: JSONObject, _ remarks: inout Set<Remark>) -> String? {
    guard let time = exact(of: field, in: record, &remarks), let zone = rules(of: field, in: record, &remarks) else {
      return nil
    }
    return Self.text(of: time.addingTimeInterval(Double(zone.offset(at: time))))
  }

  private func exact(of field: LocalTimeField, in record: JSONObject, _ remarks: inout Set<Remark>) -> Date? {
    guard let text = field.instant.flatMap({ record[$0]?.string }) else { return nil }
    let time = ISOTime.parse(text)
    if time == nil { remarks.insert(Remark(subject: .instant, text: text)) }
    return time
  }

  private func day(of field: LocalTimeField, in record: JSONObject, _ remarks: inout Set<Remark>) -> CalendarDate? {
    guard let text = field.date.flatMap({ record[$0]?.string }) else { return nil }
    let day = CalendarDate(text)
    if day == nil { remarks.insert(Remark(subject: .date, text: text)) }
    return day
  }

  private func clock(of field: LocalTimeField, in record: JSONObject, _ remarks: inout Set<Remark>) -> Int? {
    guard let text = field.time.flatMap({ record[$0]?.string }) else { return nil }
    let second = Self.second(text, upTo: 86_399)
    if second == nil { remarks.insert(Remark(subject: .time, text: text)) }
    return second
  }

  private func rules(
    of field: LocalTimeField, in record: JSONObject, _ remarks: inout Set<Remark>
  ) -> TimeZoneRules? {
    guard let name = field.zone.flatMap({ record[$0]?.string }) else { return nil }
    let rules = zone(name)
    if rules == nil { remarks.insert(Remark(subject: .zone, text: name)) }
    return rules
  }

  private func zone(_ name: String) -> TimeZoneRules? {
    if let known = zones[name] { return known }
    let rules = try? TimeZoneRules(identifier: name)
    // A source that names a zone of its own in each record must not fill the memory.
    if zones.count >= 1000 { zones = [:] }
    zones[name] = .some(rules)
    return rules
  }

  /// `2024-05-31T20:00:00Z`, with milliseconds if there are any; nil if four digits of a year cannot name the instant.
  private static func text(of instant: Date) -> String? {
    let (first, last) = (-62_135_596_800.0, 253_402_300_799.999)
    guard (first...last).contains(instant.timeIntervalSince1970) else { return nil }
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
