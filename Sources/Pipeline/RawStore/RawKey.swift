import Time

/// Where the raw data of a run lie: `raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_RUN.json`, partitioned
/// by the listing's date in Hive's way.
public struct RawKey: Equatable, Sendable, CustomStringConvertible {
  /// `wwoz`.
  public let dataset: String
  /// `events`.
  public let dataType: String
  /// The listing's date.
  public let date: CalendarDate
  /// The run's identity, as far as a key may carry it.
  public let run: String
  /// Without the dot.
  public let fileExtension: String

  /// - Parameter run: any text; characters other than letters and digits of ASCII, `.`, `_` and `-` become `-`, and what
  ///   goes beyond 128 characters is cut.
  public init(dataset: String, dataType: String, date: CalendarDate, run: String, fileExtension: String = "json") {
    self.dataset = dataset
    self.dataType = dataType
    self.date = date
    self.run = String(run.unicodeScalars.prefix(128).map { Self.isSafe($0) ? Character($0) : "-" })
    self.fileExtension = fileExtension
  }

  public var description: String {
    let parts = date.description.split(separator: "-")
    let folder = "raw/\(dataset)/\(dataType)/year=\(parts[0])/month=\(parts[1])/day=\(parts[2])"
    return "\(folder)/\(dataType)_\(date)_\(run).\(fileExtension)"
  }

  private static func isSafe(_ character: Unicode.Scalar) -> Bool {
    switch character {
    case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
    default: false
    }
  }
}
