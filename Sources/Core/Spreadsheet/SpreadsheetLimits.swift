/// Limits for a workbook that is larger than it seems. They protect the process if they fit its memory: a program with
/// little memory gives lower ones. The size of the file itself is the caller's to limit.
public struct SpreadsheetLimits: Equatable, Sendable {
  /// The cells of one sheet, at most. A cell takes 16 bytes; texts come on top.
  public var cells: Int
  /// The bytes after decompression, at most: of the texts and formats of an .xlsx file together, and of each sheet.
  public var inflatedBytes: Int
  /// The sheets of a workbook, and the files in the ZIP archive of an .xlsx file, at most.
  public var entries: Int

  /// The limits of a process whose memory is 16 times the size of the largest file.
  /// - Parameter bytes: the size of the largest file.
  public init(forFilesOf bytes: Int) {
    self.init(cells: max(10_000, bytes / 16), inflatedBytes: max(1 << 20, bytes <= 1 << 30 ? 3 * bytes : bytes))
  }

  public init(cells: Int = 4_000_000, inflatedBytes: Int = 256 << 20, entries: Int = 4096) {
    self.cells = cells
    self.inflatedBytes = inflatedBytes
    self.entries = entries
  }
}
