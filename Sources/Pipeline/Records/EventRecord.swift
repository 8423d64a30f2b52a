/// One show, as a listing and its detail pages tell of it: an element of the extract document and of the cached day. The
/// field names are those of system 000. A text that the source does not give is empty here, and null in the database.
public struct EventRecord: Codable, Equatable, Sendable {
  public var artist: Artist
  public var venue: Venue
  public var event: Event
  /// RFC 3339 with the offset of the dataset's zone; nil when the source gives no time.
  public var performanceTime: String?
  /// When the listing was read, RFC 3339.
  public var scrapeTime: String
  /// Where the record came from; nil in documents of system 000 and in the cache.
  public var origin: Origin?

  public struct Artist: Codable, Equatable, Sendable {
    public var name: String
    public var description: String
    public var genres: [String]
    /// Names of acts that the artist's page links to.
    public var relatedArtists: [String]
    /// Root-relative, `/artists/…`.
    public var href: String
    public var website: String

    enum CodingKeys: String, CodingKey {
      case name, description, genres, website
      case relatedArtists = "related_artists"
      case href = "wwoz_artist_href"
    }
  }

  public struct Venue: Codable, Equatable, Sendable {
    public var name: String
    /// Street and number.
    public var thoroughfare: String
    public var phoneNumber: String
    public var locality: String
    public var state: String
    public var postalCode: String
    public var fullAddress: String
    /// Nil when the source does not say.
    public var isActive: Bool?
    public var website: String
    /// Root-relative, `/organizations/…`.
    public var href: String
    /// The act as the listing names it.
    public var eventArtist: String

    enum CodingKeys: String, CodingKey {
      case name, thoroughfare, locality, state, website
      case phoneNumber = "phone_number"
      case postalCode = "postal_code"
      case fullAddress = "full_address"
      case isActive = "is_active"
      case href = "wwoz_venue_href"
      case eventArtist = "event_artist"
    }
  }

  public struct Event: Codable, Equatable, Sendable {
    /// The event's local day, `YYYY-MM-DD`.
    public var date: String
    /// Root-relative, `/events/…`; with the dataset it is the event's key.
    public var href: String
    /// The act as the listing names it.
    public var eventArtist: String
    public var artistHref: String
    public var description: String
    public var relatedArtists: [RelatedArtist]
    public var genres: [String]

    enum CodingKeys: String, CodingKey {
      case description, genres
      case date = "event_date"
      case href = "wwoz_event_href"
      case eventArtist = "event_artist"
      case artistHref = "wwoz_artist_href"
      case relatedArtists = "related_artists"
    }
  }

  public struct RelatedArtist: Codable, Equatable, Hashable, Sendable {
    public var name: String
    public var href: String

    enum CodingKeys: String, CodingKey {
      case name
      case href = "wwoz_artist_href"
    }
  }

  public struct Origin: Codable, Equatable, Sendable {
    public var dataset: String
    /// The listing's address.
    public var listingURL: String

    enum CodingKeys: String, CodingKey {
      case dataset
      case listingURL = "listing_url"
    }
  }

  enum CodingKeys: String, CodingKey {
    case artist = "artist_data"
    case venue = "venue_data"
    case event = "event_data"
    case performanceTime = "performance_time"
    case scrapeTime = "scrape_time"
    case origin
  }
}
