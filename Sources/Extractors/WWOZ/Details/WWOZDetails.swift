/// The details on a venue's page. A text that the page does not have is empty.
public struct WWOZVenue: Equatable, Sendable {
  /// Street and number.
  public var thoroughfare = ""
  public var locality = ""
  public var state = ""
  public var postalCode = ""
  public var phoneNumber = ""
  public var website = ""
  /// Nil if the page does not say.
  public var isActive: Bool?
  /// A sentence for each field that was too long and was cut.
  public var problems: [String] = []

  /// The known parts of `611 Frenchmen St, New Orleans, LA 70116`.
  public var fullAddress: String {
    let region = [state, postalCode].filter { !$0.isEmpty }.joined(separator: " ")
    return [thoroughfare, locality, region].filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

/// The details on an event's page.
public struct WWOZEvent: Equatable, Sendable {
  /// The whole description, one line for each paragraph. The legacy system kept only the first paragraph.
  public var description = ""
  /// The artists to which the page links, often including the event's own.
  public var artists: [WWOZArtistLink] = []
  /// A sentence for each field that was too long and was cut.
  public var problems: [String] = []

  /// Returns the link that has the listed artist's name, compared without case, and the other links.
  public func artists(own name: String) -> (own: WWOZArtistLink?, others: [WWOZArtistLink]) {
    let own = artists.first { $0.isNamed(name) }
    return (own, artists.filter { !$0.isNamed(name) })
  }
}

/// The details on an artist's page.
public struct WWOZArtist: Equatable, Sendable {
  public var description = ""
  public var website = ""
  public var genres: [String] = []
  /// The artists to which the page links.
  public var artists: [WWOZArtistLink] = []
  /// A sentence for each field that was too long and was cut.
  public var problems: [String] = []
}

/// A link to an artist.
public struct WWOZArtistLink: Equatable, Hashable, Sendable {
  public var name: String
  /// Root-relative; empty if the link leads off the site.
  public var path: String

  func isNamed(_ other: String) -> Bool { name.lowercased() == other.lowercased() }
}

/// The details of a page, as they are collected for a day.
protocol WWOZDetails {
  var problems: [String] { get }
  /// The bytes of the texts that a document holds at least once.
  var byteCount: Int { get }
}

extension WWOZVenue: WWOZDetails {
  var byteCount: Int {
    [thoroughfare, locality, state, postalCode, phoneNumber, website].reduce(0) { $0 + $1.utf8.count }
  }
}

extension WWOZEvent: WWOZDetails {
  var byteCount: Int { artists.reduce(description.utf8.count) { $0 + $1.name.utf8.count + $1.path.utf8.count } }
}

extension WWOZArtist: WWOZDetails {
  var byteCount: Int {
    (genres + artists.map(\.name)).reduce(description.utf8.count + website.utf8.count) { $0 + $1.utf8.count }
  }
}
