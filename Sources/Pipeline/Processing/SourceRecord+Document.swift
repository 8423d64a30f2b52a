import Contracts
import FoundationEssentials
import JSON

extension SourceRecord: DocumentRecord {
  /// The member of a document's record that holds its origin.
  public static let originName = "_record"

  /// The field of a record of a file that has the physical line of its row, from 1. The parser adds it: the source does
  /// not have it.
  public static let rowName = "_source_row"
  public static var isDivisible: Bool { true }

  /// Returns `[{…, "_record": "urn:uuid:…#17"}, …]`. The members keep their order.
  public static func encode(_ records: [SourceRecord]) -> Data {
    var bytes: [UInt8] = [UInt8(ascii: "[")]
    for (index, record) in records.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      var fields = record.fields
      fields[originName] = .string(record.origin)
      fields.write(into: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
    return Data(bytes)
  }
}
