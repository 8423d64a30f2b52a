import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import AWS
@testable import ProcessedZone

/// Against the local AWS, whose ETag is that of the bytes, as in S3: an object that is written again with the same lines keeps it.
@Suite("The processed zone's wrong memory", .enabled(if: Zone.hasServices, "start the services: make test"))
struct StaleMemoryTests {
  private static let days = ["2024-05-30", "2024-05-31"]
  private static let wrong = String(repeating: "0", count: 64)

  private func zone() throws -> Zone {
    let zone = try Zone(inMemory: false)
    for (index, day) in Self.days.enumerated() { try zone.put("\(index)", on: day) }
    try zone.publish()
    return zone
  }

  private func memory(of zone: Zone) throws -> [String: ProcessedBucket.Stored] {
    try ProcessedBucket(zone.client, bucket: zone.bucket).memory(of: "ticketmaster", deadline: zone.deadline)
  }

  @Test("A digest that is remembered and wrong is corrected by one request")
  func remembered() throws {
    let zone = try zone()
    let right = try memory(of: zone)
    let key = Zone.day(Self.days[0])
    var stale = right
    stale[key] = .init(etag: try #require(right[key]).etag, digest: Self.wrong)
    try ProcessedBucket(zone.client, bucket: zone.bucket).remember(stale, of: "ticketmaster", deadline: zone.deadline)
    #expect(try zone.publish().counts == ["a": 2])
    #expect(try memory(of: zone) == right)
    #expect(try zone.publish().bytes == 0)
  }

  @Test("Objects with digests of another form get those of this one, with the same bytes and ETags")
  func upgrade() throws {
    let zone = try zone()
    let right = try memory(of: zone)
    for day in Self.days {
      let place = S3Location(bucket: zone.bucket, key: Zone.day(day))
      let body = try zone.client.get(place, deadline: zone.deadline).body
      try zone.client.put(
        body, to: place, contentType: "application/gzip", metadata: [ProcessedBucket.digestName: Self.wrong],
        deadline: zone.deadline)
    }
    let stale = right.mapValues { ProcessedBucket.Stored(etag: $0.etag, digest: Self.wrong) }
    try ProcessedBucket(zone.client, bucket: zone.bucket).remember(stale, of: "ticketmaster", deadline: zone.deadline)
    #expect(try zone.publish().bytes > 0)
    #expect(try memory(of: zone) == right)
    #expect(try zone.publish().bytes == 0)
  }
}
