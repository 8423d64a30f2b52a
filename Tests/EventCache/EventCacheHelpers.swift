import Contracts
import EventCache
import EventRecords
import Foundation
import TestSupport
import Testing
import Time

func make(
  _ name: String, at time: String? = "2024-05-31T20:00:00-05:00", description: String = "", origin: Bool = false
) -> EventRecord {
  EventRecord(
    artist: .init(name: name, description: description, genres: ["Jazz"], href: "/artists/\(name)"),
    venue: .init(name: "Blue Room", isActive: true), event: .init(date: "2024-05-31", href: "/events/\(name)"),
    performanceTime: time, scrapeTime: "2024-05-31T08:00:00+00:00",
    origin: origin ? .init(dataset: "wwoz", listingURL: "https://example.org/") : nil)
}

func day(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

func instant(_ text: String) throws -> Date { try #require(RFC3339.parse(text)).date }

/// Makes the cache in a database that only these tests use.
func make(
  at now: String = "2024-05-31T12:00:00-05:00", url: String = RedisService.url(database: 25),
  authorities: String? = nil, random: any RandomNumberGenerator = FixedRandom(1 << 63)
) throws -> EventCache {
  try EventCache(
    EventCacheSettings(url: url, authorities: authorities, connectTimeout: .seconds(10), socketTimeout: .seconds(10)),
    zone: try TimeZoneRules(identifier: "America/Chicago"), time: ManualTime(try instant(now)), random: random)
}
