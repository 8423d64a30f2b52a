import Contracts
import EventRecords
import Foundation
import ScrapingSupport
import Testing
import Time

/// The bytes of an extract document, which the loader, replays and earlier runs share.
struct GoldenDocumentTests {
  @Test("A document has the same bytes as before the datasets were separated")
  func bytes() throws {
    let scraper = ScraperHarness()
    let site = FakeSite([
      ScraperHarness.listingPath: makeListing([
        makePanel(rows: [
          makeRow(), makeRow(artist: "Caf\u{e9} &quot;X&quot;", link: "/events/2", when: "Friday, May 31 at 8:00"),
          makeRow(link: nil), makeRow(artist: "Late", link: "/events/3", when: "Saturday, June 1 at 1:00am"),
          makeRow(), makeRow(),
        ])
      ]),
      "/organizations/example-hall": makeDetailPage(
        .organization,
        makeAddress(), makeField("field-organization-status", "Active")),
      "/events/1056901": makeDetailPage(
        .event,
        makeBody("<p>One.</p><p>Two.</p>"),
        makeArtists(("Big Example", "/artists/big-example"), ("Small Example", "https://example.com/"))),
      "/artists/big-example": makeDetailPage(.artist, makeGenres("Jazz")),
    ])
    try scraper.handle(on: site)
    let document = try #require(scraper.store.documents[ScraperHarness.key])
    #expect(String(decoding: document, as: UTF8.self) == Self.golden)
    let read = try scraper.document()
    let records = read.records.compactMap { entry in
      if case .record(let record) = entry { record } else { nil }
    }
    #expect(document.range(of: try EventRecord.encode(records)) != nil, "reading and writing keeps every byte")
  }

  private static let golden = "\(head)\(first),\(second)\(tail)"

  private static let head = [
    #"{"ingestion_result":{"archive":"raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_run-1.202405"#,
    #"31T080000000Z-request-1.warc.gz","data_type":"events","errors":["'Big Example' has no link (at 'Example "#,
    #"Hall')","/events/3: it is of another day: 'Saturday, June 1 at 1:00am' (at 'Example Hall')","/events/2: "#,
    #"the time '8:00' is not clear (at 'Example Hall')","https://www.wwoz.org/events/2: status 404"],"records_"#,
    #"failed":2,"records_processed":4,"records_successful":2,"source":"wwoz","success":true,"timestamp":"2024-"#,
    #"05-31T08:00:00.000Z"},"records":["#,
  ].joined()

  private static let first = [
    #"{"artist_data":{"description":"","genres":["Jazz"],"name":"Big Example","related_artists":[],"website":""#,
    #"","wwoz_artist_href":"/artists/big-example"},"event_data":{"description":"One.\nTwo.","event_artist":"Bi"#,
    #"g Example","event_date":"2024-05-31","genres":["Jazz"],"related_artists":[{"name":"Small Example","wwoz_"#,
    #"artist_href":""}],"wwoz_artist_href":"/artists/big-example","wwoz_event_href":"/events/1056901"},"origin"#,
    #"":{"dataset":"wwoz","failed_pages":[],"listing_url":"https://www.wwoz.org/calendar/livewire-music?date=2"#,
    #"024-05-31","page_times":{"artist":"2024-05-31T08:00:00.000Z","event":"2024-05-31T08:00:00.000Z","venue":"#,
    #""2024-05-31T08:00:00.000Z"}},"performance_time":"2024-05-31T15:00:00-05:00","scrape_time":"2024-05-31T03"#,
    #":00:00-05:00","venue_data":{"event_artist":"Big Example","full_address":"123 Example St, New Orleans, LA"#,
    #" 70116","is_active":true,"locality":"New Orleans","name":"Example Hall","phone_number":"","postal_code":"#,
    #""70116","state":"LA","thoroughfare":"123 Example St","website":"","wwoz_venue_href":"/organizations/exam"#,
    #"ple-hall"}}"#,
  ].joined()

  private static let second = [
    #"{"artist_data":{"description":"","genres":[],"name":"Café \"X\"","related_artists":[],"website":"","wwoz"#,
    #"_artist_href":""},"event_data":{"description":"","event_artist":"Café \"X\"","event_date":"2024-05-31",""#,
    #"genres":[],"related_artists":[],"wwoz_artist_href":"","wwoz_event_href":"/events/2"},"origin":{"dataset""#,
    #":"wwoz","failed_pages":["/events/2"],"listing_url":"https://www.wwoz.org/calendar/livewire-music?date=20"#,
    #"24-05-31","page_times":{"venue":"2024-05-31T08:00:00.000Z"}},"performance_time":null,"scrape_time":"2024"#,
    #"-05-31T03:00:00-05:00","venue_data":{"event_artist":"Café \"X\"","full_address":"123 Example St, New Orl"#,
    #"eans, LA 70116","is_active":true,"locality":"New Orleans","name":"Example Hall","phone_number":"","posta"#,
    #"l_code":"70116","state":"LA","thoroughfare":"123 Example St","website":"","wwoz_venue_href":"/organizati"#,
    #"ons/example-hall"}}"#,
  ].joined()

  private static let tail = [
    #"],"rejected":[{"href":"","reason":"'Big Example' has no link (at 'Example Hall')","text":"Big Example Fr"#,
    #"iday, May 31 at 3:00pm"},{"href":"/events/3","reason":"it is of another day: 'Saturday, June 1 at 1:00am"#,
    #"' (at 'Example Hall')","text":"Late Saturday, June 1 at 1:00am"}]}"#,
  ].joined()
}
