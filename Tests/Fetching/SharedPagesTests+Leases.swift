import Foundation
import RawStore
import ScrapingSupport
import TestSupport
import Testing
import Time
import WARC

@testable import Fetching

/// Leases on pages.
extension SharedPagesTests {
  /// Leases pages that are not stored yet.
  func lease(
    _ urls: [String], for holder: PageStore.LeaseHolder, until seconds: Double, _ time: ManualTime
  ) throws -> [String] {
    try store(time: time).acquire(
      urls.map { ($0, nil, false) }, isNew: true, by: holder, until: time.now + seconds, now: time.now,
      deadline: .none(on: time))
  }

  @Test("Pages leased by a killed scraper are requested when its leases expire")
  func killedHolder() throws {
    let time = ManualTime()
    let server = try ETagServer.pages(2)
    let urls = ["/p/1", "/p/2"].map(server.url)
    let killed = PageStore.LeaseHolder(run: "run-1", holder: "2024-06-01")
    #expect(try lease([urls[0]], for: killed, until: 45, time) == [urls[0]])
    let pages = try live(server, started: time.now, time: time).fetch(urls, deadline: .none(on: time))
    #expect(bodies(pages) == ["<p>page 1</p>", "<p>page 2</p>"])
    #expect(server.requests == ["404 /robots.txt", "200 /p/2", "200 /p/1"], "its own page first")
    #expect(time.uptime >= .seconds(45) && time.uptime < .seconds(48))
  }

  @Test("A scraper that is started again has its leases back at once")
  func ownLeases() throws {
    let time = ManualTime()
    let server = try ETagServer.pages(2)
    let urls = ["/p/1", "/p/2"].map(server.url)
    _ = try lease(urls, for: PageStore.LeaseHolder(run: "run-1", holder: "2024-05-31"), until: 45, time)
    _ = try live(server, started: time.now, time: time).fetch(urls, deadline: .none(on: time))
    #expect(server.requests.count == 3)
    #expect(time.uptime == .zero)
  }

  @Test("A scraper whose clock is behind the run's start still shares its pages")
  func slowClock() throws {
    let server = try ETagServer.pages(1)
    let started = Date(timeIntervalSinceNow: 60)
    for date in ["2024-05-31", "2024-06-01"] {
      let live = try live(server, item: date, started: started)
      #expect(bodies(live.fetch([server.url("/p/1")], deadline: soon)) == ["<p>page 1</p>"])
      // No page was confirmed as unchanged: no conditional request was sent.
      let kinds = try WARCReader.members(of: live.archive.bytes).map(\.record.kind.rawValue)
      #expect(kinds == ["warcinfo", "response", "response"])
    }
    #expect(server.requests.count == 2)
  }

  @Test("A page with a validation in the future is requested, and does not stay fresh")
  func futureValidation() throws {
    let server = try ETagServer.pages(1)
    let urls = [server.url("/p/1")]
    let (now, ahead) = (ManualTime(), ManualTime())
    ahead.advance(by: .seconds(3600))
    _ = try live(server, started: ahead.now, time: ahead).fetch(urls, deadline: .none(on: ahead))
    let corrected = try live(server, run: "run-2", started: now.now, time: now)
    #expect(bodies(corrected.fetch(urls, deadline: .none(on: now))) == ["<p>page 1</p>"])
    #expect(corrected.counts == SharedPages.Counts(fetched: 1, validated: 1, shared: 0))
    let other = try live(server, item: "2024-06-01", run: "run-2", started: now.now, time: now)
    _ = other.fetch(urls, deadline: .none(on: now))
    #expect(other.counts == SharedPages.Counts(fetched: 0, validated: 0, shared: 2))
  }

  @Test("A scraper that runs alone takes no leases")
  func alone() throws {
    let server = try ETagServer.pages(2)
    let live = try makeLivePages(
      of: server.site, store: store(), job: makeJob(started: Date(), workerCount: 1))
    #expect(bodies(live.fetch([server.url("/p/1")], deadline: soon)) == ["<p>page 1</p>"])
    #expect(try s3.get().requests.map { $0.prefix(9) } == ["GET pages", "PUT pages", "GET pages", "PUT pages"])
  }

  @Test("The leases of another run do not count")
  func otherRun() throws {
    let time = ManualTime()
    let server = try ETagServer.pages(1)
    let urls = [server.url("/p/1")]
    _ = try lease(urls, for: PageStore.LeaseHolder(run: "run-0", holder: "2024-06-01"), until: 45, time)
    _ = try live(server, started: time.now, time: time).fetch(urls, deadline: .none(on: time))
    #expect(time.uptime == .zero)
  }

  @Test("Two runs at the same time do not take each other's leases: each requests a new page once")
  func runsAtOnce() throws {
    let now = Date(timeIntervalSince1970: 1_717_142_400)
    let time = ManualTime(now)
    let policy = makePolicy(try #require(Site("http://x")))
    let url = "http://x/1"
    func acquires(_ item: String, _ run: String) throws -> Bool {
      let shared = try SharedStore(
        store(time: time), job: makeJob(item: item, run: run), policy: policy, time: time, warn: { _ in })
      func acquire() -> Bool {
        !shared.acquire([url], isNew: true, until: now + 45, .none(on: time)).isEmpty
      }
      if acquire() { return true }
      shared.look([url], of: 1, .none(on: time)) { _ in }
      return acquire()
    }
    #expect(try acquires("a", "run-1"))
    #expect(try acquires("a", "run-2"))
    #expect(try !acquires("b", "run-1"), "its run's lease is still there")
    #expect(try !acquires("b", "run-2"))
    #expect(try acquires("a", "run-1") && acquires("a", "run-2"), "a scraper that is started again")
  }

  @Test("One of the scrapers that wait for a killed scraper takes over its lease")
  func takeOver() throws {
    let now = Date(timeIntervalSince1970: 1_717_142_400)
    let url = "http://x/1"
    func holder(_ date: String) -> PageStore.LeaseHolder { PageStore.LeaseHolder(run: "r", holder: date) }
    let store = try store()
    _ = try store.acquire([url], by: holder("a"), until: now + 45, now: now, deadline: soon)
    func acquireFree(_ date: String, at now: Date) throws -> [String] {
      try store.acquireFree([url], by: holder(date), until: now + 45, now: now, deadline: soon)
    }
    #expect(try acquireFree("b", at: now + 44).isEmpty)
    #expect(try acquireFree("b", at: now + 45) == [url])
    #expect(try acquireFree("c", at: now + 46).isEmpty)
    #expect(try acquireFree("b", at: now + 46) == [url])
    try store.release([(url, true)], by: holder("b"), deadline: soon)
    #expect(try acquireFree("c", at: now + 46) == [url])
  }

  @Test("A release does not end the lease of a scraper that has taken it over")
  func releaseAfterTakeOver() throws {
    let now = Date(timeIntervalSince1970: 1_717_142_400)
    func holder(_ date: String) -> PageStore.LeaseHolder { PageStore.LeaseHolder(run: "r", holder: date) }
    let store = try store()
    let urls = ["http://x/1", "http://x/2"]
    _ = try store.acquire(urls, by: holder("a"), until: now + 45, now: now, deadline: soon)
    let taken = try store.acquireFree([urls[0]], by: holder("b"), until: now + 90, now: now + 45, deadline: soon)
    #expect(taken == [urls[0]])
    try store.release((urls + ["http://x/3"]).map { ($0, true) }, by: holder("a"), deadline: soon)
    #expect(try store.acquireFree(urls, by: holder("c"), until: now + 90, now: now, deadline: soon) == [urls[1]])
    #expect(try s3.get().keys.count == 2)
  }

  @Test("A holder's own leases, expired or not, are renewed")
  func renewal() throws {
    let now = Date(timeIntervalSince1970: 1_717_142_400)
    func holder(_ date: String) -> PageStore.LeaseHolder { PageStore.LeaseHolder(run: "r", holder: date) }
    let store = try store()
    let urls = ["http://x/1"]
    for begin in [now, now + 40, now + 100] {
      let leased = try store.acquire(urls, by: holder("a"), until: begin + 45, now: begin, deadline: soon)
      #expect(leased == urls)
      let other = try store.acquireFree(urls, by: holder("b"), until: begin + 90, now: begin + 44, deadline: soon)
      #expect(other.isEmpty)
    }
  }

  @Test("A lease of any term, and a damaged one, is waited for a limited time only")
  func endlessLease() throws {
    let time = ManualTime()
    let server = try ETagServer.pages(1)
    let url = server.url("/p/1")
    _ = try lease([url], for: PageStore.LeaseHolder(run: "run-1", holder: "2024-06-01"), until: 1e9, time)
    #expect(
      try bodies(live(server, started: time.now, time: time).fetch([url], deadline: .none(on: time)))
        == ["<p>page 1</p>"])
    #expect(time.uptime >= .seconds(120) && time.uptime < .seconds(121))

    let s3 = try s3.get()
    for key in s3.keys { s3.set(Data("nonsense".utf8), at: key) }
    let before = time.uptime
    time.advance(by: .seconds(1))
    _ = try live(server, started: time.now, time: time).fetch([url], deadline: .none(on: time))
    #expect(time.uptime - before < .seconds(3))
  }

  @Test("With little time left, the wait for a page leaves time to request it")
  func littleTime() throws {
    let time = ManualTime()
    let server = try ETagServer.pages(1)
    let url = server.url("/p/1")
    _ = try lease([url], for: PageStore.LeaseHolder(run: "run-1", holder: "2024-06-01"), until: 45, time)
    let pages = try live(server, started: time.now, time: time).fetch(
      [url], deadline: Deadline(after: .seconds(20), on: time))
    #expect(bodies(pages) == ["<p>page 1</p>"])
    #expect(time.uptime >= .seconds(10) && time.uptime < .seconds(11))
  }

  @Test("The lease on a page that could not be read is released at once")
  func failedPage() throws {
    let server = try ETagServer(["/p/1": ETagServer.Response(status: 500, body: "broken")])
    let url = server.url("/p/1")
    let first = try live(server, started: Date())
    #expect(bodies(first.fetch([url], deadline: soon)) == ["status 500"])
    let time = ManualTime(Date())
    _ = try live(server, item: "2024-06-01", started: Date(timeIntervalSinceNow: -60), time: time).fetch(
      [url], deadline: .none(on: time))
    #expect(time.uptime < .seconds(5), "the pauses between the attempts")
    #expect(server.requests.filter { $0 == "500 /p/1" }.count == 10)
    // Every response is in the archive; only reusable ones are in the store.
    let records = try WARCReader.members(of: first.archive.bytes).map(\.record)
    #expect(try records.last?.response().status == 500)
    #expect(try records.last?.response().body == Data("broken".utf8))
    #expect(try s3.get().gzipKeys.count == 1)
  }
}
