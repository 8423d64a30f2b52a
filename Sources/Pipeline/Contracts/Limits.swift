import Time

/// The limits on which the functions, the state machine and the command line agree. A test compares the state machine's
/// definition with them.
public enum Limits {
  /// Work items of one run. A larger request is almost certainly a mistake.
  public static let maximumItems = 366
  /// Work items that the state machine processes at once.
  public static let concurrentItems = 5
  /// The share of failed items, in percent, above which a scheduled run is given up, so as not to press a broken source.
  public static let toleratedFailurePercent = 10
  /// Failed items that a run with `max_failures` may tolerate at most. The record of each is in the Map's result: a tenth
  /// of the largest run is what is shown to fit into a state's 256 KiB.
  public static let maximumToleratedFailures = 36
  /// Work items of the smallest scheduled run that is given up. A smaller one, a person's run and a replay try every item.
  public static let smallestRunGivenUp = 10
  /// Work items that one request to the cache manager refreshes: a month, which it reads from the database at once.
  public static let itemsRefreshedAtOnce = 31
  /// The duration after which Lambda stops a scraper.
  public static let scraperTimeout = Duration.seconds(300)
  /// The duration after which Step Functions stops a run.
  public static let runTimeout = Duration.seconds(21_600)
  /// Entries of each list of problems in a response, which passes through states of at most 256 KiB.
  public static let maximumListedProblems = 100
  /// Characters of a run's name, ASCII. Executions have at most 80; a document may have been loaded under another name.
  public static let maximumRunNameLength = 200
  /// Bytes of a key in S3.
  public static let maximumKeyBytes = 1024
  /// Bytes of an extract document. A function holds a document in memory, and several copies of it while it is encoded.
  public static let maximumDocumentBytes = 8 << 20
  /// Records and rejected rows of an extract document. A large day of the first dataset has 118.
  public static let maximumRecords = 20_000
  /// Values of an extract document, counted as its bytes `,`, `{` and `[`: each takes some tens of bytes of a loader's memory.
  public static let maximumDocumentValues = 2_000_000
  /// Documents of an item that has more records than one holds.
  public static let maximumParts = 1000
  /// Records and rejected rows of an item in several documents. A scraper remembers the key of each.
  public static let maximumItemRecords = 2_000_000
  /// Rejected rows of an item in several documents. A loader has them in memory; a file with more is not what its
  /// definition describes.
  public static let maximumItemRejections = 20_000
  /// Bytes of the texts of an item's rejected rows.
  public static let maximumRejectionBytes = 16 << 20

  /// Counts the values of a document, or of a part of it, for `maximumDocumentValues`.
  public static func values(in bytes: Span<UInt8>) -> Int {
    // A loop over memory: this module is optimized for size, and a generic sequence would take a hundred times as long.
    var count = 0
    for index in 0..<bytes.count {
      let byte = bytes[index]
      // Brackets differ from braces by one bit.
      if byte == UInt8(ascii: ",") || byte | 0x20 == UInt8(ascii: "{") { count += 1 }
    }
    return count
  }
}
