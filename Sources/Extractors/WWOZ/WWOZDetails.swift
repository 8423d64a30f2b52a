/// What a venue's page tells. Text that it does not give is empty.
public struct WWOZVenue: Equatable, Sendable {
  /// Street and number.
  public var thoroughfare = ""
  public var locality = ""
  public var state = ""
  public var postalCode = ""
  public var phoneNumber = ""
  public var website = ""
  /// Nil when the page says nothing of it.
  public var isActive: Bool?

  /// `611 Frenchmen St, New Orleans, LA 70116`, as far as its parts are known.
  public var fullAddress: String {
    let region = [state, postalCode].filter { !$0.isEmpty }.joined(separator: " ")
    return [thoroughfare, locality, region].filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

/// What an event's page tells beside what the listing said.
public struct WWOZEvent: Equatable, Sendable {
  /// All that is written about it, a line a paragraph. System 000 kept the first paragraph only.
  public var description = ""
  /// The acts that the page links to, the event's own act often among them.
  public var acts: [WWOZArtistLink] = []

  /// The link whose name is the listed act's, in whatever case, and the others.
  public func acts(own name: String) -> (own: WWOZArtistLink?, others: [WWOZArtistLink]) {
    let own = acts.first { $0.isNamed(name) }
    return (own, acts.filter { !$0.isNamed(name) })
  }
}

/// What an artist's page tells.
public struct WWOZArtist: Equatable, Sendable {
  public var description = ""
  public var website = ""
  public var genres: [String] = []
  public var acts: [WWOZArtistLink] = []
}

/// A link to an act.
public struct WWOZArtistLink: Equatable, Hashable, Sendable {
  public var name: String
  /// Root-relative; empty when the link leads off the site.
  public var path: String

  func isNamed(_ other: String) -> Bool { name.lowercased() == other.lowercased() }
}
