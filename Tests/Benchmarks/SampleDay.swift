import Contracts
import EventRecords
import Foundation
import Settings

/// A day of invented events, as large as a busy Friday of the real calendar.
enum SampleDay {
  static let date = "2024-05-31"
  /// The number of venues and shows of the busiest captured day.
  static let venueCount = 81
  static let showCount = 118

  /// Returns a listing in the site's markup. It has 180 KB like the real page, most of which is not the listing.
  static func listing() -> Data {
    var panels = ""
    for venue in 0..<venueCount {
      let shows = stride(from: venue, to: showCount, by: venueCount).map { show in
        """
        <div class="row"><div class="col-xs-2 calendar-page"><div class="month">
          May    </div><div class="day">
          31    </div></div>
        <div class="col-xs-10 calendar-info"><p class="truncate">
          <a href="/events/\(1_000_001 + show * 5)">
            Act & Friends \(show)      </a>
        </p><p>
          Friday,  May 31
          at

          \(show % 11 + 1):30pm    </p><hr /></div></div>
        """
      }
      panels += """
        <div class="panel panel-default"><div class="panel-heading"><h3 class="panel-title">
          <a href="/organizations/venue-\(venue)">
            Venue \(venue), The      </a></h3></div>
        <div class="panel-body">\(shows.joined())</div></div>
        """
    }
    let start = """
      <!DOCTYPE html><html><head><meta charset="utf-8"><script>
      """
    let middle = """
      </script></head><body><div class="livewire-calendar"><div class="row">
      <div class="col-xs-10"><span class="livewire-sort-heading">Events by venue for
      <span class="heading-date">
        Friday, May 31, 2024        </span></span></div></div>
      <div class="row"><div class="livewire-sidebar"><div class="panel panel-default"><div class="panel-body">
      <div id="livewire-calendar-widget" data-current-date="2024-05-31"></div></div></div></div>
      <div class="livewire-listing"><div class="">
      """
    let menu = (0..<400).map { "<li class=\"leaf\"><a href=\"/page-\($0)\">A page of the site</a></li>" }.joined()
    let end = "</div></div></div></div><ul class=\"menu\">\(menu)</ul></body></html>"
    let used = [start, middle, panels, end].map(\.utf8.count).reduce(0, +)
    return Data((start + String(repeating: "x", count: max(0, 180_000 - used)) + middle + panels + end).utf8)
  }

  /// Returns an extract document as the scraper writes it, with the given number of events at up to 300 venues by up to 3000
  /// artists. This is about three months of the real calendar.
  /// - Parameters:
  ///   - street: the street of all venues, with the number of each.
  ///   - sentences: the number of further sentences of an event's description; nil for no description.
  static func document(
    shows: Int, act: String = "Act", street: String = "Street", sentences: (Int) -> Int? = { _ in 0 }
  ) throws -> Data {
    let venues = min(300, shows * venueCount / showCount)
    let read = "2024-05-31T08:00:01.234Z"
    let records = (0..<shows).map { number in
      let venue = "Venue \(number % venues)"
      let name = "\(act) \(number % 3000)"
      return EventRecord(
        artist: .init(
          name: name, genres: ["Jazz", "Genre \(number % 3000 % 12)"], href: "/artists/act-\(number % 3000)"),
        venue: .init(
          name: venue, thoroughfare: "\(number % venues) \(street)", phoneNumber: "(504) 555-0100",
          locality: "New Orleans",
          state: "LA", postalCode: "70116", fullAddress: "\(number % venues) \(street), New Orleans, LA 70116",
          isActive: true,
          website: "https://venue.example/\(number % venues)", href: "/organizations/venue-\(number % venues)",
          eventArtist: name),
        event: .init(
          date: date, href: "/events/\(number)", eventArtist: name, artistHref: "/artists/act-\(number % 3000)",
          description: sentences(number).map {
            "Show \(number): doors at seven & music until late. No cover, tip the band."
              + String(repeating: " A second line with brass bands from the neighborhood follows at noon.", count: $0)
          } ?? "",
          relatedArtists: [
            .init(name: "Guest \(number % 3000 % 40)", href: "/artists/guest-\(number % 3000 % 40)")
          ],
          genres: ["Jazz", "Genre \(number % 3000 % 12)"]),
        performanceTime: "\(date)T\(10 + number % 13):30:00-05:00", scrapeTime: "2024-05-31T03:00:00-05:00",
        origin: .init(
          dataset: "wwoz", listingURL: "https://www.wwoz.org/calendar/livewire-music?date=\(date)",
          pageTimes: .init(venue: read, event: read, artist: read)))
    }
    struct Document: Encodable {
      let ingestion_result = ["source": "wwoz", "data_type": "events"]
      let records: [EventRecord]
    }
    return try JSONEncoder().encode(Document(records: records))
  }
}
