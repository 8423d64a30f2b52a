import Contracts
import EventRecords
import Foundation
import ScrapingSupport
import Testing

@testable import Fetching
@testable import WWOZExtractor

struct WWOZListingReaderTests {
  private typealias Show = WWOZListing.Show

  private func show(
    venue: String = "Example Hall", venuePath: String = "/organizations/example-hall", artist: String = "Big Example",
    path: String = "/events/1056901", at time: String? = "3:00pm"
  ) -> WWOZListing.Show {
    WWOZListing.Show(
      venue: venue, venuePath: venuePath, artist: artist, path: path, time: time.flatMap { ClockTime($0) })
  }

  /// Reads a row among three good ones, so that it is the only one with a problem.
  private func readAmongOthers(_ row: String) throws -> (shows: [WWOZListing.Show], listing: WWOZListing) {
    let others = (1...3).map { makeRow(artist: "Other \($0)", link: "/events/\($0)") }
    let listing = try readListing(makeListing([makePanel(rows: others + [row])]))
    return (Array(listing.shows.dropFirst(3)), listing)
  }

  @Test("Each row is a show at its panel's venue, in the order of the page")
  func rows() throws {
    let listing = try readListing(
      makeListing([
        makePanel(rows: [
          makeRow(), makeRow(artist: "Small Example", link: "/events/1056906", when: "Friday,  May 31\n at\n\n 8:00pm"),
        ]),
        makePanel(
          venue: "Maison, The", link: "/organizations/maison",
          rows: [makeRow(artist: "Example & Friends", link: "/events/6", when: "Friday,  May 31 at 12:30am")]),
      ]))
    #expect(
      listing.shows == [
        show(), show(artist: "Small Example", path: "/events/1056906", at: "8:00pm"),
        show(
          venue: "Maison, The", venuePath: "/organizations/maison", artist: "Example & Friends", path: "/events/6",
          at: "12:30am"),
      ])
    #expect(listing.rejected.isEmpty)
    #expect(listing.warnings.isEmpty)
  }

  @Test(
    "Names are read as a browser shows them",
    arguments: [
      ("Sam Example & Friends", "Sam Example & Friends"), ("R&B Night", "R&B Night"),
      ("Sam Example &amp; Friends", "Sam Example & Friends"), ("Caf&eacute; Ol&#233;", "Café Olé"),
      ("“Example”, the $5 naïve\n\t show", "“Example”, the $5 naïve show"),
      ("&quot;Example&quot; O&#039;Neil", "\"Example\" O'Neil"),
      ("Example&nbsp;Trio&nbsp; ", "Example Trio"), ("<em>Example</em> Trio<br>", "Example Trio"),
    ])
  func names(markup: String, shown: String) throws {
    let listing = try readListing(makeListing([makePanel(venue: markup, rows: [makeRow(artist: markup)])]))
    #expect(listing.shows == [show(venue: shown, artist: shown)])
  }

  @Test("A day without shows is a listing without panels")
  func emptyDay() throws {
    let listing = try readListing(makeListing([]))
    #expect(listing.shows.isEmpty)
    #expect(listing.rejected.isEmpty)
    #expect(try readListing(makeListing(["<p>No shows are listed for this day.</p>"])).shows.isEmpty)
  }

  @Test("A show that is listed twice is read once, unless its facts differ")
  func twice() throws {
    let later = makeRow(when: "Friday, May 31 at 9:00pm")
    let listing = try readListing(
      makeListing([makePanel(rows: [makeRow(), later, makeRow(link: "/events/1056901/")])]))
    #expect(listing.shows == [show(), show(at: "9:00pm")])
    #expect(listing.rejected.isEmpty && listing.warnings.isEmpty)
  }

  @Test("If a row's text names no day, its calendar icon does")
  func calendarPage() throws {
    #expect(try readListing(makeListing([makePanel(rows: [makeRow(when: "3:00pm")])])).shows == [show()])
  }

  @Test(
    "A row without a clear time is kept without a time, with a warning",
    arguments: [
      ("Friday, May 31 at midnight", "the time 'midnight' is not clear"),
      ("Friday, May 31 at 8:00", "the time '8:00' is not clear"), ("Friday, May 31", "no time is given"),
      ("", "no time is given"),
    ])
  func unclearTime(when: String, warning: String) throws {
    let (shows, listing) = try readAmongOthers(makeRow(when: when))
    #expect(shows == [show(at: nil)])
    #expect(
      listing.warnings == [.init(reason: "\(warning) (at 'Example Hall')", href: "/events/1056901")])
    #expect(listing.rejected.isEmpty)
  }

  @Test("So is a row without the paragraph of its time")
  func noTime() throws {
    let (shows, listing) = try readAmongOthers(makeRow(when: nil))
    #expect(shows == [show(at: nil)])
    #expect(listing.warnings.count == 1)
  }

  @Test("A time that is to be announced is missing without a warning")
  func toBeAnnounced() throws {
    let listing = try readListing(makeListing([makePanel(rows: [makeRow(when: "Friday, May 31 at TBA")])]))
    #expect(listing.shows == [show(at: nil)])
    #expect(listing.warnings.isEmpty)
  }

  @Test(
    "A row that is not a show of the day costs only itself",
    arguments: [
      (makeRow(link: nil), "'Big Example' has no link", ""),
      (makeRow(link: ""), "has no link to an event", ""),
      (makeRow(link: "javascript:void(0)"), "has no link to an event", "javascript:void(0)"),
      (makeRow(link: "https://example.com/events/1"), "has no link to an event", "https://example.com/events/1"),
      (makeRow(link: "/events/"), "has no link to an event", "/events/"),
      (makeRow(link: "/node/5"), "has no link to an event", "/node/5"),
      (makeRow(artist: " &nbsp; "), "no artist is named", "/events/1056901"),
      (
        makeRow(when: "Saturday, June 1 at 12:30am"), "it is of another day: 'Saturday, June 1 at 12:30am'",
        "/events/1056901"
      ),
      (makeRow(when: "3:00pm", month: "", day: ""), "no day is named", "/events/1056901"),
    ])
  func rejected(row: String, reason: String, href: String) throws {
    let (shows, listing) = try readAmongOthers(row)
    #expect(shows.isEmpty)
    #expect(listing.shows.count == 3)
    #expect(listing.rejected.count == 1)
    #expect(listing.rejected.first?.problem.reason.contains(reason) == true)
    #expect(listing.rejected.first?.problem.href == href)
  }

  @Test("Absolute links to the site are the same as root-relative ones")
  func absoluteLinks() throws {
    let row = makeRow(link: "https://www.wwoz.org/events/1056901#x")
    let panel = makePanel(link: "//www.wwoz.org/organizations/example-hall", rows: [row])
    #expect(try readListing(makeListing([panel])).shows == [show()])
  }

  @Test("A venue without a page keeps its shows", arguments: [nil, "https://example.com/hall", "/organizations/"])
  func venueWithoutPage(link: String?) throws {
    let odd = makePanel(link: link)
    let others = makePanel(venue: "Other", rows: [makeRow(), makeRow()])
    let listing = try readListing(makeListing([odd, others]))
    #expect(listing.shows.first == show(venuePath: ""))
    #expect(listing.warnings.map(\.reason) == ["its venue 'Example Hall' has no link (at 'Example Hall')"])
  }

  @Test("Rows of a venue without a name are rejected, and so is a panel without rows")
  func oddPanels() throws {
    let good = makePanel(rows: (1...3).map { makeRow(link: "/events/\($0)") })
    let listing = try readListing(makeListing([good, makePanel(venue: ""), makePanel(venue: "Bare", rows: [])]))
    #expect(listing.shows.count == 3)
    #expect(
      listing.rejected.map(\.problem.reason) == ["no venue is named (at '')", "the panel of 'Bare' has no rows"])
  }

  @Test("A show outside of the panels is rejected, not lost silently")
  func strays() throws {
    let stray = "<p>Late: <a href='/events/77'>Stray Example</a></p>"
    let listing = try readListing(makeListing([makePanel(rows: [makeRow(), makeRow(link: "/events/2")]), stray]))
    #expect(listing.shows.count == 2)
    #expect(
      listing.rejected == [
        RejectedRow(
          RowProblem(reason: "'Stray Example' is not in a venue's row", href: "/events/77"), key: "/events/77",
          text: "Stray Example")
      ])
  }
}
