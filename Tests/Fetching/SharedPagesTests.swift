import Contracts
import Foundation
import HTTP
import RawStore
import ScrapingSupport
import TestSupport
import Testing
import Time
import WARC

@testable import Fetching

/// Pages that items and runs share, over loopback, with a store in memory.
struct SharedPagesTests {
  private let s3 = Result { try MemoryS3() }
  /// A deadline far away, on the machine's clock.
  private var soon: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  private func store(time: any TimeSource = SystemTime()) throws -> PageStore {
    try RawStore(
      RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.get().environment, time: time
    ).pages(of: "wwoz")
  }

  /// Returns the pages for an item of a run.
  private func live(
    _ server: ETagServer, item: String = "2024-05-31", run: String = "run-1", started: Date = .distantPast,
    time: any TimeSource = SystemTime(), warn: @escaping (FetchWarning) -> Void = { _ in }
  ) throws -> LivePages {
    try makeLivePages(
      of: server.site, store: store(time: time), job: makeJob(item: item, run: run, started: started), time: time,
      warn: warn)
  }

  private func bodies(_ outcomes: [Result<Page, FetchError>]) -> [String] {
    outcomes.map { outcome in
      switch outcome {
      case .success(let page): String(decoding: page.body, as: UTF8.self)
      case .failure(let error): "\(error)"
      }
    }
  }

  // MARK: Items and runs

  @Test("A page that two items of a run need is requested once, and robots.txt as well")
  func onceARun() throws {
    let server = try ETagServer.pages(3)
    let started = Date()
    let first = try live(server, started: started)
    let second = try live(server, item: "2024-06-01", started: started)
    let urls = ["/p/1", "/p/2", "/p/3", "/p/4"].map(server.url)
    let pages = bodies(first.fetch(urls, deadline: soon))
    #expect(pages == ["<p>page 1</p>", "<p>page 2</p>", "<p>page 3</p>", "status 404"])
    #expect(bodies(second.fetch(urls, deadline: soon)) == pages)
    #expect(server.requests.sorted() == ["200 /p/1", "200 /p/2", "200 /p/3", "404 /p/4", "404 /robots.txt"])
    #expect(first.counts == SharedPages.Counts(fetched: 5, validated: 0, shared: 0))
    #expect(second.counts == SharedPages.Counts(fetched: 0, validated: 0, shared: 5))
  }

  @Test("The next run asks whether a page has changed, and uses the new one if it has")
  func nextRun() throws {
    let server = try ETagServer.pages(2)
    server.set(ETagServer.Response(body: "User-agent: *\nDisallow: /x\n", type: "text/plain"), at: "/robots.txt")
    let urls = ["/p/1", "/p/2"].map(server.url)
    _ = try live(server, started: Date()).fetch(urls, deadline: soon)
    server.forget()
    server.set(ETagServer.Response(body: "<p>new</p>"), at: "/p/2")
    let next = try live(server, run: "run-2", started: Date())
    let outcomes = next.fetch(urls, deadline: soon)
    #expect(bodies(outcomes) == ["<p>page 1</p>", "<p>new</p>"])
    #expect(server.requests.sorted() == ["200 /p/2", "304 /p/1", "304 /robots.txt"])
    #expect(next.counts == SharedPages.Counts(fetched: 1, validated: 2, shared: 0))

    // The store has the validation: another item of the run sends no request.
    let other = try live(server, item: "2024-06-01", run: "run-2", started: Date(timeIntervalSinceNow: -5))
    #expect(bodies(other.fetch(urls, deadline: soon)) == ["<p>page 1</p>", "<p>new</p>"])
    #expect(server.requests.count == 3)
    // The page's time is that of its validation, not that of its bytes.
    let validated = try outcomes[0].get().validated
    #expect(abs(validated.timeIntervalSinceNow) < 30)
    #expect(try other.fetch([urls[0]], deadline: soon)[0].get().validated == validated)
  }

  @Test("Scrapers that run at once request each shared page once, and each scraper gets all pages")
  func atOnce() throws {
    let server = try ETagServer.pages(60, delay: 0.02)
    let started = Date()
    let results = Locked<[[String]]>([])
    let barrier = Barrier(3)
    let readers = try ["2024-05-30", "2024-05-31", "2024-06-01"].enumerated().map { number, date in
      (number, Unchecked(try live(server, item: date, started: started)))
    }
    concurrently(
      readers.map { number, live in
        {
          barrier.wait()
          var found: [String] = []
          // Overlapping windows, in different orders.
          for batch in [[1, 2, 3], [3, 1, 2], [2, 3, 1]][number] {
            let urls = ((batch - 1) * 20 + 1...batch * 20).map { server.url("/p/\($0)") }
            found += self.bodies(live.value.fetch(urls, deadline: self.soon))
          }
          results.change { $0.append(found) }
        }
      })
    let all = results.change { $0 }
    let expected = (1...60).map { "<p>page \($0)</p>" }.sorted()
    #expect(all.map { $0.sorted() } == [expected, expected, expected])
    #expect(server.requests.count == 61)
    #expect(Set(server.requests).count == 61)
  }

  // MARK: Leases

  @Test("Pages leased by a killed scraper are requested when its leases expire")
  func killedHolder() throws {
    let time = ManualTime()
    let server = try ETagServer.pages(2)
    let urls = ["/p/1", "/p/2"].map(server.url)
    let killed = PageStore.LeaseHolder(run: "run-1", holder: "2024-06-01")
    let leased = try store(time: time).acquire(
      [urls[0]], by: killed, until: time.now + 45, now: time.now, deadline: .none(on: time))
    #expect(leased == [urls[0]])
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
    _ = try store(time: time).acquire(
      urls, by: PageStore.LeaseHolder(run: "run-1", holder: "2024-05-31"), until: time.now + 45, now: time.now,
      deadline: .none(on: time))
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
    _ = try store(time: time).acquire(
      urls, by: PageStore.LeaseHolder(run: "run-0", holder: "2024-06-01"), until: time.now + 45, now: time.now,
      deadline: .none(on: time))
    _ = try live(server, started: time.now, time: time).fetch(urls, deadline: .none(on: time))
    #expect(time.uptime == .zero)
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
    try store.release([url], by: holder("b"), deadline: soon)
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
    try store.release(urls + ["http://x/3"], by: holder("a"), deadline: soon)
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
    _ = try store(time: time).acquire(
      [url], by: PageStore.LeaseHolder(run: "run-1", holder: "2024-06-01"), until: time.now + 1e9, now: time.now,
      deadline: .none(on: time))
    #expect(
      try bodies(live(server, started: time.now, time: time).fetch([url], deadline: .none(on: time)))
        == ["<p>page 1</p>"])
    #expect(time.uptime >= .seconds(120) && time.uptime < .seconds(121))

    let s3 = try s3.get()
    for key in s3.keys where key.contains("/claims/") { s3.set(Data("nonsense".utf8), at: key) }
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
    _ = try store(time: time).acquire(
      [url], by: PageStore.LeaseHolder(run: "run-1", holder: "2024-06-01"), until: time.now + 45, now: time.now,
      deadline: .none(on: time))
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
    #expect(try s3.get().keys.filter { !$0.contains("/claims/") }.count == 1)
  }

  // MARK: A failing store

  enum Failure: String, CaseIterable {
    case reading, leasing, storing, everything

    func matches(_ request: ScriptedServer.Request) -> Bool {
      let isLease = request.target.contains("/claims/")
      return switch self {
      case .reading: request.method == "GET" && !isLease
      case .leasing: isLease
      case .storing: request.method == "PUT" && !isLease
      case .everything: true
      }
    }
  }

  @Test(
    "A failing store costs no page: each is requested from the site, and one warning says so",
    arguments: Failure.allCases)
  func failure(_ failure: Failure) throws {
    let time = ManualTime()
    let server = try ETagServer.pages(40)
    let s3 = try s3.get()
    s3.refuse { failure.matches($0) }
    var warnings: [FetchWarning] = []
    let live = try live(server, started: time.now, time: time) { warnings.append($0) }
    for batch in [1...20, 21...40] {
      let urls = batch.map { server.url("/p/\($0)") }
      #expect(bodies(live.fetch(urls, deadline: .none(on: time))) == batch.map { "<p>page \($0)</p>" })
    }
    #expect(server.requests.count == 41)
    #expect(warnings.count == 1)
    guard case .storeFailed? = warnings.first else { throw POSIXError(.EINVAL) }
    #expect(s3.requests.count < 30, "the attempts of the first call, and no more calls")
    #expect(try WARCReader.members(of: live.archive.bytes).count == 42)
  }

  @Test("A page that is damaged in the store is requested, and stored, again", arguments: ["", "no gzip", "other page"])
  func damage(content: String) throws {
    let server = try ETagServer.pages(2)
    let started = Date()
    let url = server.url("/p/1")
    _ = try live(server, started: started).fetch([url], deadline: soon)
    let s3 = try s3.get()
    let keys = s3.keys.filter { !$0.contains("/claims/") }
    let page = try #require(
      keys.first { key in
        let records = try? s3.body(of: key).map { try WARCReader.members(of: $0) }
        return records?.first?.record.targetURI == url
      })
    for lease in s3.keys where lease.contains("/claims/") { s3.remove(lease) }
    let other = try #require(keys.first { $0 != page }.flatMap(s3.body))
    s3.set(content == "other page" ? other : Data(content.utf8), at: page)
    let again = try live(server, item: "2024-06-01", started: started)
    #expect(bodies(again.fetch([url], deadline: soon)) == ["<p>page 1</p>"])
    #expect(again.counts == SharedPages.Counts(fetched: 1, validated: 0, shared: 1))
    let corrected = try live(server, item: "2024-06-02", started: started)
    #expect(bodies(corrected.fetch([url], deadline: soon)) == ["<p>page 1</p>"])
    #expect(corrected.counts == SharedPages.Counts(fetched: 0, validated: 0, shared: 2))
  }

  // MARK: Archive

  @Test("The archive has what was served, as this module and warcio read it")
  func archive() throws {
    let server = try ETagServer.pages(3)
    server.set(ETagServer.Response(status: 410, body: "gone"), at: "/p/2")
    let urls = ["/p/3", "/p/1", "/p/2"].map(server.url)
    _ = try live(server, started: Date()).fetch(urls, deadline: soon)
    let next = try live(server, run: "run-2", started: Date())
    _ = next.fetch(urls, deadline: soon)
    let records = try WARCReader.members(of: next.archive.bytes).map(\.record)
    #expect(
      records.map(\.kind.rawValue) == [
        "warcinfo", "response", "response", "revisit", "response", "revisit", "response",
      ])
    #expect(try records[0].info()["isPartOf"] == "run run-2, 2024-05-31")
    let robots = server.url("/robots.txt")
    #expect(records.map(\.targetURI) == [nil, robots, urls[0], urls[0], urls[1], urls[1], urls[2]])
    #expect(records[3].fields["WARC-Refers-To"] == "<\(records[2].id)>")
    #expect(records[3].date > records[2].date)
    let responses = try [1, 2, 4, 6].map { try records[$0].response() }
    #expect(responses.map(\.status) == [404, 200, 200, 410])
    #expect(
      responses.map { String(decoding: $0.body, as: UTF8.self) }
        == ["no such page", "<p>page 3</p>", "<p>page 1</p>", "gone"])
    #expect(Set(records.map(\.id)).count == records.count)

    guard Warcio.isInstalled else { return print("warcio is not installed: its part of the test is skipped") }
    let (status, output) = try Warcio.run(["-m", "warcio.cli", "check", "-v", "FILE"], file: next.archive.bytes)
    #expect(status == 0, "\(output)")
    let program = """
      import sys
      from warcio.archiveiterator import ArchiveIterator
      for record in ArchiveIterator(open(sys.argv[1], "rb")):
          if record.rec_type == "response":
              print(record.http_headers.get_statuscode(), record.content_stream().read().decode())
      """
    let (_, bodies) = try Warcio.run(["-c", program, "FILE"], file: next.archive.bytes)
    #expect(bodies == "404 no such page\n200 <p>page 3</p>\n200 <p>page 1</p>\n410 gone\n")
  }

  @Test("A page for which the archive has no room costs only itself, and the archive stays readable")
  func fullArchive() throws {
    let server = try ETagServer.pages(40)
    let urls = (1...40).map { server.url("/p/\($0)") }
    let live = try makeLivePages(of: server.site, archiveBytes: 24 << 10)
    let outcomes = bodies(live.fetch(urls, deadline: soon))
    #expect(outcomes.first == "<p>page 1</p>")
    #expect(outcomes.last == "the item's archive is full")
    #expect(live.archive.bytes.count <= 24 << 10)
    let archived = try ArchivedPages(live.archive.bytes, at: "s3://b/k", policy: makePolicy(server.site)).fetch(urls, deadline: soon)
    #expect(archived.filter { (try? $0.get()) != nil }.count == outcomes.filter { $0.hasPrefix("<p>") }.count)
  }

  @Test("An archive returns its pages, each with the time of its last validation")
  func archivedPages() throws {
    let server = try ETagServer.pages(2)
    server.set(ETagServer.Response(body: "{}", type: "application/json"), at: "/p/3")
    let urls = ["/p/1", "/p/2", "/p/3", "/p/4"].map(server.url)
    _ = try live(server, started: Date()).fetch([urls[0]], deadline: soon)
    let next = try live(server, run: "run-2", started: Date())
    let outcomes = next.fetch(urls, deadline: soon)
    let archived = try ArchivedPages(next.archive.bytes, at: "s3://b/k", policy: makePolicy(server.site))
    #expect(archived.fetch(urls, deadline: soon) == outcomes)
    #expect(
      archived.fetch([server.url("/p/5")], deadline: soon)
        == [.failure(FetchError(.notArchived, "s3://b/k does not hold it"))])
  }

  @Test("An archive that was cut off, or has other content, is StorageCorrupt, with the position")
  func brokenArchive() throws {
    let server = try ETagServer.pages(2)
    let live = try live(server, started: Date())
    _ = live.fetch([server.url("/p/1")], deadline: soon)
    let whole = live.archive.bytes
    let last = try #require(try WARCReader.members(of: whole).last).range.lowerBound
    for (bytes, position) in [(whole.dropLast(), last), (Data("x".utf8), 0), (whole + Data("x".utf8), whole.count)] {
      let error = #expect(throws: PipelineError.self) { try ArchivedPages(Data(bytes), at: "s3://b/k", policy: makePolicy(site)) }
      #expect(error?.name == .storageCorrupt)
      #expect(error?.message.hasPrefix("s3://b/k: ") == true)
      #expect(error?.message.contains("the member at byte \(position)") == true)
    }
  }

  // MARK: robots.txt

  @Test("A page that robots.txt disallows counts as failed, and is not requested")
  func disallowedPage() throws {
    let server = try ETagServer.pages(2)
    server.set(
      ETagServer.Response(body: "User-agent: test-reader\nDisallow: /p/1\n", type: "text/plain"), at: "/robots.txt")
    let live = try live(server, started: Date())
    let outcomes = live.fetch(["/p/1", "/p/2"].map(server.url), deadline: soon)
    #expect(bodies(outcomes) == ["\(server.url("/robots.txt")) asks not to read it", "<p>page 2</p>"])
    #expect(server.requests == ["200 /robots.txt", "200 /p/2"])
    #expect(try WARCReader.members(of: live.archive.bytes).count == 3)
  }

  @Test(
    "If robots.txt cannot be read, no page is read",
    arguments: [(500, FetchError.Reason.unavailable), (429, .throttled)])
  func noRobots(status: Int, reason: FetchError.Reason) throws {
    let server = try ETagServer.pages(1)
    server.set(ETagServer.Response(status: status), at: "/robots.txt")
    let outcomes = try live(server, started: Date()).fetch([server.url("/p/1")], deadline: soon)
    guard case .failure(let error) = outcomes[0] else { throw POSIXError(.EINVAL) }
    #expect(error.reason == reason)
    #expect(error.detail == "its robots.txt cannot be read: status \(status)")
    #expect(!server.requests.contains("200 /p/1"))
  }

  @Test("While robots.txt is an HTML page, no page is read")
  func htmlRobots() throws {
    let server = try ETagServer.pages(1)
    server.set(ETagServer.Response(body: "<h1>Back soon</h1>"), at: "/robots.txt")
    let started = Date()
    let outcomes = try live(server, started: started).fetch([server.url("/p/1")], deadline: soon)
    #expect(outcomes == [.failure(FetchError(.unavailable, "its robots.txt cannot be read: it is an HTML page"))])
    #expect(server.requests == ["200 /robots.txt"])
    server.set(ETagServer.Response(body: "User-agent: *\n", type: "text/plain"), at: "/robots.txt")
    let again = try live(server, started: started)
    #expect(bodies(again.fetch([server.url("/p/1")], deadline: soon)) == ["<p>page 1</p>"])
  }

  @Test("A robots.txt that exceeds the body limit is unavailable, not a changed source")
  func longRobots() throws {
    let server = try ETagServer.pages(1)
    let text = String(repeating: "#", count: makePolicy(site).maximumBodyBytes + 1)
    server.set(ETagServer.Response(body: text, type: "text/plain"), at: "/robots.txt")
    let outcomes = try live(server, started: Date()).fetch([server.url("/p/1")], deadline: soon)
    guard case .failure(let error) = outcomes[0] else { throw POSIXError(.EINVAL) }
    #expect(error.reason == .unavailable)
    #expect(error.detail.hasPrefix("its robots.txt cannot be read: the answer is longer than "))
    #expect(!server.requests.contains("200 /p/1"))
  }

  @Test("A robots.txt that is refused or missing forbids nothing", arguments: [401, 403, 404, 410])
  func openSite(status: Int) throws {
    let server = try ETagServer.pages(1)
    server.set(ETagServer.Response(status: status, body: "Disallow: /"), at: "/robots.txt")
    #expect(
      try bodies(live(server, started: Date()).fetch([server.url("/p/1")], deadline: soon)) == ["<p>page 1</p>"])
  }

  // MARK: Other policies and requests

  @Test("Without robots.txt in the policy it is not requested, and the archive says so")
  func robotsOff() throws {
    let server = try ETagServer.pages(1)
    server.set(ETagServer.Response(body: "User-agent: *\nDisallow: /\n", type: "text/plain"), at: "/robots.txt")
    var policy = makePolicy(try server.site)
    policy.obeysRobots = false
    let live = try makeLivePages(of: server.site, policy: policy)
    #expect(bodies(live.fetch([server.url("/p/1")], deadline: soon)) == ["<p>page 1</p>"])
    #expect(server.requests == ["200 /p/1"])
    #expect(try WARCReader.members(of: live.archive.bytes)[0].record.info()["robots"] == "ignore")
  }

  @Test("Requests with a method, headers or a body of their own are archived, and neither shared nor repeated from it")
  func ownRequests() throws {
    let server = try ETagServer.pages(2)
    let requests = [
      FetchRequest(server.url("/p/1"), method: "POST", body: Data("a".utf8)),
      FetchRequest(server.url("/p/1"), method: "POST", body: Data("b".utf8)),
      FetchRequest(server.url("/p/2"), headers: ["X-Page": "2"]), FetchRequest(server.url("/p/2")),
    ]
    let live = try live(server, started: Date())
    for _ in 1...2 {
      #expect(
        bodies(live.fetch(requests, deadline: soon)) == [
          "<p>page 1</p>", "<p>page 1</p>", "<p>page 2</p>", "<p>page 2</p>",
        ])
    }
    #expect(server.requests.filter { $0 == "200 /p/1" }.count == 4)
    #expect(server.requests.filter { $0 == "200 /p/2" }.count == 3, "the plain request is shared")
    #expect(server.received.filter { $0.method == "POST" }.map(\.body) == ["a", "b", "a", "b"].map { Data($0.utf8) })
    // robots.txt and the plain page are in the store.
    #expect(try s3.get().keys.filter { !$0.contains("/claims/") }.count == 2)
    #expect(try WARCReader.members(of: live.archive.bytes).filter { $0.record.kind == .response }.count == 8)
  }

  @Test("A replay tells requests to one address apart by method, headers and body")
  func replayOfOwnRequests() throws {
    let count = Locked(0)
    let server = try ScriptedServer { request in
      count.change { $0 += 1 }
      return .http(200, [("X-Count", "\(count.change { $0 })")], request.body)
    }
    defer { server.stop() }
    let url = server.url + "/search"
    var policy = makePolicy(try #require(Site(server.url)), mediaTypes: [])
    policy.obeysRobots = false
    let requests = [
      FetchRequest(url, method: "POST", body: Data("a".utf8)), FetchRequest(url, method: "POST", body: Data("b".utf8)),
      FetchRequest(url, headers: ["X-Page": "2"]), FetchRequest(url),
    ]
    let live = try makeLivePages(of: policy.site, policy: policy)
    let outcomes = requests.map { live.fetch([$0], deadline: soon)[0] }
    #expect(try outcomes.map { try $0.get().headers["X-Count"] } == ["1", "2", "3", "4"])
    let archived = try ArchivedPages(live.archive.bytes, at: "k", policy: policy)
    #expect(archived.fetch(requests.reversed(), deadline: soon) == outcomes.reversed())
    let other = FetchRequest(url, method: "POST", body: Data("c".utf8))
    #expect(archived.fetch([other], deadline: soon) == [.failure(FetchError(.notArchived, "k does not hold it"))])
  }

  @Test("A redirect of a request with a body is not followed")
  func redirectedPost() throws {
    let server = try ETagServer.pages(1)
    server.set(ETagServer.Response(status: 307, location: "/p/1"), at: "/old")
    let live = try live(server, started: Date())
    let request = FetchRequest(server.url("/old"), method: "POST", body: Data("a".utf8))
    #expect(bodies(live.fetch([request], deadline: soon)) == ["status 307"])
    #expect(!server.requests.contains("200 /p/1"))
  }

  @Test("A page beyond the default limit of the store is shared if the policy's limit is larger")
  func largePages() throws {
    let server = try ETagServer()
    // Text that does not compress.
    var random = SplitMix(seed: 1)
    let text = String(decoding: (0..<3_000_000).map { _ in UInt8.random(in: 33...126, using: &random) }, as: UTF8.self)
    server.set(ETagServer.Response(body: text), at: "/large")
    var policy = makePolicy(try server.site)
    policy.maximumBodyBytes = 6 << 20
    let raw = try RawStore(
      RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.get().environment)
    let started = Date()
    for item in ["a", "b"] {
      let live = try makeLivePages(
        of: server.site, policy: policy, store: raw.pages(of: "x", maximumBytes: policy.maximumBodyBytes * 2),
        job: makeJob(item: item, started: started))
      #expect(try live.fetch([server.url("/large")], deadline: soon)[0].get().body.count == 3_000_000)
    }
    #expect(server.requests == ["404 /robots.txt", "200 /large"])
  }
}

/// Hands a value over to one other thread, which alone uses it from then on.
struct Unchecked<Value>: @unchecked Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}
