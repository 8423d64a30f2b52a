import Contracts
import EventRecords
import FoundationEssentials

extension [DryRun.Difference] {
  /// Compares two states of a date by the events' addresses. Events without one, which only a legacy database has, are
  /// matched in order.
  /// - Returns: the differences in the order of the later state, followed by the removed events.
  static func between(_ before: [EventRecord], _ after: [EventRecord]) throws -> Self {
    var old = Dictionary(grouping: before.reversed(), by: \.event.href)
    var differences: Self = []
    for event in after {
      guard let known = old[event.event.href]?.popLast() else {
        differences.append(.init(.added, label: event.label))
        continue
      }
      let fields = try fields(from: known, to: event)
      if !fields.isEmpty { differences.append(.init(.changed, label: event.label, fields: fields)) }
    }
    let removed = before.filter { old[$0.event.href]?.contains($0) == true }
    return differences + removed.map { .init(.removed, label: $0.label) }
  }

  private static func fields(
    from before: EventRecord, to after: EventRecord
  ) throws -> [DryRun.Difference.Field] {
    let (old, new) = (try values(of: before), try values(of: after))
    return Set(old.keys).union(new.keys).sorted().compactMap { name in
      let (before, after) = (old[name] ?? "null", new[name] ?? "null")
      return before == after ? nil : .init(name: name, before: before, after: after)
    }
  }

  /// Returns the record's fields as JSON by their paths, such as `artist_data.description`. The scrape time is left out,
  /// because it differs in every run.
  private static func values(of record: EventRecord) throws -> [String: String] {
    var record = record
    record.scrapeTime = ""
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let members = try JSONDecoder().decode([String: JSONValue].self, from: encoder.encode(record))
    var values: [String: String] = [:]
    for (name, value) in members {
      if case .object(let group) = value {
        for (field, value) in group { values["\(name).\(field)"] = try json(value) }
      } else {
        values[name] = try json(value)
      }
    }
    return values

    func json(_ value: JSONValue) throws -> String { String(decoding: try encoder.encode(value), as: UTF8.self) }
  }
}

extension EventRecord {
  /// The event in one line, for a person: `20:00 Blue Nile: Kermit Ruffins (/events/1)`.
  fileprivate var label: String {
    let time = performanceTime.map { String($0.dropFirst(11).prefix(5)) } ?? "--:--"
    return "\(time) \(venue.name): \(artist.name) (\(event.href))"
  }
}

/// A JSON value.
private enum JSONValue: Codable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
