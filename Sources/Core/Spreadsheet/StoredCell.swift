/// A cell in 16 bytes.
struct StoredCell {
  enum Kind: UInt8 {
    case number
    /// A number whose format is that of a date. Whether its value is a date is decided when it is asked for.
    case date
    case boolean
    case sharedText
    case ownText
    case error
  }

  let row: UInt32
  let column: UInt16
  let kind: Kind
  /// The bits of a number, 0 or 1, or the index of a text.
  let payload: UInt64

  var number: Double { Double(bitPattern: payload) }
  /// Sorts by row and column.
  var place: UInt64 { UInt64(row) << 16 | UInt64(column) }
}
