import Contracts

/// An event of a listing, with the data of its detail pages: an element of the extract document and of the cached day. The
/// JSON keys are those of the legacy system. A text that the source does not give is empty here, and null in the database.
public struct EventRecord: Codable, Equatable, DocumentRecord {
  public var artist: Artist
  public var venue: Venue
  public var event: Event
  /// RFC 3339 with the offset of the dataset's zone; nil if the source gives no time.
  public var performanceTime: String?
  /// The time at which the listing was read, RFC 3339.
  public var scrapeTime: String
  /// The record's source; nil in documents of the legacy system and in the cache.
  public var origin: Origin?

  public struct Artist: Codable, Equatable, Sendable {
    public var name: String
    public var description: String
    public var genres: [String]
    /// The names of artists to whom the artist's page links.
    public var relatedArtists: [String]
    /// Root-relative, `/artists/…`.
    public var href: String
    public var website: String

    public init(
      name: String = "", description: String = "", genres: [String] = [], relatedArtists: [String] = [],
      href: String = "", website: String = ""
    ) {
      self.name = name
      self.description = description
      self.genres = genres
      self.relatedArtists = relatedArtists
      self.href = href
      self.website = website
    }

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
    /// Nil if the source does not say.
    public var isActive: Bool?
    public var website: String
    /// Root-relative, `/organizations/…`.
    public var href: String
    /// The artist as listed.
    public var eventArtist: String
    /// Degrees north, WGS 84; nil if it is unknown, and in extract documents.
    public var latitude: Double?
    /// Degrees east, WGS 84; nil if it is unknown, and in extract documents.
    public var longitude: Double?

    public init(
      name: String = "", thoroughfare: String = "", phoneNumber: String = "", locality: String = "",
      state: String = "", postalCode: String = "", fullAddress: String = "", isActive: Bool? = nil,
      website: String = "", href: String = "", eventArtist: String = "", latitude: Double? = nil,
      longitude: Double? = nil
    ) {
      self.name = name
      self.thoroughfare = thoroughfare
      self.phoneNumber = phoneNumber
      self.locality = locality
      self.state = state
      self.postalCode = postalCode
      self.fullAddress = fullAddress
      self.isActive = isActive
      self.website = website
      self.href = href
      self.eventArtist = eventArtist
      self.latitude = latitude
      self.longitude = longitude
    }

    enum CodingKeys: String, CodingKey {
      case name, thoroughfare, locality, state, website, latitude, longitude
      case phoneNumber = "phone_number"
      case postalCode = "postal_code"
      case fullAddress = "full_address"
      case isActive = "is_active"
      case href = "wwoz_venue_href"
      case eventArtist = "event_artist"
    }
  }

  public struct Event: Codable, Equatable, Sendable {
    /// The event's local date, `YYYY-MM-DD`.
    public var date: String
    /// Root-relative, `/events/…`. With the source it is the event's key.
    public var href: String
    /// The artist as listed.
    public var eventArtist: String
    public var artistHref: String
    public var description: String
    public var relatedArtists: [RelatedArtist]
    public var genres: [String]
    /// `cancelled` or `scheduled`. In an extract document it is `cancelled` if the source lists the event as such, and nil
    /// for one that takes place.
    public var status: String?

    public init(
      date: String = "", href: String = "", eventArtist: String = "", artistHref: String = "",
      description: String = "", relatedArtists: [RelatedArtist] = [], genres: [String] = [], status: String? = nil
    ) {
      self.date = date
      self.href = href
      self.eventArtist = eventArtist
      self.artistHref = artistHref
      self.description = description
      self.relatedArtists = relatedArtists
      self.genres = genres
      self.status = status
    }

    enum CodingKeys: String, CodingKey {
      case description, genres, status
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

    public init(
      name: String = "", href: String = ""
    ) {
      self.name = name
      self.href = href
    }

    enum CodingKeys: String, CodingKey {
      case name
      case href = "wwoz_artist_href"
    }
  }

  /// The times at which the source last confirmed the detail pages, RFC 3339; nil for a page that was not read. Documents
  /// of earlier versions do not have them.
  public struct PageTimes: Codable, Equatable, Sendable {
    public var venue: String?
    public var event: String?
    public var artist: String?

    public init(venue: String? = nil, event: String? = nil, artist: String? = nil) {
      self.venue = venue
      self.event = event
      self.artist = artist
    }
  }

  public struct Origin: Codable, Equatable, Sendable {
    public var dataset: String
    /// The listing's address.
    public var listingURL: String
    /// The paths of the record's detail pages that could not be read, as in `href`. The fields that come from these pages
    /// are unknown, not empty.
    public var failedPages: [String]
    public var pageTimes: PageTimes

    public init(
      dataset: String, listingURL: String, failedPages: [String] = [], pageTimes: PageTimes = PageTimes()
    ) {
      self.dataset = dataset
      self.listingURL = listingURL
      self.failedPages = failedPages
      self.pageTimes = pageTimes
    }

    enum CodingKeys: String, CodingKey {
      case dataset
      case listingURL = "listing_url"
      case failedPages = "failed_pages"
      case pageTimes = "page_times"
    }
  }

  public init(
    artist: Artist, venue: Venue, event: Event, performanceTime: String?, scrapeTime: String, origin: Origin? = nil
  ) {
    self.artist = artist
    self.venue = venue
    self.event = event
    self.performanceTime = performanceTime
    self.scrapeTime = scrapeTime
    self.origin = origin
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
