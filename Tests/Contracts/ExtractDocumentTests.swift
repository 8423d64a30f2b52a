import Contracts
import Foundation
import Testing

@Suite("The size of extract documents")
struct ExtractDocumentTests {
  /// A record whose every field may be missing.
  private struct Record: Codable {
    var name: String?
  }

  private func error(_ text: String) -> PipelineError? {
    do {
      _ = try ExtractDocument<Record>(Data(text.utf8), key: "raw/k.json")
      return nil
    } catch { return error }
  }

  private func list(_ value: String, _ count: Int) -> String {
    "[" + repeatElement(value, count: count).joined(separator: ",") + "]"
  }

  @Test("A document with 20,000 records and rejected rows is read")
  func largest() throws {
    #expect(error(list("{}", 20_000)) == nil)
    let rejected = #""rejected":\#(list(#"{"reason": "r", "href": "", "text": ""}"#, 8000))"#
    #expect(error(#"{"records":\#(list("{}", 12_000)),\#(rejected)}"#) == nil)
    #expect(error(#"{"records":[],"rejected":null}"#) == nil)
  }

  @Test("A document with more records is refused by name")
  func records() {
    let expected = PipelineError(.storageCorrupt, "raw/k.json has more than 20000 records")
    #expect(error(list("{}", 20_001)) == expected)
    #expect(error(#"{"records":\#(list("{}", 20_001))}"#) == expected)
    #expect(error(#"{"records":\#(list("{}", 12_000)),"rejected":\#(list("{}", 8001))}"#) == expected)
  }

  @Test(
    "A document with more values is refused by name before it is decoded",
    arguments: ["{}", "[[[]]]", "0", #"{"a":0}"#])
  func values(value: String) {
    let expected = PipelineError(
      .storageCorrupt, "raw/k.json is not an extract document: it has more than 1000000 values")
    #expect(error(list(value, 1_500_000)) == expected)
    #expect(error(#"{"records":[],"more":\#(list(value, 1_500_000))}"#) == expected)
  }
}
