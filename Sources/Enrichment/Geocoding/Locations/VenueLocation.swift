import FoundationEssentials
import Postgres

/// A row of `venue_locations`, to be stored.
struct VenueLocation: Equatable {
  let venue: DueVenue
  let judgment: GeocodingJudgment

  /// The days until a miss is looked up again: after the first, the second, and each further one.
  static let retryDays = [1, 7, 30]
  static let secondsOfDay = 86_400.0

  var isFound: Bool { if case .found = judgment { true } else { false } }

  /// The match whose coordinates are stored.
  var found: GeocodingMatch? { if case .found(let match) = judgment { match } else { nil } }

  /// The match, also one that is not believed: it shows a person what the provider understood.
  var match: GeocodingMatch? {
    switch judgment {
    case .found(let match): match
    case .miss(_, let match): match
    }
  }

  var reason: MissReason? { if case .miss(let reason, _) = judgment { reason } else { nil } }

  /// True if nothing is known of the address, because the provider failed.
  var isFailed: Bool { reason == .failed }

  /// The misses in a row, with this one.
  var misses: Int { isFound ? 0 : isFailed ? venue.misses : venue.misses + 1 }

  /// The time at which a miss is looked up again; nil for a found place.
  func retry(after now: Date) -> Date? {
    guard !isFound else { return nil }
    // The next run tries again, after the venues that have not failed.
    guard !isFailed else { return now }
    let days = Self.retryDays[min(misses, Self.retryDays.count) - 1]
    return now + Double(days) * Self.secondsOfDay
  }
}

extension VenueLocations {
  /// The values of `upsert`.
  static func values(
    _ locations: [VenueLocation], by provider: GeocodingProvider, at now: Date
  ) -> [PostgresValue] {
    let expiry = provider.storageDays.map { now + Double($0) * VenueLocation.secondsOfDay }
    return [
      .text(provider.name), .time(now), .ints(locations.map(\.venue.id)), .texts(locations.map(\.venue.query)),
      .texts(locations.map(\.venue.queryHash)), .texts(locations.map { $0.reason?.rawValue }),
      .doubles(locations.map { $0.found?.coordinate.latitude }),
      .doubles(locations.map { $0.found?.coordinate.longitude }),
      .texts(locations.map { $0.match?.precision.rawValue }), .texts(locations.map { $0.match?.placeID }),
      // Where coordinates may not be kept, nor may an address: a miss has no time at which it would be removed.
      .texts(locations.map { provider.storageDays == nil ? $0.match?.address : nil }),
      .bools(locations.map { $0.match?.isPartial ?? false }),
      .ints(locations.map(\.misses)), .times(locations.map { $0.isFound ? expiry : nil }),
      .times(locations.map { $0.retry(after: now) }),
    ]
  }
}
