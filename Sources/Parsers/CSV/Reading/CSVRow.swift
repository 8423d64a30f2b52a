/// A row that a `CSVReader` has read. It is used again for each row, so that reading makes no new arrays.
public struct CSVRow: Sendable {
  /// A cell's place in the text or, if a quote or an escape was taken out of it, in the row's own bytes.
  struct Cell: Sendable {
    var range: Range<Int>
    var isCopy: Bool
  }

  /// A flaw of a row that a strict parser refuses.
  public enum Flaw: Equatable, Sendable {
    /// A quote in a cell that does not begin with one.
    case quoteInCell(line: Int)
    /// Text behind the quote that closes a cell.
    case textAfterQuote(line: Int)
    /// A quote that is not closed before the end of the text. The rest of the text is the cell.
    case openQuote(line: Int)
  }

  /// The row's first physical line, from 1.
  public internal(set) var line = 0
  /// The first flaw; nil if there is none.
  public internal(set) var flaw: Flaw?
  /// True if the row has more cells than a reader accepts. The rest of the row was passed over.
  public internal(set) var isTooWide = false
  /// The place of the row in the text, without its line end.
  var range = 0..<0
  var cells: [Cell] = []
  var copies: [UInt8] = []

  public init() {}

  public var count: Int { cells.count }

  mutating func begin(line: Int) {
    self.line = line
    flaw = nil
    isTooWide = false
    cells.removeAll(keepingCapacity: true)
    copies.removeAll(keepingCapacity: true)
  }

  mutating func note(_ flaw: Flaw) { self.flaw = self.flaw ?? flaw }
}

extension CSVRow.Flaw: CustomStringConvertible {
  public var description: String {
    switch self {
    case .quoteInCell(let line): "line \(line): a quote in a cell that does not begin with one"
    case .textAfterQuote(let line): "line \(line): text behind the quote that closes a cell"
    case .openQuote(let line): "line \(line): the quote that begins a cell there is never closed"
    }
  }
}
