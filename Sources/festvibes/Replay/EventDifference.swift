import EventRecords
import Foundation

/// What is different between two states of a date, show by show.
struct EventDifference: Equatable {
  struct Field: Equatable {
    /// As in the cached day: `artist_data.description`.
    let name: String
    /// JSON.
    let before: String
    let after: String
  }

  enum Change: Equatable {
    case added
    case removed
    case changed([Field])
  }

  let event: EventRecord
  let change: Change

  /// In the order of the later state; what is not in it any more comes last. Shows go by their address. Those without
  /// one, which only a database of system 000 has, are taken one after another.
  static func between(_ before: [EventRecord], _ after: [EventRecord]) throws -> [EventDifference] {
    var old = Dictionary(grouping: before.reversed(), by: \.event.href)
    var differences: [EventDifference] = []
    for event in after {
      guard let known = old[event.event.href]?.popLast() else {
        differences.append(EventDifference(event: event, change: .added))
        continue
      }
      let fields = try fields(from: known, to: event)
      if !fields.isEmpty { differences.append(EventDifference(event: event, change: .changed(fields))) }
    }
    let removed = before.filter { old[$0.event.href]?.contains($0) == true }
    return differences + removed.map { EventDifference(event: $0, change: .removed) }
  }

  private static func fields(from before: EventRecord, to after: EventRecord) throws -> [Field] {
    let (old, new) = (try values(of: before), try values(of: after))
    return Set(old.keys).union(new.keys).sorted().compactMap { name in
      let (before, after) = (old[name] ?? "null", new[name] ?? "null")
      return before == after ? nil : Field(name: name, before: before, after: after)
    }
  }

  /// The record's fields as JSON, by the paths to them. When it was read is left out: that is nothing that a show has.
  private static func values(of record: EventRecord) throws -> [String: String] {
    var record = record
    record.scrapeTime = ""
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let object = try JSONSerialization.jsonObject(with: encoder.encode(record)) as? [String: Any] ?? [:]
    var values: [String: String] = [:]
    for (name, value) in object {
      if let group = value as? [String: Any] {
        for (field, value) in group { values["\(name).\(field)"] = json(value) }
      } else {
        values[name] = json(value)
      }
    }
    return values
  }

  private static func json(_ value: Any) -> String {
    let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes]
    let data = try? JSONSerialization.data(withJSONObject: value, options: options)
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "\(value)"
  }
}
