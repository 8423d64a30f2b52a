import JSON

/// A point of a time series, as a document and a partition have it:
///
///     {"obs_time": "2024-02-24T00:00:00-03:00", "internal_series_code": "CODE", "value": 72506.087,
///      "unit": "ARS_per_USD", "frequency": "D", "collection_date": "2026-11-28T03:00:00Z"}
public struct SeriesPoint: Hashable, Sendable {
  public let time: PointTime
  public let series: String
  /// The value as the document spells it.
  public let value: JSONNumber
  public let unit: String?
  public let frequency: String?
  /// The time, in UTC, of the reading that first had the point as it is.
  public let collectionDate: String?

  public init(
    time: PointTime, series: String, value: JSONNumber, unit: String?, frequency: String?, collectionDate: String?
  ) {
    self.time = time
    self.series = series
    self.value = value
    self.unit = unit
    self.frequency = frequency
    self.collectionDate = collectionDate
  }

  /// The place of the point. Its series must be a code by `SeriesPartition.isCode`.
  public var partition: SeriesPartition {
    let (year, month) = time.localMonth
    return SeriesPartition(unchecked: series, year: year, month: month)
  }

  /// True if both points say the same: in time, series, value, unit and frequency. It does not count when they were read, nor
  /// how a value is spelled.
  public func saysTheSame(as other: SeriesPoint) -> Bool {
    time == other.time && series == other.series && unit == other.unit && frequency == other.frequency
      && (value == other.value || plainValue == other.plainValue)
  }

  /// The value without an exponent and needless zeros: `1.50` and `15e-1` are `1.5`.
  var plainValue: String { DecimalNumber(value)?.text ?? value.text }
}
