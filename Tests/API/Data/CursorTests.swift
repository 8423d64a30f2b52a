import APISupport
import Foundation
import JSON
import Testing

@testable import APIData

@Suite("Cursors")
struct CursorTests {
  private func encoded(_ json: String) throws -> String {
    CursorText.text((try JSONValue(parsing: Data(json.utf8)).array ?? []), of: "q")
  }

  @Test("A cursor is read as it was written")
  func roundTrip() throws {
    for value: (ItemSort.Field, JSONValue) in [
      (.createdAt, 1_706_745_600_123_456), (.title, "é\"?>"), (.amount, nil), (.rating, 5), (.publishedAt, nil),
      (.publishedAt, .number(JSONNumber(Int.max))), (.publishedAt, .number(JSONNumber(20_000_000_000_000_001))),
      (.amount, "NaN"), (.title, ["0123456789ab"]), (.rating, ["0123456789ab"]),
      (.amount, .number(try #require(JSONNumber("2.5e+20")))),
      (.rating, .number(try #require(JSONNumber("1" + String(repeating: "0", count: 400))))),
    ] {
      var cursor = ItemCursor()
      cursor.sort = ItemSort(field: value.0, isAscending: true)
      (cursor.page, cursor.total, cursor.isDense) = (7, 99, false)
      (cursor.value, cursor.key) = (value.1, ["api", "näme", "1/2+3"])
      #expect(ItemCursor(cursor.text(of: "q"), of: "q") == cursor)
      #expect(ItemCursor(cursor.text(of: "q"), of: "q")?.hasMark == (value.1.array != nil))
      #expect(ItemCursor(cursor.text(of: "q"), of: "another") == nil)
      #expect(cursor.text(of: "q").allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    }
  }

  @Test(
    "What no server wrote is refused",
    arguments: [
      #"["id",true,2,9,true,1,["a","b","c"]]"#, #"["amount",true,1,9,true,1,["a","b","c"]]"#,
      #"["amount",true,2,-1,true,1,["a","b","c"]]"#, #"["amount",1,2,9,true,1,["a","b","c"]]"#,
      #"["amount",true,2,9,true,"1",["a","b","c"]]"#, #"["amount",true,2,9,true,1e999,["a","b","c"]]"#,
      #"["amount",true,2,9,true,1e-99999,["a","b","c"]]"#, #"["rating",true,2,9,true,0E-99999,["a","b","c"]]"#,
      #"["title",true,2,9,true,null,["a","b","c"]]"#, #"["title",true,2,9,true,"a\u0000",["a","b","c"]]"#,
      #"["amount",true,2,9,true,1,["a","b"]]"#, #"["amount",true,2,9,true,1,["a","b","c\u0000"]]"#,
      #"["created_at",true,2,9,true,1.5,["a","b","c"]]"#,
      #"["created_at",true,2,9,true,9999999999999999999,["a","b","c"]]"#,
      #"["created_at",true,2,9,true,9223371331200000000,["a","b","c"]]"#,
      #"["amount",true,2,9,true,{},["a","b","c"]]"#, "[]", #"["amount",true,2,9,true,"x",["a","b","c"]]"#,
      #"["created_at",true,2,9,true,"NaN",["a","b","c"]]"#, #"["created_at",true,2,9,true,["x"],["a","b","c"]]"#,
      #"["amount",true,2,9,true,["x","y"],["a","b","c"]]"#, #"["amount",true,2,9,true,1,["a","b",["c","d"]]]"#,
      #"["title",true,2,9,true,[1],["a","b","c"]]"#, #"["amount",true,2,9,true,1,["a","b",[1]]]"#,
    ])
  func forged(json: String) throws { #expect(ItemCursor(try encoded(json), of: "q") == nil) }

  @Test("A text is in a cursor while it is short as JSON, so that the longest cursor is one that a client may send")
  func longTexts() throws {
    for (text, isMark) in [
      (String(repeating: "x", count: 1197), false), (String(repeating: "x", count: 1198), true),
      (String(repeating: "\u{1}", count: 199), false), (String(repeating: "\u{1}", count: 200), true),
    ] {
      let place = CursorText.place(of: text)
      #expect(CursorText.text(in: place)?.isMark == isMark)
      #expect((CursorText.text(in: place)?.text == text) != isMark)
      var cursor = ItemCursor()
      cursor.sort.field = .title
      (cursor.page, cursor.total) = (1 << 40, 1 << 40)
      (cursor.value, cursor.key) = (place, [place, place, place])
      let written = cursor.text(of: "q")
      #expect(written.utf8.count < 7000)
      #expect(ItemCursor(written, of: "q") == cursor)
    }
  }

  @Test("A text that is no base64, or no list, is refused")
  func broken() {
    for text in ["", "%%%", Data("{}".utf8).base64EncodedString(), Data("7".utf8).base64EncodedString()] {
      #expect(ItemCursor(text, of: "q") == nil)
    }
  }

  @Test("A search stands for itself")
  func patterns() {
    #expect(LikePattern.containing("a%b_c\\d") == #"%a\%b\_c\\d%"#)
    // One character with the combining mark, and a wildcard of SQL all the same.
    #expect(LikePattern.containing("%\u{301}_\u{301}") == "%\\%\u{301}\\_\u{301}%")
  }
}
