/// The records of a workbook's stream ([MS-XLS] 2.1.4): kind, length, data.
struct BIFFRecords {
  enum Kind {
    static let formula = 0x06
    static let end = 0x0A
    static let dateMode = 0x22
    static let password = 0x2F
    static let continued = 0x3C
    static let sheet = 0x85
    static let numbers = 0xBD
    static let richText = 0xD6
    static let cellFormat = 0xE0
    static let sharedTexts = 0xFC
    static let sharedText = 0xFD
    static let number = 0x203
    static let text = 0x204
    static let booleanOrError = 0x205
    static let formulaText = 0x207
    static let compactNumber = 0x27E
    static let numberFormat = 0x41E
    static let beginning = 0x809
  }

  /// A version of the format, by the first record.
  enum Version: Equatable {
    case excel97
    case older(String)

    var name: String {
      switch self {
      case .excel97: "Excel 97"
      case .older(let name): name
      }
    }
  }

  struct Record {
    let kind: Int
    let data: Range<Int>
  }

  let bytes: [UInt8]
  /// The place at which the next record begins.
  private(set) var position: Int

  init(_ bytes: [UInt8], at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  /// Returns the version of the stream that the bytes are; nil if they are none.
  static func version(of bytes: [UInt8]) -> Version? {
    switch (bytes.u16(at: 0), bytes.u16(at: 4)) {
    case (0x809, 0x600): .excel97
    case (0x809, 0x500): .older("Excel 5 or 95")
    case (0x809, _), (nil, _): nil
    case (0x409, _) where bytes.u16(at: 2) == 6: .older("Excel 4")
    case (0x209, _) where bytes.u16(at: 2) == 6: .older("Excel 3")
    case (0x009, _) where bytes.u16(at: 2) == 4: .older("Excel 2")
    default: nil
    }
  }

  /// Returns the next record.
  mutating func next() throws(SpreadsheetError) -> Record {
    guard let kind = bytes.u16(at: position), let length = bytes.u16(at: position + 2),
      length <= bytes.count - position - 4
    else { throw .damaged("its stream of records is cut off") }
    let start = position + 4
    position = start + length
    return Record(kind: kind, data: start..<position)
  }

  /// Returns the data of the records that continue the last one.
  mutating func continuations() throws(SpreadsheetError) -> [Range<Int>] {
    var found: [Range<Int>] = []
    while bytes.u16(at: position) == Kind.continued { found.append(try next().data) }
    return found
  }
}
