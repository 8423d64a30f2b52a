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
    let time = try #require(PostgresTime(microsecondsSince2000: 8_064_208_054_740_993))
    let day = try #require(PostgresDate(daysSince2000: .max))
    let long = String(repeating: "x", count: 20_000)
    let cursor = PageCursor(
      [.days(day), .microseconds(time), "é\"?>", .microseconds(nil), 7, CursorText.place(of: long)], of: "q")
    #expect(cursor.text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    let kinds: [PageCursor.Kind] = [.date, .time, .text, .optional(.time), .integer, .text]
    let (values, marks) = try #require(PageCursor.values(cursor.text, kinds, of: "q"))
    #expect(PageCursor.values(cursor.text, kinds, of: "another") == nil)
    guard case .serverDate(let date) = values[0], case .serverTime(let read) = values[1],
      case .text(let text?) = values[2], case .time(nil) = values[3], case .int(let number?) = values[4],
      case .text(let mark?) = values[5]
    else {
      Issue.record("\(values)")
      return
    }
    #expect(date == day)
    #expect(read == time)
    #expect(mark.utf8.count == 12 && marks == [5])
    #expect(text == "é\"?>")
    #expect(number == 7)
  }

  @Test(
    "What no server wrote is refused",
    arguments: [
      #"["2024-05-31",1]"#, "[8917]", "[8917,1,2]", #"[8917,"1"]"#, "[8917,1.5]", "[8917,9999999999999999999]",
      "[null,1]", "[]", "[2145031949,1]", "[9999999999,1]", "[8917,[1]]", #"[["a"],1]"#,
    ])
  func forged(json: String) throws {
    #expect(PageCursor.values(try encoded(json), [.date, .integer], of: "q") == nil)
  }

  @Test("A text is not base64, or has a NUL")
  func broken() throws {
    for text in ["%%%", "", Data("7".utf8).base64EncodedString(), Data(#"{"a":1}"#.utf8).base64EncodedString()] {
      #expect(PageCursor.values(text, [.text], of: "q") == nil)
    }
    for json in [#"["a\u0000"]"#, #"[["a\u0000"]]"#, #"[["a","b"]]"#, "[[1]]", "[[]]", "[1]"] {
      #expect(PageCursor.values(try encoded(json), [.text], of: "q") == nil)
    }
    #expect(PageCursor.values(try encoded("[9223371331200000000]"), [.time], of: "q") == nil)
  }
}
