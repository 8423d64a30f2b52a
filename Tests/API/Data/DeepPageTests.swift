import Foundation
import JSON
import Testing

@testable import APIData

extension APIDataTests {
  @Suite("Deep pages of /data")
  struct DeepPageTests {
    @Test(
      "A deep page by number has the items that the whole list and the page by cursor have", arguments: ["asc", "desc"])
    func agreement(order: String) throws {
      let items = try ItemDatabase()
      try items.addItems(720)
      for field in ItemSort.Field.allCases {
        for filter in ["", "&status=active", "&published_after=2024-01-01&source_name="] {
          let sorted = "sort_by=\(field.rawValue)&sort_order=\(order)\(filter)"
          let whole = try items.items("page_size=1000&\(sorted)")
          // The first page that skips 500 items, and the one after it.
          for (page, size) in [(11, 50), (12, 48)] {
            let number = "page=\(page)&page_size=\(size)&\(sorted)"
            let byNumber = try items.items(number)
            let first = (page - 1) * size
            #expect(first >= 500 && !byNumber.isEmpty, "\(number)")
            #expect(byNumber == Array(whole[first..<min(first + size, whole.count)]), "\(number)")
            let before = try items.get("/data?page=\(page - 1)&page_size=\(size)&\(sorted)").json
            let next = try #require(before["pagination"]?.object?["next_cursor"]?.string)
            #expect(try items.items("page_size=\(size)\(filter)&cursor=\(next)") == byNumber, "\(number)")
          }
        }
      }
    }

    @Test("A deep page of which the item after it is too much at once has its own items, and says that there are more")
    func largeNeighbour() throws {
      let items = try ItemDatabase()
      try items.addItems(720)
      try items.run(
        """
        update unified_items set description = repeat('d', 17 << 20) where (source_type, source_name, external_id) in (
          select source_type, source_name, external_id from unified_items
          order by title desc, source_type desc, source_name desc, external_id desc offset 600 limit 2)
        """)
      let response = try items.get("/data?page_size=1&page=601&sort_by=title")
      #expect(response.status == 200)
      #expect(response.json["items"]?.array?.count == 1)
      #expect(response.json["pagination"]?.object?["has_next"] == .bool(true))
    }
  }
}
