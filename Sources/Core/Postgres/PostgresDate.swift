import Time

/// A day as the server counts it, with its infinities. A `CalendarDate` has the years 1 to 9999.
/// Source: https://www.postgresql.org/docs/current/datatype-datetime.html
public struct PostgresDate: Equatable, Sendable, PostgresDecodable {
  /// From 4714-11-24 BC to the end of the year 5874897.
  private static let finite = Int32(-2_451_545)..<2_145_031_949

  /// Days since 2000-01-01; the ends of the type are the infinities.
  public let daysSince2000: Int32

  /// - Returns: nil for a number that is no day of the server.
  public init?(daysSince2000 count: Int32) {
    guard Self.finite.contains(count) || count == .max || count == .min else { return nil }
    daysSince2000 = count
  }

  /// Reads date.
  public init?(_ field: PostgresField) {
    guard field.type == PostgresType.date, let count = field.integer(Int32.self) else { return nil }
    self.init(daysSince2000: count)
  }

  /// The day, limited to the years 1 to 9999.
  public var calendarDate: CalendarDate { CalendarDate(daysSinceEpoch: Int(daysSince2000) + postgresEpochInDays) }
}
