import Fetching
import Markup

/// Reads the pages of venues, events and artists: nodes of Drupal 7. A field without a value is left out.
public final class WWOZDetailReader {
  /// The error for a page that is not the node that its address promises. Its details are unknown.
  package struct NotTheNode: Error, CustomStringConvertible {
    private let problem: String

    init(_ problem: String) { self.problem = problem }

    package var description: String { "the page is not the one of its address: \(problem)" }
  }

  private let site: Site

  /// - Parameter site: the site to which links to artists must lead.
  public init(site: Site) { self.site = site }

  /// Reads the page of a venue.
  /// - Parameter path: the page's own address, root-relative, from which its links begin.
  /// - Throws: `MarkupError`, or an error for a page that is not a venue's.
  public func venue(_ page: Page, at path: String = "/") throws -> WWOZVenue {
    let fields = try fields(of: page, at: path, .organization)
    return WWOZVenue(
      thoroughfare: fields.thoroughfare, locality: fields.locality, state: fields.state,
      postalCode: fields.postalCode, phoneNumber: fields.phoneNumber, website: fields.website,
      isActive: fields.status.isEmpty ? nil : fields.status.lowercased() == "active", problems: fields.problems)
  }

  /// Reads the page of an event; see `venue`.
  public func event(_ page: Page, at path: String = "/") throws -> WWOZEvent {
    let fields = try fields(of: page, at: path, .event)
    return WWOZEvent(description: fields.description, artists: fields.artists, problems: fields.problems)
  }

  /// Reads the page of an artist; see `venue`.
  public func artist(_ page: Page, at path: String = "/") throws -> WWOZArtist {
    let fields = try fields(of: page, at: path, .artist)
    return WWOZArtist(
      description: fields.description, website: fields.website, genres: fields.genres, artists: fields.artists,
      problems: fields.problems)
  }

  private func fields(of page: Page, at path: String, _ kind: DetailPage.Kind) throws -> DetailFields {
    let tree = try PageTree(Document(html: page.body, charset: page.charset))
    return DetailFields(
      try DetailPage(tree.root, of: kind), links: LinkResolver(site, page: path, baseHref: tree.baseHref))
  }
}
