/// Reads the rows of a CSV text by the rules of RFC 4180: a row ends at CRLF, LF or CR outside quotes; a quote is data if
/// it is doubled or escaped; cells are not trimmed. A line with nothing on it is no row.
///
/// Flaws cost nothing here: a quote in a plain cell and text behind a closing quote are data, and the row names the flaw.
public struct CSVReader: Sendable {
  /// The number of cells in a row beyond which the delimiter is certainly wrong.
  public static let maximumCells = 100_000

  /// UTF-8.
  let text: [UInt8]
  let dialect: CSVDialect
  private let plainStops: ByteSet
  private let quotedStops: ByteSet
  private(set) var position: Int
  /// The physical line at the position, from 1.
  private(set) var line: Int

  /// - Parameters:
  ///   - text: UTF-8. Bytes that are not are data.
  ///   - start: the place of the first byte to read.
  ///   - line: the number of the first line.
  public init(_ text: [UInt8], _ dialect: CSVDialect, from start: Int = 0, line: Int = 1) {
    self.text = text
    self.dialect = dialect
    plainStops = dialect.plainStops
    quotedStops = dialect.quotedStops
    position = min(start, text.count)
    self.line = line
  }

  /// Passes over physical lines, whatever is on them.
  public mutating func skip(lines: Int) {
    for _ in 0..<lines {
      while position < text.count, text[position] != 0x0A, text[position] != 0x0D { position += 1 }
      guard position < text.count else { return }
      passLineEnd()
    }
  }

  /// Reads the next row.
  /// - Returns: false at the end of the text.
  public mutating func next(into row: inout CSVRow) -> Bool {
    while position < text.count, text[position] == 0x0A || text[position] == 0x0D { passLineEnd() }
    guard position < text.count else { return false }
    row.begin(line: line)
    let start = position
    repeat {
      if readPlainCells(into: &row) { break }
      guard row.count < Self.maximumCells else {
        row.isTooWide = true
        skip(lines: 1)
        break
      }
    } while readCell(into: &row)
    row.range = start..<position
    if position < text.count, !row.isTooWide { passLineEnd() }
    return true
  }

  /// Returns a cell as text. Bytes that are not UTF-8 become U+FFFD.
  public func text(_ index: Int, of row: CSVRow) -> String {
    let cell = row.cells[index]
    return (cell.isCopy ? row.copies : text)[cell.range].withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// Returns the cells of a row as texts.
  public func texts(of row: CSVRow) -> [String] { row.cells.indices.map { text($0, of: row) } }

  private mutating func passLineEnd() {
    let isPair = text[position] == 0x0D && position + 1 < text.count && text[position + 1] == 0x0A
    position += isPair ? 2 : 1
    line += 1
  }

  /// Reads cells without anything odd in them, each with the delimiter behind it: almost all cells of almost all files. It
  /// stops before a cell that is quoted, or that needs a closer look.
  /// - Returns: true at the row's end.
  private mutating func readPlainCells(into row: inout CSVRow) -> Bool {
    let quote = Int(dialect.quote.map { Int($0) } ?? -1)
    let delimiter = dialect.delimiter.count == 1 ? Int(dialect.delimiter[0]) : -1
    let stops = plainStops
    let text = text
    let bytes = text.span.bytes
    var cells: [CSVRow.Cell] = []
    swap(&cells, &row.cells)
    defer { swap(&cells, &row.cells) }
    while cells.count < Self.maximumCells {
      let start = position
      if start < bytes.byteCount, Int(bytes.unsafeLoad(fromByteOffset: start, as: UInt8.self)) == quote { return false }
      let stop = stops.first(in: bytes, from: start)
      let byte = stop < bytes.byteCount ? bytes.unsafeLoad(fromByteOffset: stop, as: UInt8.self) : 0x0A
      let isLast = byte == 0x0A || byte == 0x0D
      guard isLast || Int(byte) == delimiter else { return false }
      cells.append(CSVRow.Cell(range: start..<stop, isCopy: false))
      position = isLast ? stop : stop + 1
      if isLast { return true }
    }
    return false
  }

  /// Reads a cell, and the delimiter behind it.
  /// - Returns: true if a delimiter follows, and so another cell.
  private mutating func readCell(into row: inout CSVRow) -> Bool {
    let start = position
    guard let quote = dialect.quote, position < text.count, text[position] == quote else {
      return readPlain(from: start, copied: nil, into: &row)
    }
    return readQuoted(quote, into: &row)
  }

  /// Reads a cell without quotes, or what is behind a closing quote.
  /// - Parameter copied: the place in the row's bytes at which a copy of the cell has begun; nil if it has not.
  private mutating func readPlain(from start: Int, copied: Int?, into row: inout CSVRow) -> Bool {
    var copied = copied
    /// The part that is not copied yet.
    var rest = start
    while true {
      position = plainStops.first(in: text.span.bytes, from: position)
      let isEnd = position == text.count
      let byte = isEnd ? 0x0A : text[position]
      let isDelimiter = !isEnd && byte == dialect.delimiter[0] && isDelimiter(at: position)
      if isEnd || isDelimiter || byte == 0x0A || byte == 0x0D {
        if let copied {
          row.copies += text[rest..<position]
          row.cells.append(CSVRow.Cell(range: copied..<row.copies.count, isCopy: true))
        } else {
          row.cells.append(CSVRow.Cell(range: start..<position, isCopy: false))
        }
        if isDelimiter { position += dialect.delimiter.count }
        return isDelimiter
      }
      if byte == dialect.escape, isSpecial(at: position + 1) {
        copied = copied ?? row.copies.count
        row.copies += text[rest..<position]
        rest = passEscaped()
      } else {
        if byte == dialect.quote { row.note(.quoteInCell(line: line)) }
        position += 1
      }
    }
  }

  private mutating func readQuoted(_ quote: UInt8, into row: inout CSVRow) -> Bool {
    let firstLine = line
    position += 1
    let start = position
    var rest = start
    var copied: Int?
    while true {
      position = quotedStops.first(in: text.span.bytes, from: position)
      guard position < text.count else {
        row.note(.openQuote(line: firstLine))
        return readPlain(from: rest, copied: copied, into: &row)
      }
      let byte = text[position]
      if byte == quote {
        guard position + 1 < text.count, text[position + 1] == quote else { break }
        copied = copied ?? row.copies.count
        row.copies += text[rest...position]
        position += 2
        rest = position
      } else if byte == dialect.escape {
        if isSpecial(at: position + 1) {
          copied = copied ?? row.copies.count
          row.copies += text[rest..<position]
          rest = passEscaped()
        } else {
          position += 1
        }
      } else {
        passLineEnd()
      }
    }
    let end = position
    position += 1
    let isEnd = position == text.count || text[position] == 0x0A || text[position] == 0x0D
    let isDelimiter = !isEnd && isDelimiter(at: position)
    guard isEnd || isDelimiter else {
      row.note(.textAfterQuote(line: line))
      copied = copied ?? row.copies.count
      row.copies += text[rest..<end]
      // A quote in what follows is part of the same flaw.
      return readPlain(from: position, copied: copied, into: &row)
    }
    if let copied {
      row.copies += text[rest..<end]
      row.cells.append(CSVRow.Cell(range: copied..<row.copies.count, isCopy: true))
    } else {
      row.cells.append(CSVRow.Cell(range: start..<end, isCopy: false))
    }
    if isDelimiter { position += dialect.delimiter.count }
    return isDelimiter
  }

  private func isDelimiter(at place: Int) -> Bool {
    let delimiter = dialect.delimiter
    guard text[place] == delimiter[0] else { return false }
    if delimiter.count == 1 { return true }
    return place + delimiter.count <= text.count && text[place..<place + delimiter.count].elementsEqual(delimiter)
  }

  /// True for a byte that an escape makes data. Before any other byte the escape is data itself.
  private func isSpecial(at place: Int) -> Bool {
    guard place < text.count else { return false }
    let byte = text[place]
    return byte == dialect.quote || byte == dialect.escape || byte == dialect.delimiter[0] || byte == 0x0A
      || byte == 0x0D
  }

  /// Passes an escape and the byte behind it, or the two bytes of a line end.
  /// - Returns: the place of the byte behind the escape, which is data.
  private mutating func passEscaped() -> Int {
    let place = position + 1
    position = place
    if text[place] == 0x0A || text[place] == 0x0D { passLineEnd() } else { position += 1 }
    return place
  }
}
