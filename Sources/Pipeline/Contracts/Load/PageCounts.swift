/// The pages of one item that the scraper could read, and those that it could not.
public struct PageCounts: Codable, Equatable, Sendable {
  public var read: Int
  public var failed: Int

  public init(read: Int, failed: Int) {
    self.read = read
    self.failed = failed
  }

  /// True if the item is incomplete for its unread pages: five of them, or more than a tenth. Fewer are usual, and the
  /// next run reads them again.
  public var lacksMany: Bool { failed >= 5 || failed * 10 > read + failed }

  /// True of numbers that the ledger takes.
  var isPlausible: Bool { read >= 0 && failed >= 0 && read <= Int(Int32.max) && failed <= Int(Int32.max) }
}
