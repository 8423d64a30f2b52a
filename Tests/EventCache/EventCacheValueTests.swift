import Contracts
import EventRecords
import Foundation
import TestSupport
import Testing
import Time

@testable import EventCache

@Suite("The cached value of a day")
struct EventCacheValueTests {
  func names(_ records: [EventRecord]) throws -> [String] {
    try JSONDecoder().decode([EventRecord].self, from: try CachedDay.json(records)).map(\.artist.name)
  }

  @Test(
    "The value is an array of objects with the legacy system's keys, without origins, with null for unknown times (F57)"
  )
  func shape() throws {
    let json = String(decoding: try CachedDay.json([make("A", at: nil, origin: true)]), as: UTF8.self)
    #expect(
      json == #"[{"artist_data":{"description":"","genres":["Jazz"],"name":"A","related_artists":[],"website":"","#
        + #""wwoz_artist_href":"/artists/A"},"event_data":{"description":"","event_artist":"","event_date":"2024-05-31","#
        + #""genres":[],"related_artists":[],"wwoz_artist_href":"","wwoz_event_href":"/events/A"},"#
        + #""performance_time":null,"scrape_time":"2024-05-31T08:00:00+00:00","#
        + #""venue_data":{"event_artist":"","full_address":"","is_active":true,"locality":"","name":"Blue Room","#
        + #""phone_number":"","postal_code":"","state":"","thoroughfare":"","website":"","wwoz_venue_href":""}}]"#)
  }

  @Test("A day with no events is an empty array")
  func empty() throws {
    #expect(try CachedDay.json([]) == Data("[]".utf8))
  }

  @Test("Any text is read back as it was written")
  func roundTrip() throws {
    let record = make("A", description: "\u{0}\n\"\\/ “Trombone” Ü 🎺 \u{2028}</script>")
    let json = try CachedDay.json([record])
    #expect(try JSONDecoder().decode([EventRecord].self, from: json) == [record])
    #expect(String(decoding: json, as: UTF8.self).contains("</script>"))
  }

  @Test("The same records always have the same bytes")
  func deterministic() throws {
    let records = (0..<20).map { make("Artist \($0)") }
    let values = try (0..<5).map { _ in try CachedDay.json(records) }
    #expect(Set(values).count == 1)
  }

  @Test("Events are sorted by time, those without one last, and those of the same time in their given order")
  func order() throws {
    let records = [
      make("late", at: "2024-05-31T23:00:00-05:00"), make("unknown", at: nil),
      make("same 1", at: "2024-05-31T20:00:00-05:00"), make("nonsense", at: "20:00"),
      make("same 2", at: "2024-05-31T20:00:00-05:00"), make("early", at: "2024-05-31T11:00:00-05:00"),
    ]
    #expect(try names(records) == ["early", "same 1", "same 2", "late", "unknown", "nonsense"])
  }

  @Test("In the repeated hour of autumn, events are sorted by time and not by the clock")
  func overlap() throws {
    let records = [make("second", at: "2024-11-03T01:15:00-06:00"), make("first", at: "2024-11-03T01:30:00-05:00")]
    #expect(try names(records) == ["first", "second"])
  }

  @Test(
    "A day's lifetime depends on its distance from today (F57)",
    arguments: [
      (-400, 604_800), (-1, 604_800), (0, 3600), (1, 43_200), (7, 43_200), (8, 86_400), (365, 86_400),
    ])
  func tiers(distance: Int, seconds: Int) throws {
    let today = try day("2024-05-31")
    #expect(CacheLifetime.seconds(of: today.adding(days: distance), today: today) == seconds)
  }

  @Test("A lifetime varies by a tenth in both directions, and reaches both ends")
  func spread() {
    var lowest: any RandomNumberGenerator = FixedRandom(0)
    var highest: any RandomNumberGenerator = FixedRandom(.max)
    var middle: any RandomNumberGenerator = FixedRandom(1 << 63)
    var random: any RandomNumberGenerator = SplitMix(seed: 7)
    for seconds in [3600, 43_200, 86_400, 604_800] {
      #expect(CacheLifetime.spread(seconds, using: &lowest) == seconds / 10 * 9)
      #expect(CacheLifetime.spread(seconds, using: &highest) == seconds / 10 * 11)
      #expect(CacheLifetime.spread(seconds, using: &middle) == seconds)
      let lifetimes = (0..<1000).map { _ in CacheLifetime.spread(seconds, using: &random) }
      #expect(lifetimes.allSatisfy { (seconds / 10 * 9...seconds / 10 * 11).contains($0) })
      #expect(Set(lifetimes).count > 300)
    }
  }
}
