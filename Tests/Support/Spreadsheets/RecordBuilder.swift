/// Writes the stream of an .xls file with one sheet, record by record.
public struct RecordBuilder {
  /// The records before the list of sheets, and those between it and the end.
  public var globals: [UInt8] = []
  /// The records of the sheet, between its beginning and its end.
  public var cells: [UInt8] = []
  public var version = 0x600

  public init() {}

  public init(cells: [UInt8]) { self.cells = cells }

  public static func record(_ kind: Int, _ data: [UInt8] = []) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(u16: kind)
    bytes.append(u16: data.count)
    return bytes + data
  }

  /// Returns the record of a cell.
  public static func cell(_ kind: Int, row: Int = 0, column: Int = 0, format: Int = 0, _ data: [UInt8]) -> [UInt8] {
    var place: [UInt8] = []
    place.append(u16: row)
    place.append(u16: column)
    place.append(u16: format)
    return record(kind, place + data)
  }

  public static func bytes(_ number: Double) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(double: number)
    return bytes
  }

  public static func bytes(u32 number: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(u32: number)
    return bytes
  }

  /// Returns a text of narrow characters with its header.
  public static func text(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(u16: text.utf8.count)
    return bytes + [0] + Array(text.utf8)
  }

  /// Returns the format of a number and of cells: two of General, then one of the format 14, a date.
  public static let formats = [0, 0, 14].flatMap { key in record(0xE0, [0, 0, UInt8(key), 0]) }

  public static func beginning(_ kind: Int, version: Int = 0x600) -> [UInt8] {
    var data: [UInt8] = []
    data.append(u16: version)
    data.append(u16: kind)
    return record(0x809, data + [UInt8](repeating: 0, count: 12))
  }

  public var stream: [UInt8] {
    let head = Self.beginning(5, version: version) + globals
    let name = Array("Uno".utf8)
    let end = Self.record(0x0A)
    let start = head.count + 4 + 8 + name.count + end.count
    let sheet = Self.record(0x85, Self.bytes(u32: start) + [0, 0, UInt8(name.count), 0] + name)
    return head + sheet + end + Self.beginning(0x10, version: version) + cells + end
  }
}
