import Foundation

extension LogEntry {
  /// The line for a person: time with zone, level, function, run, item, message and other fields.
  func line(in zone: TimeZone, colors: Bool) -> String {
    let name = (level ?? "-").padding(toLength: 5, withPad: " ", startingAt: 0)
    let style: Style? = isError ? .red : isWarning ? .yellow : nil
    let words =
      [
        zonedTime(time, in: zone, includesMilliseconds: true), style?.apply(name, colors: colors) ?? name, function,
        run ?? "-", item ?? "-", message,
      ] + fields
    return words.joined(separator: " ")
  }

  /// The line for a program: an object with the line as it was written under `text`.
  func json() throws -> String {
    var object: [String: Any] = [
      "event_id": id, "function": function, "text": text,
      "timestamp": time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)),
    ]
    for (name, value) in [("level", level), ("run", run), ("item", item), ("request_id", requestID)] {
      object[name] = value
    }
    return try JSONText.line(object)
  }
}
