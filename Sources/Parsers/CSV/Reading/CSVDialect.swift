/// The characters that divide a CSV file. They come from the dataset's definition and are never guessed.
public struct CSVDialect: Hashable, Sendable {
  /// The delimiter's bytes in UTF-8. A few files have one of two characters.
  public let delimiter: [UInt8]
  /// ASCII; nil if no character quotes.
  public let quote: UInt8?
  /// ASCII; nil if a quote is data only if it is doubled.
  public let escape: UInt8?

  /// - Parameters:
  ///   - delimiter: not empty, without line ends.
  ///   - quote: ASCII, not part of the delimiter.
  ///   - escape: ASCII. That of a quote which escapes itself is the same as none.
  public init(delimiter: String = ",", quote: UInt8? = UInt8(ascii: "\""), escape: UInt8? = nil) {
    self.delimiter = delimiter.isEmpty ? [UInt8(ascii: ",")] : Array(delimiter.utf8)
    self.quote = quote
    self.escape = escape == quote ? nil : escape
  }

  /// The bytes at which reading a cell without quotes stops.
  var plainStops: ByteSet { ByteSet([delimiter[0], 0x0A, 0x0D] + [quote, escape].compactMap { $0 }) }

  /// The bytes at which reading within quotes stops. Line ends are data there, and are counted.
  var quotedStops: ByteSet { ByteSet([0x0A, 0x0D] + [quote, escape].compactMap { $0 }) }
}
