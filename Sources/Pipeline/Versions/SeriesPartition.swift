import Text

/// The points of one series in one month: `CODE/year=2024/month=02`.
public struct SeriesPartition: Sendable {
  public let series: String
  public let year: Int
  /// 1 to 12.
  public let month: Int

  /// Bytes of a series' code. A key of S3 has at most 1,024.
  static let maximumCodeBytes = 200

  /// Nil for a code that cannot be a part of a key, or a month that does not exist.
  public init?(series: String, year: Int, month: Int) {
    guard Self.isCode(series), (1...9999).contains(year), (1...12).contains(month) else { return nil }
    self.init(unchecked: series, year: year, month: month)
  }

  /// - Parameter series: must be a code by `isCode`.
  init(unchecked series: String, year: Int, month: Int) {
    self.series = series
    self.year = year
    self.month = month
  }

  /// Reads `CODE/year=2024/month=02`; nil for any other text.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[1].hasPrefix("year="), parts[2].hasPrefix("month="), parts[1].utf8.count == 9,
      parts[2].utf8.count == 8, let year = Int(digits: String(parts[1].dropFirst(5))),
      let month = Int(digits: String(parts[2].dropFirst(6)))
    else { return nil }
    self.init(series: String(parts[0]), year: year, month: month)
  }

  /// True for a series' code that can be one part of a key: 1 to 200 bytes, without `/` and control characters, and not `.`
  /// or `..`.
  public static func isCode(_ text: String) -> Bool {
    (1...maximumCodeBytes).contains(text.utf8.count) && text != "." && text != ".."
      && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }
  }
}

extension SeriesPartition: Hashable, Comparable {
  /// Compares bytes, as S3 does: Swift takes `é` and `e` with an accent for one.
  public static func == (left: SeriesPartition, right: SeriesPartition) -> Bool {
    left.month == right.month && left.year == right.year && left.series.utf8.elementsEqual(right.series.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    for byte in series.utf8 { hasher.combine(byte) }
    hasher.combine(year)
    hasher.combine(month)
  }

  /// The order of the series' bytes, then of the months.
  public static func < (left: SeriesPartition, right: SeriesPartition) -> Bool {
    if left.series.utf8.elementsEqual(right.series.utf8) { return (left.year, left.month) < (right.year, right.month) }
    return left.series.utf8.lexicographicallyPrecedes(right.series.utf8)
  }
}

extension SeriesPartition: CustomStringConvertible {
  public var description: String {
    let digits = String(year)
    let padded = String(repeating: "0", count: 4 - digits.utf8.count) + digits
    return "\(series)/year=\(padded)/month=\(month < 10 ? "0" : "")\(month)"
  }
}
