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
          with wait as materialized (select pg_sleep(1.2)) select stored_items.* from stored_items, wait;
        """)
      let reader = try APIDatabase(url: items.database.url, connections: 1, timeout: .seconds(2))
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

    @Test("Two searches read the whole table at a time; one more is refused, and connections are free for others")
    func wholeReads() throws {
      let route = DataRoute(items.reader, time: SystemTime(), wait: .milliseconds(20)).route
      let router = Router([route], RouterSettings(isPublic: true, makeID: { "id" }))
      let (lock, observer) = (try items.database.connect(), try items.database.connect())
      let deadline = Deadline(after: .seconds(20), on: SystemTime())
      try lock.execute(script: "begin; lock table unified_items in access exclusive mode", deadline: deadline)
      let (statuses, done) = (Locked<[Int]>([]), DispatchGroup())
      for text in ["ab", "%25%25%25"] {
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
      let refused = router.response(to: APIRequest(method: "GET", path: "/data", query: "search=b"))
      #expect(refused.status == 503)
      #expect(refused.headers["retry-after"] == "5")
      #expect(String(decoding: refused.body, as: UTF8.self).contains("Other searches"))
      #expect(try items.reader.readIfFree(within: .seconds(2)) { _, _, _ in true } == true)
      lock.close()
      #expect(done.wait(timeout: .now() + 20) == .success)
      #expect(statuses.change { $0 } == [200, 200])
      #expect(router.response(to: APIRequest(method: "GET", path: "/data", query: "search=b")).status == 200)
    }

    @Test(
      "The index has texts of three letters or digits in a row",
      arguments: [
        ("", false), ("a", true), ("ab", true), ("abc", false), ("a-b c", true), ("___", true), ("$ 12", true),
        ("R2D2", false), ("Äöü", false), ("東京都", false), ("- 123", false),
      ])
    func unindexed(search: String, isUnindexed: Bool) {
      #expect(ItemFilter.isUnindexed(search: search) == isUnindexed)
    }
  }
}
