/// Limits that protect the process from a workbook that is larger than it seems. The size of the file itself is the
/// caller's to limit.
public struct SpreadsheetLimits: Equatable, Sendable {
  /// The cells of one sheet, at most. A cell takes 16 bytes; texts come on top.
  public var cells: Int
  /// The bytes of all parts that are read of an .xlsx file, after decompression, at most.
  public var inflatedBytes: Int
  /// The sheets of a workbook, and the files in the ZIP archive of an .xlsx file, at most.
  public var entries: Int

  public init(cells: Int = 4_000_000, inflatedBytes: Int = 256 << 20, entries: Int = 4096) {
    self.cells = cells
    self.inflatedBytes = inflatedBytes
    self.entries = entries
  }
}
