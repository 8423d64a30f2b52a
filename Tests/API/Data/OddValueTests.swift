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
