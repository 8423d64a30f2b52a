import Time

/// A day that a cache has.
public struct CachedDayState: Equatable, Sendable {
  public let date: CalendarDate
  /// The number of records; nil if the value is not a JSON array.
  public let records: Int?
  public let bytes: Int
  /// The seconds until the day expires; nil if it does not.
  public let lifetime: Double?

  public init(date: CalendarDate, records: Int?, bytes: Int, lifetime: Double?) {
    self.date = date
    self.records = records
    self.bytes = bytes
    self.lifetime = lifetime
  }
}
