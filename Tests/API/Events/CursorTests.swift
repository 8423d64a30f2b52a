import APISupport
import Foundation
import JSON
import Postgres
import Testing

@testable import APIEvents

@Suite("Cursors of the product's lists")
struct PageCursorTests {
  private func encoded(_ json: String) throws -> String {
    CursorText.text((try JSONValue(parsing: Data(json.utf8)).array ?? []), of: "q")
  }

  @Test("A cursor is read as it was written")
  func roundTrip() throws {
    let time = Date(timeIntervalSince1970: 1_717_203_600.123456)
    let cursor = PageCursor(["2024-05-31", .microseconds(time), "é\"?>", nil, 7], of: "q")
    #expect(cursor.text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    let kinds: [PageCursor.Kind] = [.date, .time, .text, .optional(.time), .integer]
    let values = try #require(PageCursor.values(cursor.text, kinds, of: "q"))
    #expect(PageCursor.values(cursor.text, kinds, of: "another") == nil)
    guard case .date(let date?) = values[0], case .time(let read?) = values[1], case .text(let text?) = values[2],
      case .time(nil) = values[3], case .int(let number?) = values[4]
    else {
      Issue.record("\(values)")
      return
    }
    #expect("\(date)" == "2024-05-31")
    #expect(read == time)
    #expect(text == "é\"?>")
    #expect(number == 7)
  }

  @Test(
    "What no server wrote is refused",
    arguments: [
      #"["2024-02-30",1]"#, #"["2024-05-31"]"#, #"["2024-05-31",1,2]"#, #"["2024-05-31","1"]"#, #"["2024-05-31",1.5]"#,
      #"["2024-05-31",9999999999999999999]"#, #"[null,1]"#, "[]",
    ])
  func forged(json: String) throws {
    #expect(PageCursor.values(try encoded(json), [.date, .integer], of: "q") == nil)
  }

  @Test("A text is not base64, or has a NUL")
  func broken() throws {
    for text in ["%%%", "", Data("7".utf8).base64EncodedString(), Data(#"{"a":1}"#.utf8).base64EncodedString()] {
      #expect(PageCursor.values(text, [.text], of: "q") == nil)
    }
    #expect(PageCursor.values(try encoded(#"["a\u0000"]"#), [.text], of: "q") == nil)
  }
}
