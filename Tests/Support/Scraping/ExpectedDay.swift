import Foundation
import WWOZExtractor

/// The expected content of a day of the captured site: a line for each show.
package struct ExpectedDay: CustomStringConvertible, Sendable {
  package let date: String
  package let shows: [String]

  package var description: String { "\(date), \(shows.count) shows" }

  static func line(_ venue: String, _ venuePath: String, _ artist: String, _ path: String, _ time: String) -> String {
    [venue, venuePath, artist, path, time].joined(separator: " | ")
  }

  package static func line(_ show: WWOZListing.Show) -> String {
    let time = show.time.map {
      "\(($0.hour + 11) % 12 + 1):\($0.minute < 10 ? "0" : "")\($0.minute)\($0.hour < 12 ? "am" : "pm")"
    }
    return line(show.venue, show.venuePath, show.artist, show.path, time ?? "none")
  }

  /// The captured pages, as parsers of another project read them.
  package static let captured: [ExpectedDay] = files("listings", ".expected.json").compactMap { date, data in
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

  /// The days for which the site composes pages.
  package static let composed: [ExpectedDay] = files("days", ".json").compactMap { date, data in
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
    guard let folder = CapturedSite.folder?.appending(path: folder),
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    else { return [] }
    return names.filter { $0.hasSuffix(ending) }.sorted().compactMap { name in
      (try? Data(contentsOf: folder.appending(path: name))).map { (String(name.dropLast(ending.count)), $0) }
    }
  }
}
