import APIRouting
import APISupport
import Foundation
import JSON
import TestSupport
import Testing
import Time

@testable import APIData

extension APIDataTests {
  @Suite("Requests of /data beside others")
  struct SharedReadTests {
    private struct StoppedTime: TimeSource, Sendable {
      let now = Date(timeIntervalSince1970: 1_717_203_600)
      let uptime = Duration.zero

      func sleep(for duration: Duration) {}
    }

    private let items: ItemDatabase

    init() throws {
      items = try ItemDatabase()
      try items.addItems(100)
    }

    @Test("A page after the end that was counted has the items that were added since, and counts them")
    func addedItems() throws {
      // The number that was counted is not forgotten meanwhile.
      let items = try ItemDatabase(time: StoppedTime())
      try items.addItems(100)
      let first = try #require(try items.get("/data?page_size=100").json["pagination"]?.object)
      #expect(first["has_next"] == false)
      try items.addItems(101...120)
      let response = try items.get("/data?page_size=100&page=2").json
      #expect(response["items"]?.array?.count == 20)
      #expect(response["pagination"]?.object?["total_items"] == 120)
      #expect(response["pagination"]?.object?["total_pages"] == 2)
      // Of a page far beyond the end nothing is read.
      try items.addItems(121...10_300)
      #expect(try items.items("page_size=100&page=101").count == 100)
      #expect(try items.items("page_size=100&page=102").isEmpty)
    }

    @Test("The number of items and the page have one deadline")
    func deadline() throws {
      try items.run(
        """
        alter table unified_items rename to stored_items;
        create view unified_items as
          with wait as materialized (select pg_sleep(4)) select stored_items.* from stored_items, wait;
        """)
      let reader = try APIDatabase(url: items.database.url, connections: 1, timeout: .seconds(7))
      let router = Router(
        [DataRoute(reader, time: SystemTime()).route], RouterSettings(isPublic: true, makeID: { "id" }))
      let request = APIRequest(method: "GET", path: "/data")
      #expect(router.response(to: request).status == 503)
      // The number is known by now, and the page alone is in time.
      #expect(router.response(to: request).status == 200)
    }

    @Test("A request that waits for the number of items holds no connection")
    func waiters() throws {
      let lock = try items.database.connect()
      try lock.execute(
        script: "begin; lock table unified_items in access exclusive mode",
        deadline: Deadline(after: .seconds(20), on: SystemTime()))
      let done = DispatchGroup()
      for _ in 0..<8 {
        done.enter()
        Thread.detachNewThread { [router = items.router] in
          let response = router.response(to: APIRequest(method: "GET", path: "/data", query: "search=about"))
          #expect(response.status == 200)
          done.leave()
        }
      }
      // Each of them has asked by now, or asks now: in no case does one take the last of the four connections.
      for _ in 0..<20 {
        #expect(try items.reader.readIfFree(within: .seconds(2)) { _, _, _ in true } == true)
      }
      lock.close()
      #expect(done.wait(timeout: .now() + 20) == .success)
    }

    @Test(
      "Two searches read the whole table, or count, at a time; one more is refused, and connections are free for others",
      arguments: [(["ab", "%25%25%25"], "b"), (["about", "number"], "title")])
    func longReads(searches: [String], refused: String) throws {
      let route = DataRoute(items.reader, time: SystemTime(), wait: .milliseconds(20)).route
      let router = Router([route], RouterSettings(isPublic: true, makeID: { "id" }))
      try items.run("create index unified_items_api_search on unified_items (title)")
      // The route knows the index from now on.
      try #require(router.response(to: APIRequest(method: "GET", path: "/data")).status == 200)
      let (lock, observer) = (try items.database.connect(), try items.database.connect())
      let deadline = Deadline(after: .seconds(20), on: SystemTime())
      try lock.execute(script: "begin; lock table unified_items in access exclusive mode", deadline: deadline)
      let (statuses, done) = (Locked<[Int]>([]), DispatchGroup())
      for text in searches {
        done.enter()
        Thread.detachNewThread {
          let status = router.response(to: APIRequest(method: "GET", path: "/data", query: "search=\(text)")).status
          statuses.change { $0.append(status) }
          done.leave()
        }
      }
      let waiting = "select count(*) from pg_locks where relation = 'unified_items'::regclass and not granted"
      var count = 0
      while count < 2 { count = try observer.query(waiting, deadline: deadline)[0][0] }
      let request = APIRequest(method: "GET", path: "/data", query: "search=\(refused)")
      let refusal = router.response(to: request)
      #expect(refusal.status == 503)
      #expect(refusal.headers["retry-after"] == "5")
      #expect(String(decoding: refusal.body, as: UTF8.self).contains("Other searches"))
      #expect(try items.reader.readIfFree(within: .seconds(2)) { _, _, _ in true } == true)
      lock.close()
      #expect(done.wait(timeout: .now() + 20) == .success)
      #expect(statuses.change { $0 } == [200, 200])
      // The refusal of a count is kept for a second, as every failure to count: another text is counted at once.
      let next = APIRequest(method: "GET", path: "/data", query: "search=\(refused)s")
      #expect(router.response(to: next).status == 200)
    }

    @Test(
      "The index has texts of three letters or digits in a row",
      arguments: [
        ("", false), ("a", true), ("ab", true), ("abc", false), ("a-b c", true), ("___", true), ("$ 12", true),
        ("R2D2", false), ("Äöü", false), ("東京都", false), ("- 123", false), ("٣٤٥", false), ("½½½", true),
        ("①②③", true), ("²²²", true), ("㊀㊁㊂", true), ("𐄇𐄈𐄉", true), ("\u{301}\u{302}\u{303}", true),
        ("\u{1C89}\u{1C89}\u{1C89}", true),
      ])
    func unindexed(search: String, isUnindexed: Bool) throws {
      #expect(ItemFilter.isUnindexed(search: search, .ofAllLetters) == isUnindexed)
      #expect(ItemFilter.isUnindexed(search: search, .ofASCII) == (isUnindexed || !search.utf8.allSatisfy { $0 < 128 }))
      #expect(ItemFilter.isUnindexed(search: search, .missing) == !search.isEmpty)
    }

    @Test("What counts as a letter or a digit is one to pg_trgm")
    func letters() throws {
      let all = (1...0x3FFFF).compactMap { Unicode.Scalar(UInt32($0)) }.filter {
        ItemTable.SearchIndex.ofAllLetters.has($0)
      }
      #expect(all.count > 100_000)
      try items.run("create extension pg_trgm")
      let rows = try items.database.connect().query(
        "select coalesce(string_agg(c, ' '), '') from unnest(string_to_array($1, ' ')) c where show_trgm(c) = '{}'",
        [.text(all.map { String($0) }.joined(separator: " "))],
        deadline: Deadline(after: .seconds(60), on: SystemTime()))
      #expect(try rows[0][0] as String == "")
    }

    @Test("Without the index of the search every search reads the whole table; a database says which letters it knows")
    func indexes() throws {
      let deadline = Deadline(after: .seconds(20), on: SystemTime())
      func index() throws -> ItemTable.SearchIndex {
        let rows = try items.database.connect().query(
          ItemTable.query.sql, ItemTable.query.values, deadline: deadline)
        let table = try ItemTable(rows[0])
        #expect(table.numerics == ["amount", "rating"])
        return table.searchIndex
      }
      #expect(try index() == .missing)
      try items.run("create index unified_items_api_search on unified_items (title)")
      #expect(try index() == .ofAllLetters)
    }

    @Test("A table that has changed since it was looked up is looked up again, and the request succeeds")
    func changedTable() throws {
      func amounts() throws -> [Double?] { try items.items("page_size=20").map { $0["amount"]?.number?.double } }
      let before = try amounts()
      #expect(before.contains { $0 != nil })
      try items.run("alter table unified_items alter column amount type double precision")
      #expect(try amounts() == before)
      try items.run("alter table unified_items drop column rating")
      let response = try items.get("/data?page_size=1")
      #expect(response.status == 200)
      #expect(response.json["items"]?.array?.first?.object?["rating"] == .null)
      try items.run("alter table unified_items rename to stored_items")
      #expect(try items.get("/data?page_size=1").json["items"]?.array?.isEmpty == true)
    }
  }
}
