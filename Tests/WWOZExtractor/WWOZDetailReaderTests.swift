import Foundation
import ScrapingSupport
import Testing

@testable import Fetching
@testable import WWOZExtractor

struct WWOZDetailReaderTests {
  private func reader() -> WWOZDetailReader { WWOZDetailReader(site: site) }

  private func venue(_ fields: String...) throws -> WWOZVenue {
    try reader().venue(makePage(makeDetailPage(.organization, fields.joined())))
  }

  private func event(_ fields: String...) throws -> WWOZEvent {
    try reader().event(makePage(makeDetailPage(.event, fields.joined())))
  }

  private func artist(_ fields: String...) throws -> WWOZArtist {
    try reader().artist(makePage(makeDetailPage(.artist, fields.joined())))
  }

  @Test("A venue's page has its address, phone, website and status")
  func fullVenue() throws {
    let venue = try venue(
      makeAddress(),
      makeField(
        "field-phone", type: "telephone", label: "Phone", "<a href=\"tel:%28504%29%20555-0100\">(504) 555-0100</a>"),
      makeField(
        "field-url", type: "link-field", label: "Website",
        "<a href=\"http://www.example.com/hall\" target=\"_blank\">http://www.example.com/hall</a>"),
      makeField("field-organization-status", type: "list-text", label: "Status", "Active"))
    #expect(
      venue
        == WWOZVenue(
          thoroughfare: "123 Example St", locality: "New Orleans", state: "LA", postalCode: "70116",
          phoneNumber: "(504) 555-0100", website: "http://www.example.com/hall", isActive: true))
    #expect(venue.fullAddress == "123 Example St, New Orleans, LA 70116")
  }

  @Test("Fields that a venue's page does not have stay empty")
  func emptyVenue() throws {
    let venue = try venue()
    #expect(venue == WWOZVenue())
    #expect(venue.fullAddress == "")
    #expect(venue.isActive == nil)
  }

  @Test("An address has its known parts")
  func partialAddress() throws {
    #expect(try venue(makeAddress(street: "")).fullAddress == "New Orleans, LA 70116")
    #expect(WWOZVenue(thoroughfare: "1 Example St", state: "LA").fullAddress == "1 Example St, LA")
    #expect(WWOZVenue(locality: "New Orleans", postalCode: "70116").fullAddress == "New Orleans, 70116")
  }

  @Test(
    "A status is active or not",
    arguments: [("Active", true), (" active ", true), ("Inactive", false), ("Closed", false)])
  func status(text: String, isActive: Bool) throws {
    #expect(try venue(makeField("field-organization-status", type: "list-text", text)).isActive == isActive)
  }

  @Test("The website is the first http or https link")
  func website() throws {
    let links = makeField(
      "field-url", type: "link-field", "<a href=\"/node/1\">here</a> <a href=\"mailto:a@example.com\">mail</a>",
      "<a href=\" HTTPS://example.com/a \">one</a>", "<a href=\"http://example.com/b\">two</a>")
    #expect(try venue(links).website == "HTTPS://example.com/a")
    #expect(try venue(makeField("field-url", "<a href=\"example\">x</a>")).website == "")
  }

  @Test("Fields outside of the content do not belong to the node")
  func outside() throws {
    // The footer of the fixture has a locality.
    #expect(try venue().locality == "")
  }

  @Test("An event's description is its whole body, one line for each paragraph")
  func description() throws {
    let event = try event(
      makeBody("<p>Doors at seven &amp; music\n until late.</p>\n<p>&nbsp;</p><p>All ages.<br>No cover.</p>tail"))
    #expect(event.description == "Doors at seven & music until late.\nAll ages.\nNo cover.\ntail")
    #expect(try self.event().description == "")
  }

  @Test("An event's own artist is the one with the whole name")
  func artists() throws {
    let event = try event(
      makeArtists(
        ("Example", "/artists/example"), ("big  EXAMPLE", "/artists/big-example"),
        ("Big Example Band", "/artists/bigger"),
        ("Off &amp; Away", "https://example.com/off"), ("Big Example Band", "/artists/bigger"), (" ", "/artists/none")))
    let artists = event.artists(own: "Big Example")
    #expect(artists.own == WWOZArtistLink(name: "big EXAMPLE", path: "/artists/big-example"))
    #expect(
      artists.others == [
        WWOZArtistLink(name: "Example", path: "/artists/example"),
        WWOZArtistLink(name: "Big Example Band", path: "/artists/bigger"),
        WWOZArtistLink(name: "Off & Away", path: ""),
      ])
    #expect(event.artists(own: "Ampl").own == nil)
    #expect(event.artists(own: "Ampl").others.count == 4)
  }

  @Test("An artist's page has genres, each once, artists, a website and a description")
  func fullArtist() throws {
    let artist = try artist(
      makeGenres("Jazz", "R&amp;B", "Jazz", ""), makeArtists(("Other", "/artists/other")), makeBody("<p>Plays.</p>"),
      makeField("field-url", type: "link-field", "<a href=\"https://example.com/\">x</a>"))
    #expect(
      artist
        == WWOZArtist(
          description: "Plays.", website: "https://example.com/", genres: ["Jazz", "R&B"],
          artists: [WWOZArtistLink(name: "Other", path: "/artists/other")]))
    #expect(try self.artist() == WWOZArtist())
  }

  @Test(
    "A page that is not one of the site's nodes is an error, not a node without fields",
    arguments: [
      "", "<h1>Down</h1>", "{}", "<div class='contents'>x</div>", "<body class='page-content region-content'>x</body>",
    ])
  func notANode(html: String) throws {
    #expect(throws: (any Error).self) { try reader().venue(makePage(html)) }
    #expect(throws: (any Error).self) { try reader().event(makePage(html)) }
    #expect(throws: (any Error).self) { try reader().artist(makePage(html)) }
  }
}
