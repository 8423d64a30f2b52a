/// The letters of columns: A to Z, AA to ZZ, AAA to XFD.
public enum SpreadsheetColumn {
  /// The number of columns that a sheet can have.
  public static let count = 16_384

  /// Returns the index, 0 for A; nil for other characters and beyond XFD. Lower case is allowed.
  public static func index(ofLetters letters: String) -> Int? {
    var number = 0
    for byte in letters.utf8 {
      guard let value = value(ofLetter: byte) else { return nil }
      number = number * 26 + value
      guard number <= count else { return nil }
    }
    return number > 0 ? number - 1 : nil
  }

  /// Returns the letters of a column, 0 for A.
  public static func letters(of index: Int) -> String {
    var letters: [UInt8] = []
    var rest = max(0, index) + 1
    while rest > 0 {
      rest -= 1
      letters.append(UInt8(ascii: "A") + UInt8(rest % 26))
      rest /= 26
    }
    return String(decoding: letters.reversed(), as: UTF8.self)
  }

  /// Returns the address of a cell, `P14` for row 13 and column 15.
  public static func address(row: Int, column: Int) -> String { "\(letters(of: column))\(row + 1)" }

  /// Returns 1 for A to 26 for Z; nil for another byte.
  static func value(ofLetter byte: UInt8) -> Int? {
    switch byte {
    case 0x41...0x5A: Int(byte) - 0x40
    case 0x61...0x7A: Int(byte) - 0x60
    default: nil
    }
  }
}
