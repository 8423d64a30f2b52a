import Foundation
import Ledger

/// The parts of a rejected record that a person recognises: event, artist and venue, as far as the record has them.
struct RejectedSummary: Equatable {
  /// The key at the source, or else a text.
  let event: String
  let artist: String
  let venue: String

  /// Reads a record in any of the shapes that are in quarantine: a record of an extract document, the same by an earlier
  /// system, or a row that an extractor could not read, of which it kept the text. Of an unknown shape it shows the values.
  init(_ record: QuarantinedRecord) {
    let json = try? JSONSerialization.jsonObject(with: Data((record.record ?? "").utf8), options: .fragmentsAllowed)
    let fields = json as? [String: Any] ?? [:]
    func text(_ paths: [String]...) -> String {
      for path in paths {
        var value: Any? = fields
        for name in path { value = (value as? [String: Any])?[name] }
        if let text = value as? String, !text.isEmpty { return text }
      }
      return ""
    }
    artist = text(
      ["artist_data", "name"], ["event_data", "event_artist"], ["venue_data", "event_artist"], ["artist"])
    venue = text(["venue_data", "name"], ["venue"])
    let found = text(["event_data", "wwoz_event_href"], ["wwoz_event_href"], ["href"], ["text"], ["title"], ["name"])
    let address = record.href.flatMap { $0.isEmpty ? nil : $0 } ?? found
    event = address.isEmpty && artist.isEmpty && venue.isEmpty ? Self.values(json) : address
  }

  /// The texts and numbers of a value, in the order of their names.
  private static func values(_ json: Any?) -> String {
    switch json {
    case let fields as [String: Any]:
      fields.sorted { $0.key < $1.key }.map { values($0.value) }.filter { !$0.isEmpty }.joined(separator: ", ")
    case let list as [Any]: list.map(values).filter { !$0.isEmpty }.joined(separator: ", ")
    case nil, is NSNull: ""
    case .some(let value): "\(value)"
    }
  }
}
