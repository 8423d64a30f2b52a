import Definitions

/// The sources of one field's instant, by the names of the record's fields.
struct LocalTimeField {
  /// The local date or time of an instant, or of the record's own field.
  enum Part: String, CaseIterable {
    case date, time
  }

  let name: String
  /// Nil for a field that gets an instant.
  let part: Part?
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
    part = section.text("part").flatMap { Part(rawValue: $0) }
    instant = section.text("instant")
    date = section.text("date")
    time = section.text("time")
    second = section.text("at").flatMap { LocalTimes.second($0, upTo: 86_400) }
    zone = section.text("zone")
    defaultZone = section.text("default_zone")
  }
}
