import EventCache
import Foundation
import Redis
import TestSupport
import Testing
import Time

extension RunTests {
  private func redis(_ verb: String, _ arguments: String...) throws {
    let settings = RedisSettings(
      url: try RedisURL(LocalStack.environment["REDIS_URL"] ?? ""),
      authorities: LocalStack.environment["REDIS_CA_FILE"], connectTimeout: .seconds(5), socketTimeout: .seconds(5))
    _ = try RedisClient(settings).send(
      RedisCommand(verb, arguments.map { Data($0.utf8) }), deadline: stack.deadline)
  }

  private func check(_ first: String, _ last: String) throws -> (status: Int32, caches: [String], next: [String]) {
    let ran = try FestVibesProcess(
      ["status", "--json", "--from", first, "--to", last], environment: LocalStack.environment)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(ran.output.utf8)) as? [String: Any])
    let items = try #require(object["items"] as? [[String: Any]])
    return (ran.status, items.map { $0["cache"] as? String ?? "" }, object["next"] as? [String] ?? [])
  }

  @Test("is fresh until the cache loses a day, or has another than the database: status says so, with the next command")
  func freshness() throws {
    try stack.empty()
    let site = try SourceSite.sample()
    defer { site.stop() }
    #expect(try stack.run(from: "2026-05-01", to: "2026-05-02").execution.status == .succeeded)
    let rows = try stack.database.query(
      "select item, records, expires_at > cached_at as is_planned from cached_items order by item",
      deadline: stack.deadline)
    #expect(try rows.map { try $0["item"] as String } == ["2026-05-01", "2026-05-02"])
    #expect(try rows.allSatisfy { try $0["is_planned"] })
    let fresh = try check("2026-05-01", "2026-05-03")
    #expect(fresh.status == 0)
    #expect(fresh.caches == ["current", "current", "none"])
    try redis("DEL", "events:2026-05-01")
    try redis("SET", "events:2026-05-02", "[1]")
    let lost = try check("2026-05-01", "2026-05-02")
    #expect(lost.status == 1)
    #expect(lost.caches == ["missing", "differs"])
    #expect(lost.next.count == 1)
    #expect(lost.next.first?.hasSuffix(" cache 2026-05-01 2026-05-02") == true)
    try redis("DEL", "events:2026-05-02")
    // A past day whose week is over is not stale.
    try stack.database.query(
      "update cached_items set cached_at = now() - interval '9 days', expires_at = now() - interval '1 day'",
      deadline: stack.deadline)
    let expired = try check("2026-05-01", "2026-05-02")
    #expect(expired.status == 0)
    #expect(expired.caches == ["expired", "expired"])
  }

  @Test("compares the cancelled events of a coming day too")
  func cancelledEvents() throws {
    try stack.empty()
    let site = try SourceSite.sample()
    defer { site.stop() }
    let soon = CalendarDate(daysSinceEpoch: Int(Date().timeIntervalSince1970 / 86_400)).adding(days: 2)
    // On the first Tuesday of a month the sample site has no events.
    let day = "\(soon.weekday == 2 ? soon.adding(days: 1) : soon)"
    #expect(try stack.run(from: day, to: day).execution.status == .succeeded)
    try stack.database.query(
      """
      update events set status = 'cancelled'
      where id = (select min(id) from events where event_date = $1::date and status = 'scheduled')
      """, [.text(day)], deadline: stack.deadline)
    #expect(try check(day, day).caches == ["differs"])
    let cached = try FestVibesProcess(["cache", day], environment: LocalStack.environment)
    #expect(cached.status == 0)
    #expect(try check(day, day).caches == ["current"])
    try redis("SET", "cancelled:\(day)", "[]")
    #expect(try check(day, day).caches == ["differs"])
  }
}
