import Foundation
import JSON
import Testing

@testable import APIData

extension APIDataTests {
  @Suite("/data with values that JSON lacks")
  struct OddValueTests {
    let items: ItemDatabase

    init() throws {
      items = try ItemDatabase()
      try items.addItems(100)
    }

    @Test(
      "Numbers that JSON has not, and very long ones, have their place among the pages", arguments: ["asc", "desc"])
    func oddNumbers(order: String) throws {
      try items.run(
        """
        update unified_items set amount = 'NaN' where external_id in ('id1', 'id4');
        update unified_items set amount = 10::numeric ^ 300 where external_id in ('id2', 'id5');
        """)
      let ids = try items.pagedIDs("sort_by=amount&sort_order=\(order)")
      #expect(ids.count == 100 && Set(ids).count == 100, "\(ids)")
      #expect(Set(order == "asc" ? ids.suffix(4) : ids.prefix(4)) == ["id1", "id2", "id4", "id5"])
    }

    @Test(
      "Binary numbers have their place among the pages, also where Postgres writes them with an exponent",
      arguments: ["double precision", "real"])
    func binaryNumbers(type: String) throws {
      try items.run(
        """
        alter table unified_items alter column amount type \(type);
        update unified_items set amount = n from unnest(
          array['id1', 'id2', 'id3', 'id4', 'id5', 'id6', 'id7', 'id8', 'id9'],
          array['NaN', 'Infinity', '2.5e20', '2.5e20', '1e-5', '0.1', '0.1', '-Infinity', '1e-37']::\(type)[])
          as given (id, n) where external_id = id;
        """)
      if type == "double precision" {
        try items.run(
          "update unified_items set amount = 0.1::float8 + 0.2::float8 where external_id in ('id10', 'id11')")
      }
      for order in ["asc", "desc"] {
        let ids = try items.pagedIDs("sort_by=amount&sort_order=\(order)")
        #expect(ids.count == 100 && Set(ids).count == 100, "\(ids)")
        let last = (order == "asc" ? ids.suffix(4) : ids.prefix(4).reversed()) as [String]
        #expect(last == ["id3", "id4", "id2", "id1"])
      }
      #expect(try items.items("page_size=5&sort_by=amount")[2]["amount"]?.number?.double == 2.5e20)
      // 0.1 as it is stored, in either type.
      #expect(try items.total("min_amount=0.1&max_amount=0.1") == 2)
      #expect(try items.total("min_amount=1e-400&max_amount=1e-400") == 0)
    }

    @Test("A title of many bytes has its place; that of an item which is gone, or has another title, is no page")
    func longTitles() throws {
      let title = "Title 3" + String(repeating: "Ä \"", count: 20_000)
      try items.run(
        """
        update unified_items set title = '\(title)' where external_id in ('id1', 'id2');
        update unified_items set title = '\(title)' || external_id where external_id in ('id3', 'id4', 'id5');
        """)
      for order in ["asc", "desc"] {
        let ids = try items.pagedIDs("sort_by=title&sort_order=\(order)")
        #expect(ids.count == 100 && Set(ids).count == 100, "\(ids)")
      }
      /// Returns the question for the page after an item.
      func page(after id: String, category: String) throws -> String {
        var query = "page_size=1&sort_by=title&category=\(category)"
        while true {
          let response = try items.get("/data?\(query)").json
          let next = try #require(response["pagination"]?.object?["next_cursor"]?.string)
          query = "page_size=1&category=\(category)&cursor=\(next)"
          if response["items"]?.array?.first?.object?["external_id"]?.string == id { return query }
        }
      }
      for (id, category, change) in [
        ("id3", "c3", "update unified_items set title = title || '.'"), ("id4", "c4", "delete from unified_items"),
      ] {
        let query = try page(after: id, category: category)
        #expect(query.utf8.count < 1000)
        #expect(try items.get("/data?\(query)").status == 200)
        try items.run("\(change) where external_id = '\(id)'")
        #expect(try items.get("/data?\(query)").status == 404)
      }
    }

    @Test("A key of many bytes is in the cursor")
    func longKeys() throws {
      try items.run(
        "update unified_items set external_id = repeat('x', 15000) || external_id where external_id ~ '^id[1-3]$'")
      let ids = try items.pagedIDs("sort_by=created_at")
      #expect(ids.count == 100 && Set(ids).count == 100)
    }

    @Test("Times that RFC 3339 has not, and close ones in far years, have their place", arguments: ["asc", "desc"])
    func oddTimes(order: String) throws {
      try items.run(
        """
        update unified_items set published_at = '-infinity' where external_id = 'id3';
        update unified_items set published_at = timestamptz '2655-01-01Z' + n * interval '1 microsecond'
        from generate_series(6, 8) n where external_id = 'id' || n;
        update unified_items set published_at = '12000-01-01Z' where external_id = 'id10';
        update unified_items set published_at = 'infinity' where external_id = 'id11';
        """)
      let ids = try items.pagedIDs("sort_by=published_at&sort_order=\(order)").filter { $0 != "id3" }
      #expect(Set(ids).count == 99)
      let last = ["id6", "id7", "id8", "id10", "id11"]
      #expect(Array(order == "asc" ? ids.suffix(5) : ids.prefix(5).reversed()) == last)
      let found = try items.items("page_size=5&sort_by=published_at").first?["published_at"]
      #expect(found == "9999-12-31T23:59:59.999Z")
    }
  }
}
