import Contracts
import EventCache
import EventRecords
import Foundation
import Redis
import TestSupport
import Time

/// Measures caching a day: encoding its JSON and one SET on an open connection.
struct CacheBenchmarks {
  /// The address of a Redis server, from `REDIS_URL`. Days of the year 1 are written, and deleted at the end.
  let url: String

  func measurements() throws -> [Measurement] {
    let cache = try EventCache(EventCacheSettings(url: url), zone: try Dataset.wwoz.timeZoneRules())
    let first = CalendarDate(daysSinceEpoch: .min)
    let day = (0..<118).map(Self.record)
    let month = Dictionary(uniqueKeysWithValues: (0..<31).map { (first.adding(days: $0), day) })
    let rows = [
      Measurement(
        name: "caching a date of 118 events", unit: "ms",
        samples: try samples(200) { try cache.write([first: day], deadline: $0) }, target: .atMost(5)),
      Measurement(
        name: "caching 31 such dates in one round trip", unit: "ms",
        samples: try samples(10) { try cache.write(month, deadline: $0) }),
    ]
    let keys = month.keys.map { "events:\($0)" }
    _ = try RedisClient(RedisSettings(url: try RedisURL(url))).send(
      RedisCommand("DEL", keys.map { Data($0.utf8) }), deadline: Deadline(after: .seconds(10), on: SystemTime()))
    return rows
  }

  /// Returns the milliseconds of each call, after an unmeasured one that connects.
  private func samples(_ count: Int, _ work: (Deadline) throws -> Void) throws -> [Double] {
    let time = SystemTime()
    let all = try (0...count).map { _ in
      let start = time.uptime
      try work(Deadline(after: .seconds(30), on: time))
      return (time.uptime - start).inSeconds * 1000
    }
    return Array(all.dropFirst())
  }

  /// Returns a record of about 2 kB of JSON, like a real one with its descriptions.
  private static func record(_ number: Int) -> EventRecord {
    let text = String(repeating: "A “second line” from the Tremé, with brass & soul.\n", count: 10)
    return EventRecord(
      artist: .init(
        name: "Artist \(number)", description: text, genres: ["Jazz", "Brass"], relatedArtists: ["Another"],
        href: "/artists/artist-\(number)", website: "https://artist.example/"),
      venue: .init(
        name: "Venue \(number)", thoroughfare: "\(number) Some St", phoneNumber: "504-555-0100",
        locality: "New Orleans", state: "LA", postalCode: "70116", fullAddress: "\(number) Some St, New Orleans, LA",
        isActive: true, website: "https://venue.example/", href: "/organizations/venue-\(number)",
        eventArtist: "Artist \(number)"),
      event: .init(
        date: "0001-01-01", href: "/events/\(number)", eventArtist: "Artist \(number)",
        artistHref: "/artists/artist-\(number)", description: text,
        relatedArtists: [.init(name: "Another", href: "/artists/another")], genres: ["Jazz"]),
      performanceTime: "0001-01-01T\(10 + number % 14):00:00-05:50", scrapeTime: "2024-05-31T08:00:00+00:00")
  }
}
