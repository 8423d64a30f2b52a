import APIRouting
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

    @Test(
      "A number's column may have another type; a text in it that is no number is null",
      arguments: [
        ("bigint", "7", true), ("numeric(10,2)", "7.00", true), ("some_amount", "7.0", true), ("text", "7.0", true),
        ("text", "from 5", false), ("varchar", "007", false),
      ])
    func otherNumbers(type: String, text: String, isNumber: Bool) throws {
      try items.run(
        """
        create domain some_amount as numeric;
        alter table unified_items alter column amount type \(type) using null;
        update unified_items set amount = '\(text)' where external_id = 'id1';
        """)
      let found = try items.items("page_size=1000")
      #expect(found.count == 100)
      let amounts = found.compactMap { $0["amount"]?.number?.text }
      #expect(amounts == (isNumber ? [text] : []))
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

    @Test(
      "Keys, titles and numbers of any length have their place",
      arguments: ["created_at", "title", "amount", "rating"], ["asc", "desc"])
    func longValues(field: String, order: String) throws {
      try items.run(
        """
        delete from unified_items;
        insert into unified_items (source_type, source_name, external_id, title, amount, rating, _first_seen, _last_seen)
        select repeat('t', case when n % 11 = 0 then 5000 else 1 end),
          repeat('n', case when n % 13 = 0 then 5000 else 1 end),
          repeat(c[1 + n % 3], l[1 + n % 8]) || n, repeat(c[1 + n % 2], l[1 + n % 7]) || n / 20,
          a[1 + n % 9], a[1 + n % 8], timestamptz '2024-01-01Z' + n % 5 * interval '1 microsecond', now()
        from generate_series(1, 144) n,
          (select array['x', 'é', E'\\x01'], array[1, 199, 200, 1194, 1195, 1196, 1197, 20001],
            array[1, 10::numeric ^ 1198, 10::numeric ^ 1199, 10::numeric ^ 1200, 1e130000, 1e-1197, 1e-16000, 'NaN',
              null]) x (c, l, a);
        """)
      let column = field == "created_at" ? "_first_seen" : field
      let nulls = order == "asc" ? "nulls first" : "nulls last"
      let key = ["source_type", "source_name", "external_id"].map { "\($0) \(order)" }.joined(separator: ", ")
      let expected = try items.texts(
        "select external_id from unified_items order by \(column) \(order) \(nulls), \(key)")
      #expect(expected.count == 144)
      #expect(try items.pagedIDs("sort_by=\(field)&sort_order=\(order)") == expected)
    }

    @Test("The page after an item with a long key that is gone, or has another number, is not known")
    func changedItems() throws {
      try items.run(
        """
        delete from unified_items where external_id <> 'id1' and external_id <> 'id2';
        update unified_items set external_id = repeat('x', 5000) || external_id, amount = 1e5000;
        """)
      func next(_ query: String) throws -> String {
        let next = try #require(try items.get("/data?\(query)").json["pagination"]?.object?["next_cursor"]?.string)
        #expect(next.utf8.count < 300)
        #expect(try items.get("/data?cursor=\(next)").status == 200)
        return next
      }
      let cursors = try ["page_size=1&sort_by=amount", "page_size=1&sort_by=rating"].map(next)
      try items.run("update unified_items set amount = 1e5001")
      #expect(try cursors.map { try items.get("/data?cursor=\($0)").status } == [404, 200])
      try items.run("update unified_items set external_id = external_id || '.'")
      #expect(try cursors.map { try items.get("/data?cursor=\($0)").status } == [404, 404])
    }

    @Test("Neighbours that together are more than the database sends at once are a page each")
    func largeNeighbours() throws {
      try items.run(
        """
        update unified_items set description = repeat('d', 17 << 20), amount = null where external_id in ('id3', 'id4');
        delete from unified_items where external_id not in ('id1', 'id2', 'id3', 'id4', 'id5');
        """)
      for order in ["sort_by=created_at", "sort_by=amount", "sort_by=amount&sort_order=asc"] {
        var (ids, query): ([Substring], String?) = ([], "page_size=1&\(order)")
        while let now = query {
          let response = items.router.response(to: APIRequest(method: "GET", path: "/data", query: now))
          try #require(response.status == 200, "\(String(decoding: response.body.prefix(300), as: UTF8.self))")
          // To parse all of it takes long.
          let start = String(decoding: response.body.prefix(300), as: UTF8.self)
          ids += start.matches(of: /"external_id":"([^"]+)"/).map(\.1)
          let end = String(decoding: response.body.suffix(600), as: UTF8.self)
          query = end.firstMatch(of: /"next_cursor":"([^"]+)"/).map { "page_size=1&cursor=\($0.1)" }
        }
        #expect(ids.sorted() == ["id1", "id2", "id3", "id4", "id5"])
      }
    }

    @Test("Infinite times of runs are the first and the last that RFC 3339 has", arguments: ["infinity", "-infinity"])
    func oddRuns(time: String) throws {
      try items.run(
        """
        insert into etl_runs (dataset, run, trigger, status, dates, items, started_at, ended_at, dates_loaded,
          records_found, records_new, records_changed, records_unchanged, records_rejected, records_cancelled)
        select 'd' || n, 'r', 'manual', 'success', '{}', '{}', t, t, 0, 0, 0, 0, 0, 0, 0
        from unnest(array['\(time)', '294276-12-31 23:59:59.999999Z']::timestamptz[]) with ordinality x (t, n)
        """)
      let text: JSONValue = time == "infinity" ? "9999-12-31T23:59:59.000Z" : "0001-01-01T00:00:00.000Z"
      let health = try items.get("/health")
      #expect(health.status == 200)
      let sources = try #require(health.json["etl_checkpoints"]?.array).compactMap(\.object)
      #expect(sources.map { $0["last_run_at"] } == [text, "9999-12-31T23:59:59.000Z"])
      #expect(sources.map { $0["last_success_at"] } == [text, "9999-12-31T23:59:59.000Z"])
      let stats = try items.get("/stats")
      #expect(stats.status == 200)
      #expect(stats.json["avg_etl_duration_seconds"] == 0)
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
