import Contracts
import Cryptography
import Foundation
import Routing
import TestSupport
import Testing

@testable import PostgresSink

/// Every deployment has hashes in its tables: one that changes would write each row anew.
@Suite("The content hash")
struct ContentHashTests {
  /// Values of every type, in two orders and spellings.
  private static let records = [
    #"""
    {"id":"product-1","name":"Brûlée \"x\"\n","price":-1200.50,"score":0.1,"rank":-42,"active":true,"day":"2024-05-31",
    "seen":"2024-05-31T20:30:00.123456Z","tags":["a,b","","日本!"],"nothing":null,
    "attributes":{"price":1.50,"color":"red","sizes":[1,2e3,null],"Ärmel":"\"lang\""},"_record":"one#0"}
    """#,
    #"""
    {"attributes":{"Ärmel":"\u0022lang\u0022","sizes":[1,2e3,null],"color":"red","price":1.50},"tags":["a,b","","\u65e5本!"],
    "seen":"2024-05-31T15:30:00.123456-05:00","day":"2024-05-31","active":"true","rank":-42.0,"score":"1e-1",
    "price":"-1.2005e3","name":"Brûlée \u0022x\u0022\u000A","id":"product-1","_record":"two#7"}
    """#,
  ]

  /// Computed by another program: of each column with a value, in the order of names, the name, a NUL, the value and their
  /// length as four bytes, the lowest first; then SHA-256.
  private static let expected = "0aa4bb0d8e388f983681d5191dde2edbae834dcc5df3ca44441b73661b454ca6"

  @Test("is the same as ever, for every type of value", arguments: records)
  func pinned(record: String) throws {
    let table = try TableDefinition(
      PostgresSinkTests.section(
        """
        table: product_rows
        key: id
        columns:
          id: text
          name: text
          price: numeric
          score: double
          rank: integer
          active: boolean
          day: date
          seen: timestamptz
          tags: text[]
          nothing: text
          attributes: jsonb
        """))
    let target = try PostgresSinkTests.makeTarget()
    let document = try SinkDocument(Data("[\(record)]".utf8), for: target, now: Date())
    let rows = try RowSet(document, RecordReader(table, table.columns, target, listedAt: nil))
    #expect(rows.rejections.isEmpty, "\(rows.rejections)")
    #expect(rows.rows.first?.hash.map { String(format: "%02x", $0) }.joined() == Self.expected)
  }

  @Test("is computed anew for each row", arguments: [0, 1, 55, 56, 64, 1000])
  func digests(count: Int) throws {
    let digester = try Digester()
    for byte in UInt8(0)..<3 {
      let message = [UInt8](repeating: byte, count: count)
      #expect(try digester.digest(of: message) == Digest(of: Data(message)).bytes)
    }
  }
}
