import Foundation
import Search
import Time

/// The answer of `festvibes similar`.
struct SimilarReport {
  let artist: KnownNames.Artist
  /// The most similar first.
  let similar: [SimilarArtist]

  func lines(for terminal: Terminal) -> [String] {
    let title = Style.bold.apply("Like \(artist.name)", colors: terminal.colors)
    guard !similar.isEmpty else { return ["\(title): no artist has a vector, a genre or a link in common with it"] }
    var table = TextTable([
      .init(title: "artist", minimum: 16), .init(title: "score", isRight: true),
      .init(title: "similarity", short: "sim.", isRight: true, rank: 3), .init(title: "linked", rank: 2),
      .init(title: "common genres", short: "genres", rank: 1, minimum: 8), .init(title: "next event"),
    ])
    table.rows = similar.map { artist in
      [
        .init(artist.name), .init(Self.number(artist.score)), .init(artist.similarity.map(Self.number) ?? ""),
        .init(artist.isRelated ? "yes" : ""), .init(artist.sharedGenres.joined(separator: ", "), .dim),
        .init(artist.next?.description ?? ""),
      ]
    }
    return [title, ""] + table.lines(width: terminal.size?.width, colors: terminal.colors)
  }

  private static func number(_ value: Double) -> String { String(format: "%.2f", value) }

  func json() throws -> String {
    let artists: [[String: Any]] = similar.map { artist in
      [
        "artist_id": artist.id, "name": artist.name, "score": artist.score,
        "similarity": artist.similarity ?? NSNull() as Any, "genre_match": artist.genreMatch,
        "shared_genres": artist.sharedGenres, "linked": artist.isRelated,
        "next_date": artist.next?.description ?? NSNull() as Any,
      ]
    }
    return try JSONText.line(["artist": artist.name, "artist_id": artist.id, "similar": artists])
  }
}
