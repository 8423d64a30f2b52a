import Contracts
import FoundationEssentials
import JSON

extension SourceRecord: DocumentRecord {
  public static var isDivisible: Bool { true }

  /// Returns `[{…, "_record": "urn:uuid:…#17"}, …]`. The members keep their order.
  public static func encode(_ records: [SourceRecord]) -> Data {
    var bytes: [UInt8] = [UInt8(ascii: "[")]
    for (index, record) in records.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      var fields = record.fields
      fields[LineageField.record] = .string(record.origin)
      fields.write(into: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
    return Data(bytes)
  }
}
