import Foundation
import JSON
import Testing

@testable import APIData

@Suite("Cursors")
struct CursorTests {
  private func encoded(_ json: String) -> String { Data(json.utf8).base64EncodedString() }

  @Test("A cursor is read as it was written")
  func roundTrip() {
    for value: (ItemSort.Field, JSONValue) in [
      (.createdAt, 1_706_745_600_123_456), (.title, "é\"?>"), (.amount, nil), (.rating, 5), (.publishedAt, nil),
    ] {
      var cursor = ItemCursor()
      cursor.sort = ItemSort(field: value.0, isAscending: true)
      (cursor.page, cursor.total, cursor.isDense) = (7, 99, false)
      (cursor.value, cursor.key) = (value.1, ["api", "näme", "1/2+3"])
      #expect(ItemCursor(cursor.text) == cursor)
      #expect(cursor.text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    }
  }

  @Test(
    "What no server wrote is refused",
    arguments: [
      #"["id",true,2,9,true,1,["a","b","c"]]"#, #"["amount",true,1,9,true,1,["a","b","c"]]"#,
      #"["amount",true,2,-1,true,1,["a","b","c"]]"#, #"["amount",1,2,9,true,1,["a","b","c"]]"#,
      #"["amount",true,2,9,true,"1",["a","b","c"]]"#, #"["amount",true,2,9,true,1e999,["a","b","c"]]"#,
      #"["title",true,2,9,true,null,["a","b","c"]]"#, #"["title",true,2,9,true,"a\u0000",["a","b","c"]]"#,
      #"["amount",true,2,9,true,1,["a","b"]]"#, #"["amount",true,2,9,true,1,["a","b","c\u0000"]]"#,
      #"["created_at",true,2,9,true,1.5,["a","b","c"]]"#,
      #"["created_at",true,2,9,true,9999999999999999999,["a","b","c"]]"#,
      #"["amount",true,2,9,true,{},["a","b","c"]]"#, "[]", "{}", "7",
    ])
  func forged(json: String) { #expect(ItemCursor(encoded(json)) == nil) }

  @Test("A search stands for itself")
  func patterns() {
    #expect(ItemFilter.pattern("a%b_c\\d") == #"%a\%b\_c\\d%"#)
  }
}
