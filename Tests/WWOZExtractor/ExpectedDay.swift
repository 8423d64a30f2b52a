import Foundation

@testable import ScraperFunction
@testable import Fetching
@testable import WWOZExtractor

/// What a day of the stand-in must read as: a line for each show.
struct ExpectedDay: CustomStringConvertible, Sendable {
  let date: String
  let shows: [String]

  var description: String { "\(date), \(shows.count) shows" }

  static func line(_ venue: String, _ venuePath: String, _ act: String, _ path: String, _ time: String) -> String {
    [venue, venuePath, act, path, time].joined(separator: " | ")
  }

  static func line(_ show: WWOZListing.Show) -> String {
    let time = show.time.map {
      "\(($0.hour + 11) % 12 + 1):\($0.minute < 10 ? "0" : "")\($0.minute)\($0.hour < 12 ? "am" : "pm")"
    }
    return line(show.venue, show.venuePath, show.act, show.path, time ?? "none")
  }

  /// The captured pages, by what somebody else's parsers found in them.
  static let captured: [ExpectedDay] = files("listings", ".expected.json").compactMap { date, data in
    struct Listing: Decodable {
      struct Panel: Decodable {
        struct Event: Decodable {
          let artist: String
          let event_href: String
          let time: String
        }
        let venue: String
        let venue_href: String
        let events: [Event]
      }
      let panels: [Panel]
    }
    guard let listing = try? JSONDecoder().decode(Listing.self, from: data) else { return nil }
    return ExpectedDay(
      date: date,
      shows: listing.panels.flatMap { panel in
        panel.events.map { line(panel.venue, panel.venue_href, $0.artist, $0.event_href, $0.time) }
      })
  }

  /// The days that the stand-in makes pages of.
  static let composed: [ExpectedDay] = files("days", ".json").compactMap { date, data in
    struct Event: Decodable {
      let venue: String
      let venue_href: String
      let artist: String
      let event_href: String
      let time: String
    }
    guard let events = try? JSONDecoder().decode([Event].self, from: data) else { return nil }
    return ExpectedDay(
      date: date, shows: events.map { line($0.venue, $0.venue_href, $0.artist, $0.event_href, $0.time) })
  }

  private static func files(_ folder: String, _ ending: String) -> [(date: String, data: Data)] {
    guard let folder = StandInSite.folder?.appending(path: folder),
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    else { return [] }
    return names.filter { $0.hasSuffix(ending) }.sorted().compactMap { name in
      (try? Data(contentsOf: folder.appending(path: name))).map { (String(name.dropLast(ending.count)), $0) }
    }
  }
}
