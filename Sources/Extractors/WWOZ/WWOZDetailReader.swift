import Fetching
import Markup
import Text

/// Reads the pages of venues, events and artists: nodes of Drupal 7. Their fields are in `div.content`, each as
/// `.field-name-field-… > .field-items > .field-item`. A field without a value is left out.
public final class WWOZDetailReader {
  /// The page is not one of the site's nodes, so that its details are unknown.
  package struct MissingContent: Error, CustomStringConvertible {
    package var description: String { "the page has no element of class content" }
  }

  private let site: Site
  private let content: XPath
  private let thoroughfare: XPath
  private let locality: XPath
  private let state: XPath
  private let postalCode: XPath
  private let phone: XPath
  private let website: XPath
  private let status: XPath
  private let body: XPath
  private let artists: XPath
  private let genres: XPath

  /// - Parameter site: the site to which links to artists must lead.
  public init(site: Site) throws(MarkupError) {
    func inContent(_ tokens: String...) -> String {
      (["content"] + tokens).map { "//*[\(XPath.hasClass($0))]" }.joined()
    }
    self.site = site
    content = try XPath(inContent())
    thoroughfare = try XPath(inContent("thoroughfare"))
    locality = try XPath(inContent("locality"))
    state = try XPath(inContent("state"))
    postalCode = try XPath(inContent("postal-code"))
    phone = try XPath(inContent("field-name-field-phone", "field-item"))
    website = try XPath(inContent("field-name-field-url", "field-item") + "//a[@href]")
    status = try XPath(inContent("field-name-field-organization-status", "field-item"))
    body = try XPath(inContent("field-name-body", "field-item"))
    artists = try XPath(inContent("field-name-field-related-acts") + "//a[@href]")
    genres = try XPath(inContent("field-name-field-genres") + "//a")
  }

  public func venue(_ page: Page) throws -> WWOZVenue {
    let document = try node(page)
    return WWOZVenue(
      thoroughfare: try text(thoroughfare, in: document), locality: try text(locality, in: document),
      state: try text(state, in: document), postalCode: try text(postalCode, in: document),
      phoneNumber: try text(phone, in: document), website: try website(in: document),
      isActive: try document.first(status).map { $0.text.lowercased() == "active" })
  }

  public func event(_ page: Page) throws -> WWOZEvent {
    let document = try node(page)
    return WWOZEvent(description: try prose(in: document), artists: try artists(in: document))
  }

  public func artist(_ page: Page) throws -> WWOZArtist {
    let document = try node(page)
    return WWOZArtist(
      description: try prose(in: document), website: try website(in: document),
      genres: try document.nodes(genres).map(\.text).filter { !$0.isEmpty }.uniqued(),
      artists: try artists(in: document))
  }

  private func node(_ page: Page) throws -> Document {
    let document = try Document(html: page.body, charset: page.charset)
    guard try document.first(content) != nil else { throw MissingContent() }
    return document
  }

  private func text(_ path: XPath, in document: Document) throws -> String {
    try document.first(path)?.text ?? ""
  }

  /// Returns the body of the node, one line for each paragraph.
  private func prose(in document: Document) throws -> String {
    try document.nodes(body).flatMap(\.lines).joined(separator: "\n")
  }

  /// Returns the first http or https link.
  private func website(in document: Document) throws -> String {
    let links = try document.nodes(website).compactMap { $0.attribute("href") }
    return links.lazy.map { $0.split(whereSeparator: \.isWhitespace).joined() }.first {
      $0.lowercased().hasPrefix("http://") || $0.lowercased().hasPrefix("https://")
    } ?? ""
  }

  private func artists(in document: Document) throws -> [WWOZArtistLink] {
    try document.nodes(artists).map {
      WWOZArtistLink(name: $0.text, path: $0.attribute("href").flatMap(site.path(of:)) ?? "")
    }.filter { !$0.name.isEmpty }.uniqued()
  }
}
