import Definitions

extension LocalTimes {
  /// The keys of a transform with `plugin: local_time`.
  public static let form = PluginForm(
    "local_time", "Instants of dates and times, each in the zone that its own record names.",
    SectionForm([
      KeyForm(
        "fields", .map(of: .section(fieldForm)), isRequired: true,
        "The fields that get an instant in UTC, by their names. A record without one has null.")
    ]))

  private static let fieldForm = SectionForm([
    KeyForm(
      "instant", .text(),
      "The field with a time that has an offset. If it is there, the other fields are not looked at."),
    KeyForm("date", .text(), "The field with the local date: 2024-05-31."),
    KeyForm("time", .text(), "The field with the local time: 20:00 or 20:00:00."),
    KeyForm(
      "at", .text(.clock), "A local time for every record, in place of time: 24:00 is the end of the day."),
    KeyForm("zone", .text(), "The field with the zone, such as America/Chicago."),
    KeyForm(
      "default_zone", .text(.timeZone),
      "The zone of records that name none, or one that is not known. Without it they have no instant."),
    KeyForm(
      "part", .choice(LocalTimeField.Part.allCases.map(\.rawValue)),
      "The local date or time in place of the instant: of instant in zone, else of date or time, if it exists."),
  ]) { field in
    if let part = field.text("part") { return problem(part: part, field) }
    if field["time"] != nil, field["at"] != nil { return ("at", "give time or at, not both") }
    if field["date"] == nil {
      if field["instant"] == nil { return ("date", "it is missing: give instant, or date with time or at") }
      if let key = ["time", "at", "zone", "default_zone"].first(where: { field[$0] != nil }) {
        return (key, "it needs date")
      }
      return nil
    }
    if field["time"] == nil, field["at"] == nil { return ("time", "it is missing: date needs time or at") }
    if field["zone"] == nil, field["default_zone"] == nil {
      return ("zone", "it is missing: a local time needs zone or default_zone")
    }
    return nil
  }

  private static func problem(part: String, _ field: Section) -> (key: String, problem: String)? {
    let other = part == "date" ? "time" : "date"
    if let key = [other, "at", "default_zone"].first(where: { field[$0] != nil }) {
      return (key, "it has no use with part: \(part)")
    }
    switch (field["instant"] != nil, field["zone"] != nil) {
    case (true, false): return ("zone", "it is missing: the local \(part) of an instant needs the zone")
    case (false, true): return ("zone", "it needs instant")
    case (false, false) where field[part] == nil: return (part, "it is missing: give \(part), or instant and zone")
    default: return nil
    }
  }
}

extension Form.Rule {
  static let clock = Form.Rule("a time from 00:00 to 24:00", pattern: "^([01][0-9]|2[0-4]):[0-5][0-9](:[0-5][0-9])?$") {
    LocalTimes.second($0, upTo: 86_400) != nil
  }
}
