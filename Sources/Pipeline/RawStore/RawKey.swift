import Contracts
import FoundationEssentials
import Time

/// The key of a run's raw data for one work item, partitioned by date in Hive's way: the document at
/// `raw/SOURCE/DATA_TYPE/year=2024/month=05/day=31/DATA_TYPE_ITEM_RUN.json`, and beside it, as
/// `DATA_TYPE_ITEM_RUN.20240531T080000123Z-REQUEST.warc.gz`, the pages that each attempt of the run read. What is too large
/// for one object goes on in others: a file in `….20240531T080000123Z-REQUEST_2.warc.gz`, a document in
/// `….20240531T080000123Z-REQUEST_2.json`. These have the attempt in their names, so that no other attempt writes there.
public struct RawKey: Equatable, Sendable, CustomStringConvertible {
  private static let archiveExtension = "warc.gz"

  public let dataset: Dataset
  public let item: WorkItem
  /// The item's date; for an item without one, the date of the run in UTC.
  public let partition: CalendarDate
  /// The run's name, with the characters that a key may have.
  public let run: String
  /// For an archive: the start of the attempt, in a form that sorts by time, and its request id. Nil for the document.
  public let attempt: String?
  /// The place among the objects of an archive or of a document, from 1.
  public let number: Int
  /// True for a document, also for a part of one; false for an archive.
  public let isDocument: Bool

  /// The key of the document.
  /// - Parameters:
  ///   - run: any text. Characters other than ASCII letters and digits, `.`, `_` and `-` become `-`, and the text is cut
  ///     to 128 characters.
  ///   - started: the start of the run. It is the same in every attempt, so that all use the same key.
  public init(dataset: Dataset, item: WorkItem, run: String, started: Date) {
    let partition =
      item.date ?? CalendarDate(daysSinceEpoch: Int((started.timeIntervalSince1970 / 86_400).rounded(.down)))
    self.init(dataset: dataset, item: item, partition: partition, run: Self.safe(run), attempt: nil)
  }

  private init(
    dataset: Dataset, item: WorkItem, partition: CalendarDate, run: String, attempt: String?, number: Int = 1,
    isDocument: Bool? = nil
  ) {
    self.dataset = dataset
    self.item = item
    self.partition = partition
    self.run = run
    self.attempt = attempt
    self.number = number
    self.isDocument = isDocument ?? (attempt == nil)
  }

  /// Returns the key of the archive of one attempt. No other attempt writes there.
  /// - Parameter request: the attempt's request id, any text.
  public func archive(begun: Date, request: String) -> RawKey {
    let moment = RFC3339.utc(begun).filter { !"-:.".contains($0) }
    return RawKey(
      dataset: dataset, item: item, partition: partition, run: run,
      // A dot divides the attempt from the run, and a `_` the number from the attempt.
      attempt: "\(moment)-\(Self.safe(request).replacing(".", with: "-").replacing("_", with: "-"))")
  }

  /// Returns the key of an object that continues an archive; for 1 the archive itself.
  /// - Parameter number: at most six digits.
  public func segment(_ number: Int) -> RawKey {
    RawKey(
      dataset: dataset, item: item, partition: partition, run: run, attempt: attempt, number: number, isDocument: false)
  }

  /// Returns the key of an object that continues the document of the attempt whose archive this is.
  /// - Parameter number: from 2 on.
  public func part(_ number: Int) -> RawKey {
    RawKey(
      dataset: dataset, item: item, partition: partition, run: run, attempt: attempt, number: number, isDocument: true)
  }

  /// Returns the key of an object that continues the archive at a key.
  public static func segment(_ number: Int, ofArchiveAt key: String) -> String {
    let name = key.hasSuffix(".\(archiveExtension)") ? String(key.dropLast(archiveExtension.count + 1)) : key
    return "\(name)_\(number).\(archiveExtension)"
  }

  public var description: String {
    let name = "\(folder)\(prefix)\(run)"
    let place = number > 1 ? "_\(number)" : ""
    return "\(name)\(attempt.map { ".\($0)" } ?? "")\(place).\(isDocument ? "json" : Self.archiveExtension)"
  }

  /// The common beginning of the keys of all runs of the item, up to the last slash of the partition. The runs of an item
  /// without a date are in partitions of different dates.
  var searchPrefix: String { item.date == nil ? root : folder }

  /// Returns the key of an archive of the same item from a listing; nil for a name of another form, and for an object that
  /// continues an archive.
  func archive(at key: String) -> RawKey? {
    guard key.hasPrefix(root) else { return nil }
    let parts = key.dropFirst(root.count).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, let partition = Self.date(ofPartition: parts[..<3]),
      item.date == nil || partition == item.date, parts[3].hasPrefix(prefix),
      parts[3].hasSuffix(".\(Self.archiveExtension)")
    else { return nil }
    let name = parts[3].dropFirst(prefix.count).dropLast(Self.archiveExtension.count + 1)
    // An attempt has no dot; a run may have some.
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let attempt = String(name[name.index(after: dot)...])
    // The segment of an archive. Attempts of earlier versions may have a `_`, but then it is part of a request's id.
    if let place = attempt.lastIndex(of: "_"), let number = Int(attempt[attempt.index(after: place)...]),
      number < 1_000_000
    {
      return nil
    }
    let archive = RawKey(
      dataset: dataset, item: item, partition: partition, run: String(name[..<dot]), attempt: attempt)
    return archive.description == key && Self.safe(archive.run) == archive.run ? archive : nil
  }

  private var root: String { "raw/\(dataset.source)/\(dataset.dataType)/" }

  private var folder: String {
    let parts = partition.description.split(separator: "-")
    return "\(root)year=\(parts[0])/month=\(parts[1])/day=\(parts[2])/"
  }

  /// The beginning of the file's name.
  private var prefix: String { "\(dataset.dataType)_\(item)_" }

  private static func date(ofPartition folders: ArraySlice<Substring>) -> CalendarDate? {
    let values = zip(folders, ["year=", "month=", "day="]).compactMap { folder, name in
      folder.hasPrefix(name) ? folder.dropFirst(name.count) : nil
    }
    return values.count == 3 ? CalendarDate(values.joined(separator: "-")) : nil
  }

  static func safe(_ text: String) -> String {
    String(text.unicodeScalars.prefix(128).map { $0.isInKeyAlphabet ? Character($0) : "-" })
  }
}
