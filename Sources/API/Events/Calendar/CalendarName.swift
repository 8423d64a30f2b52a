import APIRouting
import FoundationEssentials
import Time

/// The name of a calendar, which a program lists beside others: it has the conditions.
enum CalendarName {
  /// - Parameters:
  ///   - venue: the name of the first event's venue, which all have if the request names one.
  ///   - artist: the same for the artist.
  static func text(_ call: RouteCall, venue: String?, artist: String?) -> String {
    var conditions: [String] = []
    if let time = call.time("starts_after") { conditions.append("after \(moment(time))") }
    if let time = call.time("starts_before") { conditions.append("before \(moment(time))") }
    if let id = call.integer("artist") { conditions.append(artist ?? "artist \(id)") }
    if let genre = call.text("genre") { conditions.append(genre) }
    if let text = call.text("q"), !text.isEmpty { conditions.append("\"\(text)\"") }
    if let id = call.integer("venue") { conditions.append("at \(venue ?? "venue \(id)")") }
    if let point = call.text("near") {
      conditions.append("within \(call.integer("within") ?? Area.standardRadius) m of \(point)")
    }
    return ([days(call)] + (conditions.isEmpty ? [] : [conditions.joined(separator: ", ")])).joined(separator: ": ")
  }

  private static func days(_ call: RouteCall) -> String {
    if let date = call.date("date") { return "Events of \(date)" }
    let (from, to) = (call.date("from"), call.date("to"))
    return (["Events"] + [from.map { "from \($0)" }, to.map { "to \($0)" }].compactMap(\.self)).joined(separator: " ")
  }

  /// `2024-05-31 22:00 UTC`
  private static func moment(_ time: Date) -> String {
    RFC3339.utc(time).prefix(16).replacing("T", with: " ") + " UTC"
  }
}
