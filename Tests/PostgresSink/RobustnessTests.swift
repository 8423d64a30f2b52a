import Contracts
import Foundation
import JSON
import Routing
import TestSupport
import Testing
import Time

@testable import PostgresSink

@Suite("Damaged documents")
struct DocumentRobustnessTests {
  @Test("are refused, or every record is a row, a repetition or a rejection", arguments: 0..<40)
  func mutations(seed: Int) throws {
    let table = try TableDefinition(
      PostgresSinkTests.section(
        """
        table: prices
        key: [id, day]
        columns:
          id: {type: text, max_length: 9}
          day: date
          price: {type: "numeric(6,2)", check: price >= 0}
          tags: text[]
          data: jsonb
        metadata: rest
        """))
    var random = SplitMix(seed: UInt64(seed))
    let seeds = Array(
      #"{"ingestion_result":{"source":"markets","complete":true},"records":[{"id":"a\u0000é","day":"2024-05-31","price":"-1.5e3","tags":["x",1],"data":{"a":[null,1e9]},"z":1},{"id":1,"day":"2024-05-31"},{"id":1,"day":"2024-05-31"}],"rejected":[{"reason":"r","href":"h"}]}"#
        .utf8)
    for _ in 0..<Robustness.amount(1000) {
      var bytes = seeds
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: index)
        default: bytes.insert(Array("\"\\{}[],:0e-.n\u{0}'".utf8).randomElement(using: &random) ?? 0, at: index)
        }
      }
      let target = try PostgresSinkTests.makeTarget()
      guard let document = try? SinkDocument(Data(bytes), for: target, now: Date()) else { continue }
      let rows = try RowSet(document, RecordReader(table, table.columns, target, listedAt: document.listedAt))
      #expect(rows.found == document.records.count + document.rejected.count)
      for row in rows.rows {
        #expect(row.values.count == table.columns.count && row.hash.count == 32)
        for value in row.values {
          var text: [UInt8] = []
          value.append(to: &text)
          #expect(!text.contains(0))
        }
      }
      for rejection in rows.rejections { #expect(!rejection.reason.utf8.contains(0)) }
    }
  }
}
