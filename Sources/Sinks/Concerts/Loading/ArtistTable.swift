/// The artists of a document, by name. Most are only named, by another artist's page or an event's: the table keeps no more
/// than their address, because a document of 8 MB can name 200,000 of them, and the loader has 256 MB.
struct ArtistTable {
  private struct Named {
    var href: String?
  }

  /// The artists of which the document has more than the name and the address.
  private(set) var described: [Key: IncomingArtist] = [:]
  private var named: [Key: Named] = [:]

  var count: Int { described.count + named.count }
  var keys: [Key] { Array(described.keys) + Array(named.keys) }

  subscript(name: Key) -> IncomingArtist? { described[name] ?? named[name].map { IncomingArtist(href: $0.href) } }

  /// Adds an artist, or merges it with what is known of its name.
  mutating func add(_ artist: IncomingArtist, named name: Key) {
    if described[name]?.add(artist) != nil { return }
    var merged = artist
    if let known = named[name] {
      merged = IncomingArtist(href: known.href)
      merged.add(artist)
    }
    if merged.isOnlyNamed {
      named[name] = Named(href: merged.href)
    } else {
      named[name] = nil
      described[name] = merged
    }
  }
}
