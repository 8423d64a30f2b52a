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
    self.run = Self.safe(run)
    self.fileExtension = fileExtension
  }

  /// Where the pages lie that the run read for this date.
  public var archive: RawKey {
    RawKey(dataset: dataset, dataType: dataType, date: date, run: run, fileExtension: "warc.gz")
  }

  public var description: String { "\(folder)\(dataType)_\(date)_\(run).\(fileExtension)" }

  /// What the keys of all runs of the date begin with, up to the last slash.
  var folder: String {
    let parts = date.description.split(separator: "-")
    return "raw/\(dataset)/\(dataType)/year=\(parts[0])/month=\(parts[1])/day=\(parts[2])/"
  }

  /// The key of another run of the same date, of which a listing tells; nil for a name of another form.
  func sibling(_ key: String, fileExtension: String) -> RawKey? {
    let head = "\(folder)\(dataType)_\(date)_"
    guard key.hasPrefix(head), key.hasSuffix(".\(fileExtension)") else { return nil }
    let run = key.dropFirst(head.count).dropLast(fileExtension.count + 1)
    let sibling = RawKey(
      dataset: dataset, dataType: dataType, date: date, run: String(run), fileExtension: fileExtension)
    return sibling.description == key ? sibling : nil
  }

  static func safe(_ run: String) -> String {
    String(run.unicodeScalars.prefix(128).map { isSafe($0) ? Character($0) : "-" })
  }

  private static func isSafe(_ character: Unicode.Scalar) -> Bool {
    switch character {
    case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
    default: false
    }
  }
}
