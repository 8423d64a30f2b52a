/// An instant as the server counts it: to the microsecond, and with its infinities. A `Date` is exact to the microsecond only
/// until 2255.
/// Source: https://www.postgresql.org/docs/current/datatype-datetime.html
public struct PostgresTime: Equatable, Sendable {
  /// From 4714-11-24 BC to the end of the year 294276.
  static let finite = Int64(-211_813_488_000_000_000)..<9_223_371_331_200_000_000

  /// Microseconds since 2000-01-01 UTC; the ends of the type are the infinities.
  public let microsecondsSince2000: Int64

  /// - Returns: nil for a number that is no time of the server.
  public init?(microsecondsSince2000 count: Int64) {
    guard Self.finite.contains(count) || count == .max || count == .min else { return nil }
    microsecondsSince2000 = count
  }

  /// Microseconds since 1970-01-01 UTC; the last centuries that the server knows, and its infinities, are the ends of the type.
  public var microsecondsSince1970: Int {
    let (sum, isTooLarge) = Int(microsecondsSince2000).addingReportingOverflow(postgresEpochInDays * 86_400_000_000)
    return isTooLarge ? .max : microsecondsSince2000 == .min ? .min : sum
  }
}
