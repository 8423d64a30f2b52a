import Contracts
import Fetching
import ScrapingSupport
import Testing

@testable import WWOZExtractor

/// Pages that come with status 200 at the address of a venue, an event or an artist, and are something else.
struct NodeTypeTests {
  /// A notice as a site sends it, with an element of class `content`.
  struct Notice: CustomStringConvertible, Sendable {
    let description: String
    let html: String

    init(_ description: String, _ html: String) {
      self.description = description
      self.html = html
    }
  }

  private static let teasers = ["organization", "event", "artist"].map { type in
    """
    <div class="node node-\(type) node-teaser clearfix"><h2><a href="/x">Other</a></h2>
    <div class="content"><div class="field-name-body"><div class="field-item">Words.</div></div></div></div>
    """
  }.joined()

  static let notices = [
    Notice(
      "Drupal's maintenance page",
      """
      <!DOCTYPE html><html><head><title>Site under maintenance | Example Site</title></head>
      <body class="maintenance-page in-maintenance no-sidebars"><h1 class="page-title">Site under maintenance</h1>
      <div id="content"><div id="content-content" class="content clearfix">Example Site is currently under maintenance.
      We should be back shortly.</div></div></body></html>
      """),
    Notice(
      "a consent wall",
      makePage(
        title: "Before you continue", classes: "consent",
        "<div class='modal'><div class='content'><p>We value your privacy.</p><form><button>Accept</button></form></div></div>"
      )),
    Notice(
      "a search instead of status 404",
      makePage(
        title: "Page not found", classes: "page-search404",
        "<div class='content'><p>No page is here. You may mean:</p><ol class='search-results'><li class='search-result'>"
          + "\(teasers)</li></ol></div>")),
    Notice(
      "teasers of other nodes",
      makePage(title: "Search", classes: "page-search", "<div class='content'>\(teasers)</div>")
    ),
    Notice(
      "rows of a view",
      makePage(
        title: "All events", classes: "page-events",
        "<div class='view-content'>"
          + String(
            repeating:
              "<div class='views-row'><div class='node node-event node-organization node-artist'><div class='content'>x</div></div></div>",
            count: 2)
          + "</div>")),
    Notice(
      "a list of whole nodes",
      makePage(
        title: "Front", classes: "front",
        String(
          repeating: "<div class='node node-event node-organization node-artist'><div class='content'>x</div></div>",
          count: 2))),
    Notice(
      "a captive portal",
      "<html><head><title>Welcome</title></head><body><div class='content'><h1>Hotel WiFi</h1>"
        + "<form action='http://10.0.0.1/login'><input name='room'></form></div></body></html>"),
    Notice(
      "a login",
      makePage(
        title: "User account", classes: "page-user page-user-login",
        "<div class='content'><form id='user-login'><input name='name'></form></div>")),
    Notice("another node type", makeDetailPage(.page, makeBody("<p>About us.</p>"), makeAddress())),
    Notice(
      "a page that shows the node within another one",
      makePage(
        title: "About", classes: "node-type-page",
        "<div class='node node-page'><div class='content'><div class='node node-event node-organization node-artist'>"
          + "<div class='content'>x</div></div></div></div>")),
    Notice(
      "another type on the page's body",
      makePage(
        title: "About", classes: "node-type-page",
        "<div class='node node-event node-organization node-artist'><div class='content'>x</div></div>")),
    Notice(
      "a node that is not shown",
      makePage(
        title: "Please enable JavaScript", classes: "",
        "<noscript><div class='node node-event node-organization node-artist'><div class='content'>x</div></div></noscript>"
      )),
    Notice(
      "a search with nodes of the right type beside it",
      makePage(
        title: "Page not found", classes: "page-search404",
        ["<aside>", "<div role='complementary'>", "<div class='region region-sidebar-second'>"].map {
          "\($0)<div class='node node-event node-organization node-artist'><div class='content'>x</div></div>"
            + ($0 == "<aside>" ? "</aside>" : "</div>")
        }.joined())),
    Notice(
      "a node without content",
      makePage(
        title: "Example", classes: "", "<div class='node node-event node-organization node-artist'>x</div>")),
    Notice(
      "a node beside the content",
      makePage(
        title: "Example", classes: "",
        "<div class='node node-event node-organization node-artist'></div><div class='content'>x</div>")),
    Notice(
      "a page with an empty title",
      makePage(
        title: "", classes: "",
        "<div class='node node-event node-organization node-artist'><div class='content'>x</div></div>"
      )),
    Notice(
      "a page whose title is only the site's name",
      "<html><head><title>Example Site</title></head><body><h1 class='page-title'> </h1>"
        + "<div class='node node-event node-organization node-artist'><div class='content'>x</div></div></body></html>"),
    Notice(
      "a page without a title",
      "<div class='node node-event node-organization node-artist'><div class='content'>x</div></div>"),
  ]

  @Test("A page that is not the node of its address is an error", arguments: notices)
  func refused(notice: Notice) throws {
    let reader = WWOZDetailReader(site: site)
    let page = makePage(notice.html)
    #expect(throws: WWOZDetailReader.NotTheNode.self) { try reader.venue(page) }
    #expect(throws: WWOZDetailReader.NotTheNode.self) { try reader.event(page) }
    #expect(throws: WWOZDetailReader.NotTheNode.self) { try reader.artist(page) }
  }

  @Test("It counts as failed, and what was known of it is kept", arguments: notices)
  func failed(notice: Notice) throws {
    let fake = FakeSite.example()
    for path in ["/organizations/example-hall", "/events/6"] { fake.pages[path] = .success(makePage(notice.html)) }
    let extract = try extract(fake)
    #expect(extract.records.count == 3)
    #expect(extract.failedPages.count == 2)
    #expect(extract.failedPages.allSatisfy { $0.error.hasPrefix("the page is not the one of its address: ") })
    #expect(extract.records[0].origin?.failedPages == ["/organizations/example-hall"])
    #expect(extract.records[0].origin?.pageTimes.venue == nil)
  }

  @Test("An event's page at a venue's address is not the venue, and so on for every type", arguments: NodeType.allCases)
  func otherType(type: NodeType) throws {
    let reader = WWOZDetailReader(site: site)
    let page = makePage(makeDetailPage(type, makeAddress(), makeBody("<p>x</p>")))
    func error(_ read: (Page) throws -> Void) -> String? {
      do {
        try read(page)
        return nil
      } catch { return "\(error)" }
    }
    let errors = [
      NodeType.organization: error { _ = try reader.venue($0) }, .event: error { _ = try reader.event($0) },
      .artist: error { _ = try reader.artist($0) },
    ]
    for (expected, error) in errors {
      #expect((error == nil) == (expected == type))
      #expect(
        error == nil
          || error
            == "the page is not the one of its address: it is the page of a node of type '\(type)', not '\(expected)'"
      )
    }
  }

  @Test(
    "The node may have its title itself, or on the page, or in the head",
    arguments: [
      "<h2 class='page-title'>Example</h2><!-- -->", "<h1>Example</h1>", "<head><title>Example | Site</title></head>",
      "<head><title>Example</title></head>",
      "<head><title>Site</title></head><h1 class='page-title'>Example</h1><h1></h1>",
    ])
  func titles(markup: String) throws {
    let node = "<div class='node node-event'><div class='content'><div class='locality'>x</div></div></div>"
    #expect(
      try WWOZDetailReader(site: site).event(makePage("<html>\(markup)<body>\(node)</body></html>")) == WWOZEvent())
    let titled = "<div class='node node-event'><h2>Example</h2><div class='content'>x</div></div>"
    #expect(try WWOZDetailReader(site: site).event(makePage("<html><body>\(titled)</body></html>")) == WWOZEvent())
  }

  @Test("Fields of nodes that a node shows within itself are not its own")
  func nested() throws {
    let teaser =
      "<div class='node node-event node-teaser'><div class='content'>\(makeBody("<p>Other.</p>"))\(makeAddress())</div></div>"
    let page = makePage(makeDetailPage(.event, makeBody("<p>Own.</p>"), teaser))
    #expect(try WWOZDetailReader(site: site).event(page).description == "Own.")
    let venue = makePage(makeDetailPage(.organization, teaser))
    #expect(try WWOZDetailReader(site: site).venue(venue) == WWOZVenue())
  }

  @Test("A node of the same type beside the main content is not the page's")
  func promoted() throws {
    let other = "<div class='node node-event'><div class='content'>\(makeBody("<p>Other.</p>"))</div></div>"
    let page = makeDetailPage(.event, makeBody("<p>Own.</p>")).replacing(
      "<section id=\"block-system-main\"", with: "\(other)<section id=\"block-system-main\"")
    #expect(page.contains("Other."))
    #expect(try WWOZDetailReader(site: site).event(makePage(page)).description == "Own.")
  }

  @Test("Links of a detail page are resolved as a browser does it")
  func links() throws {
    let artists = makeArtists(
      ("A", "../artists/a/?utm_source=x"), ("B", "/art\nists/b"), ("C", "HTTP://WWW.WWOZ.ORG:80/artists/c"),
      ("D", "#d"),
      ("E", "https://u@www.wwoz.org/artists/e"))
    let event = try WWOZDetailReader(site: site).event(makePage(makeDetailPage(.event, artists)), at: "/events/1")
    #expect(event.artists.map(\.path) == ["/artists/a", "/artists/b", "/artists/c", "", ""])
    let based = makeDetailPage(.event, makeArtists(("A", "artists/a"))).replacing(
      "<head>", with: "<head><base href='/'>")
    #expect(
      try WWOZDetailReader(site: site).event(makePage(based), at: "/events/1").artists.map(\.path) == ["/artists/a"])
  }
}
