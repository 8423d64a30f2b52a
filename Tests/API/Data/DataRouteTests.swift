import APIRouting
import Foundation
import JSON
import Testing

@testable import APIData

extension APIDataTests {
  /// F59: GET /data: filters, pagination.
  @Suite("GET /data (F59)")
  struct DataRouteTests {
    private let items: ItemDatabase

    init() throws {
      items = try ItemDatabase()
      try items.addItems(100)
    }

    @Test("An item has every field of system 003's, but for its two numbers")
    func shape() throws {
      let item = try #require(try items.items("source_type=csv&page_size=1&sort_by=updated_at&sort_order=asc").first)
      #expect(
        item.names == [
          "source_type", "source_name", "external_id", "title", "description", "category", "url", "image_url", "author",
          "amount", "quantity", "rating", "tags", "extra_metadata", "status", "published_at", "created_at",
          "updated_at",
        ])
      #expect(
        JSONValue.object(item).text.contains(
          #""amount":1.50,"quantity":1,"rating":1,"tags":[],"extra_metadata":{},"status":"active","published_at":null"#)
      )
      #expect(item["updated_at"]?.string?.hasPrefix("2024-03-01T00:00:01") == true)
    }

    @Test("A page says where it is")
    func pagination() throws {
      let response = try items.get("/data?page=2&page_size=30").json
      let pages = try #require(response["pagination"]?.object)
      #expect(pages["total_items"] == 100)
      #expect(pages["total_pages"] == 4)
      #expect(pages["current_page"] == 2)
      #expect(pages["page_size"] == 30)
      #expect(pages["has_next"] == true)
      #expect(pages["has_previous"] == true)
      #expect(response["items"]?.array?.count == 30)
      let last = try #require(try items.get("/data?page=4&page_size=30").json["pagination"]?.object)
      #expect(last["has_next"] == false)
      #expect(last["next_cursor"]?.isNull == true)
      #expect(try items.items("page=99999").isEmpty)
    }

    @Test(
      "Each filter finds what it says",
      arguments: [
        ("source_type=api", 33), ("source_name=source1", 50), ("category=c2", 20), ("status=inactive", 16),
        ("status=deleted", 0), ("search=title+3", 14), ("search=about", 75), ("search=50%25", 75), ("search=%25", 75),
        ("search=a_b", 75), ("search=aXb", 0), ("search=TITLE%205", 14), ("search=%5C", 0), ("search=%25%CC%81", 0),
        ("search=", 100), ("category=", 100), ("source_name=", 100), ("search=&category=c2&source_name=", 20),
        ("min_amount=9.5", 6), ("max_amount=0.5", 7), ("min_amount=9.51", 0), ("min_amount=1.5&max_amount=1.50", 7),
        ("min_amount=5&max_amount=4", 0), ("published_after=2024-01-03&published_before=2024-01-02", 0),
        ("published_after=2024-01-09", 8), ("published_before=2024-01-01T00:00:00Z", 8),
        ("published_after=2024-01-01T00:00:00.000001Z", 67),
        ("source_type=csv&category=c1&status=active", 7),
      ])
    func filters(query: String, count: Int64) throws { #expect(try items.total(query) == count) }

    @Test("The response names the filters that were applied")
    func applied() throws {
      let applied = try items.get("/data?category=c1&min_amount=1.0&published_after=2024-01-02&page_size=1")
        .json["filters_applied"]
      #expect(
        applied == [
          "category": "c1", "min_amount": .number(try #require(JSONNumber("1.0"))),
          "published_after": "2024-01-02T00:00:00.000Z",
        ])
      // As in system 003, which names it and does not apply it.
      #expect(try items.get("/data?search=&page_size=1").json["filters_applied"] == ["search": ""])
    }

    @Test(
      "Pages by cursor have every item once, in every order",
      arguments: ItemSort.Field.allCases, ["asc", "desc"])
    func cursors(field: ItemSort.Field, order: String) throws {
      for filter in ["", "&category=c2"] {
        let whole = try items.items("page_size=1000&sort_by=\(field.rawValue)&sort_order=\(order)\(filter)")
        var (found, page): ([JSONObject], Int64) = ([], 1)
        var query = "page_size=7&sort_by=\(field.rawValue)&sort_order=\(order)\(filter)"
        while true {
          let response = try items.get("/data?\(query)").json
          found += response["items"]?.array?.compactMap(\.object) ?? []
          let pagination = try #require(response["pagination"]?.object)
          #expect(pagination["current_page"]?.number?.integer == page)
          #expect(pagination["total_items"]?.number?.integer == Int64(whole.count))
          guard let next = pagination["next_cursor"]?.string else { break }
          #expect(pagination["has_next"] == true)
          query = "page_size=7\(filter)&cursor=\(next)"
          page += 1
        }
        #expect(found == whole)
        #expect(Set(found.compactMap { $0["external_id"]?.string }).count == whole.count)
      }
    }

    @Test("Ascending is the exact reverse of descending", arguments: ItemSort.Field.allCases)
    func orders(field: ItemSort.Field) throws {
      let down = try items.items("page_size=1000&sort_by=\(field.rawValue)")
      let up = try items.items("page_size=1000&sort_by=\(field.rawValue)&sort_order=asc")
      #expect(down == up.reversed())
    }

    @Test("Pages by number and by cursor agree")
    func agreement() throws {
      let byNumber = try items.items("page=2&page_size=40&sort_by=amount")
      let first = try items.get("/data?page_size=40&sort_by=amount").json["pagination"]?.object
      let next = try #require(first?["next_cursor"]?.string)
      #expect(try items.items("page_size=40&cursor=\(next)") == byNumber)
    }

    @Test(
      "422 for what is wrong",
      arguments: [
        "page=0", "page=-1", "page=x", "page_size=0", "page_size=1001", "source_type=API", "status=gone",
        "min_amount=-1",
        "max_amount=abc", "min_amount=1e-99999", "max_amount=0e-99999", "min_amount=1e999", "published_after=yesterday",
        "sort_by=id", "sort_order=up", "limit=5", "page=1&page=2",
        "search=%00", "order=1%27%3B+drop+table+unified_items",
      ])
    func wrong(query: String) throws { #expect(try items.get("/data?\(query)").status == 422) }

    @Test(
      "A number may have an exponent that the database can store",
      arguments: ["1e-300", "1E2", "0e0", "1.7e%2B308", "5e-324"])
    func exponents(number: String) throws { #expect(try items.get("/data?min_amount=\(number)").status == 200) }

    @Test("Texts that only Unicode calls equal are two filters")
    func equivalentTexts() throws {
      try items.run("update unified_items set category = 'Kids' where external_id in ('id1', 'id2')")
      // KELVIN SIGN, in place of K.
      #expect(try items.total("category=%E2%84%AAids") == 0)
      #expect(try items.total("category=Kids") == 2)
      #expect(try items.items("category=Kids").count == 2)
    }

    @Test("The first page is read also where there was nothing a moment ago")
    func newItems() throws {
      #expect(try items.items("category=new").isEmpty)
      try items.run("update unified_items set category = 'new' where external_id = 'id1'")
      #expect(try items.items("category=new").count == 1)
    }

    @Test("SQL in a value is only a value", arguments: ["search", "category", "source_name"])
    func injection(parameter: String) throws {
      #expect(try items.total("\(parameter)=%27%3B+drop+table+unified_items%3B--") == 0)
      #expect(try items.total("") == 100)
    }

    @Test("A cursor of other filters is no page; one of another size is")
    func otherFilters() throws {
      let first = try items.get("/data?page_size=5&category=c2").json["pagination"]?.object
      let next = try #require(first?["next_cursor"]?.string)
      #expect(try items.get("/data?category=c1&cursor=\(next)").status == 404)
      #expect(try items.get("/data?cursor=\(next)").status == 404)
      #expect(try items.items("category=c2&page_size=7&cursor=\(next)").count == 7)
    }

    @Test("Two times in the same millisecond are two filters")
    func microseconds() throws {
      #expect(try items.total("published_after=2024-01-01T00:00:00.000000Z") == 75)
      #expect(try items.total("published_after=2024-01-01T00:00:00.000001Z") == 67)
    }

    @Test("Each order works on a table that lacks the column", arguments: ["asc", "desc"])
    func missingColumns(order: String) throws {
      try items.run("alter table unified_items drop column rating, drop column amount, drop column published_at")
      for field in ItemSort.Field.allCases {
        let query = "page_size=60&sort_by=\(field.rawValue)&sort_order=\(order)"
        let response = try items.get("/data?\(query)")
        #expect(response.status == 200)
        let next = try #require(response.json["pagination"]?.object?["next_cursor"]?.string)
        #expect(try items.items("page_size=60&cursor=\(next)").count == 40)
      }
    }

    @Test("A page of large items ends early, and its cursor goes on; more than is read at once is refused")
    func largeItems() throws {
      try items.run("update unified_items set description = repeat('x', 1000000) where external_id ~ '^id[1-9]$'")
      var (found, query): ([Int], String?) = ([], "page_size=9&search=xxxx")
      while let now = query {
        let response = try items.get("/data?\(now)").json
        found.append(response["items"]?.array?.count ?? 0)
        query = response["pagination"]?.object?["next_cursor"]?.string.map { "page_size=9&search=xxxx&cursor=\($0)" }
      }
      #expect(found == [4, 4, 1])
      try items.run("update unified_items set description = repeat('x', 1000000)")
      let refused = try items.get("/data?page_size=100")
      #expect(refused.status == 422)
      #expect(refused.json["detail"]?.string?.contains("ask for fewer records") == true)
    }

    @Test("A cursor that no response gave is no page", arguments: ["", "x", "W10", "!!!!", "eyJhIjoxfQ", "bnVsbA=="])
    func forgedCursors(text: String) throws { #expect(try items.get("/data?cursor=\(text)").status == 404) }
  }
}
