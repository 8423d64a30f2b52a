import FoundationEssentials
import Time

/// Where the raw data of a run lie, partitioned by the listing's date in Hive's way: the document at
/// `raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_RUN.json`, and beside it, as
/// `events_2024-05-31_RUN.20240531T080000123Z-REQUEST.warc.gz`, the pages that each try of the run has read.
public struct RawKey: Equatable, Sendable, CustomStringConvertible {
  private static let archiveExtension = "warc.gz"

  /// `wwoz`.
  public let dataset: String
  /// `events`.
  public let dataType: String
  /// The listing's date.
  public let date: CalendarDate
  /// The run's identity, as far as a key may carry it.
  public let run: String
  /// Of an archive: when the try began, in a form that sorts by it, and which request it was. Nil for the document.
  public let attempt: String?

  /// The key of the document.
  /// - Parameter run: any text; characters other than letters and digits of ASCII, `.`, `_` and `-` become `-`, and what
  ///   goes beyond 128 characters is cut.
  public init(dataset: String, dataType: String, date: CalendarDate, run: String) {
    self.init(dataset: dataset, dataType: dataType, date: date, run: Self.safe(run), attempt: nil)
  }

  private init(dataset: String, dataType: String, date: CalendarDate, run: String, attempt: String?) {
    self.dataset = dataset
    self.dataType = dataType
    self.date = date
    self.run = run
    self.attempt = attempt
  }

  /// Where a try of the run keeps the pages that it reads for this date. No other try writes there.
  /// - Parameter request: the try's own, any text.
  public func archive(begun: Date, request: String) -> RawKey {
    let moment = RFC3339.utc(begun).filter { !"-:.".contains($0) }
    return with(run, "\(moment)-\(Self.safe(request).replacing(".", with: "-"))")
  }

  public var description: String {
    let name = "\(folder)\(dataType)_\(date)_\(run)"
    return attempt.map { "\(name).\($0).\(Self.archiveExtension)" } ?? "\(name).json"
  }

  /// What the keys of all runs of the date begin with, up to the last slash.
  var folder: String {
    let parts = date.description.split(separator: "-")
    return "raw/\(dataset)/\(dataType)/year=\(parts[0])/month=\(parts[1])/day=\(parts[2])/"
  }

  /// The key of an archive of the same date, of which a listing tells; nil for a name of another form.
  func archive(at key: String) -> RawKey? {
    let (head, tail) = ("\(folder)\(dataType)_\(date)_", ".\(Self.archiveExtension)")
    guard key.hasPrefix(head), key.hasSuffix(tail) else { return nil }
    let name = key.dropFirst(head.count).dropLast(tail.count)
    // An attempt has no dot in it; a run may have some.
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let archive = with(String(name[..<dot]), String(name[name.index(after: dot)...]))
    return archive.description == key && Self.safe(archive.run) == archive.run ? archive : nil
  }

  private func with(_ run: String, _ attempt: String) -> RawKey {
    RawKey(dataset: dataset, dataType: dataType, date: date, run: run, attempt: attempt)
  }

  static func safe(_ text: String) -> String {
    String(text.unicodeScalars.prefix(128).map { isSafe($0) ? Character($0) : "-" })
  }

  private static func isSafe(_ character: Unicode.Scalar) -> Bool {
    switch character {
    case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
    default: false
    }
  }
}
