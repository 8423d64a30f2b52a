/// The names that a question may have: those that the database has.
public struct KnownNames: Sendable {
  /// A place with events.
  public struct Venue: Sendable, Equatable {
    /// `venues.id`.
    public let id: Int
    public let name: String
    /// Street and number; nil if unknown.
    public let thoroughfare: String?
    /// City; nil if unknown.
    public let locality: String?
    /// True if its coordinates are known.
    public let isLocated: Bool

    public init(id: Int, name: String, thoroughfare: String? = nil, locality: String? = nil, isLocated: Bool = false) {
      self.id = id
      self.name = name
      self.thoroughfare = thoroughfare
      self.locality = locality
      self.isLocated = isLocated
    }
  }

  /// An artist.
  public struct Artist: Sendable, Equatable {
    /// `artists.id`.
    public let id: Int
    public let name: String

    public init(id: Int, name: String) {
      self.id = id
      self.name = name
    }
  }

  public let venues: [Venue]
  public let artists: [Artist]
  /// As the source writes them.
  public let genres: [String]

  let places: [KnownPlace]
  /// The venues and the artists by the keys of their names, joined.
  let venuesByName: [String: [Int]]
  let artistsByName: [String: [Int]]
  /// The number of words of the longest name.
  let longestName: Int
  let genreForms: [String: [String]]

  public init(venues: [Venue] = [], artists: [Artist] = [], genres: [String] = []) {
    (self.venues, self.artists, self.genres) = (venues, artists, genres)
    places = KnownPlace.all(of: venues)
    func keyed(_ names: [(id: Int, words: [String])]) -> [String: [Int]] {
      Dictionary(names.map { ($0.words.joined(separator: " "), [$0.id]) }, uniquingKeysWith: +)
    }
    venuesByName = keyed(KnownPlace.names(of: venues).map { ($0.id, $0.words) })
    artistsByName = keyed(artists.map { ($0.id, NameKey.words(ofName: $0.name)) })
    let spaces = (Array(venuesByName.keys) + artistsByName.keys).map { name in name.utf8.count { $0 == 0x20 } }
    longestName = min(8, (spaces.max() ?? 0) + 1)
    genreForms = GenreForms.all(of: genres)
  }
}
