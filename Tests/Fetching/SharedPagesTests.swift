import Foundation
import HTTP
import LambdaRuntime
import Contracts
import Settings
import EventRecords
import RawStore
import TestSupport
import Testing
import Time
import WARC

@testable import ScraperFunction
@testable import Fetching
@testable import WWOZExtractor

/// Pages that the dates and the runs share, over loopback, with a store in memory.
struct SharedPagesTests {
  private let s3 = Result { try MemoryS3() }
  /// Far from the deadline, on the machine's clock.
  private var soon: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  private func store(time: any TimeSource = SystemTime()) throws -> PageStore {
    try RawStore(
      RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.get().environment, time: time
    ).pages(of: "wwoz")
  }

  /// The pages for a date of a run.
  private func live(
    _ tagged: TaggedSite, date: String = "2024-05-31", run: String = "run-1", started: Date = .distantPast,
    time: any TimeSource = SystemTime(), log: @escaping (String) -> Void = { _ in }
  ) throws -> LivePages {
    try makeLivePages(
      of: tagged.site, from: makeSource(time: time), store: store(time: time),
      job: makeJob(date: date, run: run, started: started), time: time, log: log)
  }

  private func bodies(_ outcomes: [Result<Page, FetchError>]) -> [String] {
    outcomes.map { outcome in
      switch outcome {
      case .success(let page): String(decoding: page.body, as: UTF8.self)
      case .failure(let error): "\(error)"
      }
    }
  }

  // MARK: Dates and runs

  @Test("A page that two dates of a run need is asked for once, and robots.txt as well")
  func onceARun() throws {
    let tagged = try TaggedSite.pages(3)
    let started = Date()
    let first = try live(tagged, started: started)
    let second = try live(tagged, date: "2024-06-01", started: started)
    let urls = ["/p/1", "/p/2", "/p/3", "/p/4"].map(tagged.url)
    let pages = bodies(first.fetch(urls, deadline: soon))
    #expect(pages == ["<p>page 1</p>", "<p>page 2</p>", "<p>page 3</p>", "status 404"])
    #expect(bodies(second.fetch(urls, deadline: soon)) == pages)
    #expect(tagged.requests.sorted() == ["200 /p/1", "200 /p/2", "200 /p/3", "404 /p/4", "404 /robots.txt"])
    #expect(first.counts == SharedPages.Counts(fetched: 5, validated: 0, shared: 0))
    #expect(second.counts == SharedPages.Counts(fetched: 0, validated: 0, shared: 5))
  }

  @Test("The next run asks whether a page has changed, and takes the new one if it has")
  func nextRun() throws {
    let tagged = try TaggedSite.pages(2)
    tagged.set(TaggedSite.FunctionResponse(body: "User-agent: *\nDisallow: /x\n", type: "text/plain"), at: "/robots.txt")
    let urls = ["/p/1", "/p/2"].map(tagged.url)
    _ = try live(tagged, started: Date()).fetch(urls, deadline: soon)
    tagged.forget()
    tagged.set(TaggedSite.FunctionResponse(body: "<p>new</p>"), at: "/p/2")
    let next = try live(tagged, run: "run-2", started: Date())
    let outcomes = next.fetch(urls, deadline: soon)
    #expect(bodies(outcomes) == ["<p>page 1</p>", "<p>new</p>"])
    #expect(tagged.requests.sorted() == ["200 /p/2", "304 /p/1", "304 /robots.txt"])
    #expect(next.counts == SharedPages.Counts(fetched: 1, validated: 2, shared: 0))

    // The store knows of the validation: another date of the run asks no more.
    let other = try live(tagged, date: "2024-06-01", run: "run-2", started: Date(timeIntervalSinceNow: -5))
    #expect(bodies(other.fetch(urls, deadline: soon)) == ["<p>page 1</p>", "<p>new</p>"])
    #expect(tagged.requests.count == 3)
    // The page is as old as its validation, not as its bytes.
    let validated = try outcomes[0].get().validated
    #expect(abs(validated.timeIntervalSinceNow) < 30)
    #expect(try other.fetch([urls[0]], deadline: soon)[0].get().validated == validated)
  }

  @Test("Two scrapers at once ask for each page that they share once, and each gets all")
  func atOnce() throws {
    let tagged = try TaggedSite.pages(60, delay: 0.02)
    let started = Date()
    let results = Locked<[[String]]>([])
    let barrier = Barrier(3)
    let readers = try ["2024-05-30", "2024-05-31", "2024-06-01"].enumerated().map { number, date in
      (number, Unchecked(try live(tagged, date: date, started: started)))
    }
    concurrently(
      readers.map { number, live in
        {
          barrier.wait()
          var found: [String] = []
          // Overlapping windows, in different orders.
          for batch in [[1, 2, 3], [3, 1, 2], [2, 3, 1]][number] {
            let urls = ((batch - 1) * 20 + 1...batch * 20).map { tagged.url("/p/\($0)") }
            found += self.bodies(live.value.fetch(urls, deadline: self.soon))
          }
          results.change { $0.append(found) }
        }
      })
    let all = results.change { $0 }
    let expected = (1...60).map { "<p>page \($0)</p>" }.sorted()
    #expect(all.map { $0.sorted() } == [expected, expected, expected])
    #expect(tagged.requests.count == 61)
    #expect(Set(tagged.requests).count == 61)
  }

  // MARK: Claims

  @Test("What a killed scraper had claimed is waited for until its claims lapse, and then asked for")
  func killedClaimer() throws {
    let time = ManualTime()
    let tagged = try TaggedSite.pages(2)
    let urls = ["/p/1", "/p/2"].map(tagged.url)
    let killed = PageStore.LeaseHolder(run: "run-1", holder: "2024-06-01")
    let claimed = try store(time: time).claim(
      [urls[0]], by: killed, until: time.now + 45, now: time.now, deadline: .none(on: time))
    #expect(claimed == [urls[0]])
    let pages = try live(tagged, started: time.now, time: time).fetch(urls, deadline: .none(on: time))
    #expect(bodies(pages) == ["<p>page 1</p>", "<p>page 2</p>"])
    #expect(tagged.requests == ["404 /robots.txt", "200 /p/2", "200 /p/1"], "its own first")
    #expect(time.uptime >= .seconds(45) && time.uptime < .seconds(48))
  }

  @Test("A scraper that is started again goes on with what it had claimed, at once")
  func ownClaims() throws {
    let time = ManualTime()
    let tagged = try TaggedSite.pages(2)
    let urls = ["/p/1", "/p/2"].map(tagged.url)
    _ = try store(time: time).claim(
      urls, by: PageStore.LeaseHolder(run: "run-1", holder: "2024-05-31"), until: time.now + 45, now: time.now,
      deadline: .none(on: time))
    _ = try live(tagged, started: time.now, time: time).fetch(urls, deadline: .none(on: time))
    #expect(tagged.requests.count == 3)
    #expect(time.uptime == .zero)
  }

  @Test("A scraper whose clock is behind the run's start still shares what it reads")
  func slowClock() throws {
    let tagged = try TaggedSite.pages(1)
    let started = Date(timeIntervalSinceNow: 60)
    for date in ["2024-05-31", "2024-06-01"] {
      let live = try live(tagged, date: date, started: started)
      #expect(bodies(live.fetch([tagged.url("/p/1")], deadline: soon)) == ["<p>page 1</p>"])
      // Nothing was found unchanged: the site has not been asked whether it was.
      let kinds = try WARCReader.members(of: live.archive.bytes).map(\.record.kind.rawValue)
      #expect(kinds == ["warcinfo", "response", "response"])
    }
    #expect(tagged.requests.count == 2)
  }

  @Test("A page that was validated in the future is asked for, not fresh for ever")
  func futureValidation() throws {
    let tagged = try TaggedSite.pages(1)
    let urls = [tagged.url("/p/1")]
    let (now, ahead) = (ManualTime(), ManualTime())
    ahead.advance(by: .seconds(3600))
    _ = try live(tagged, started: ahead.now, time: ahead).fetch(urls, deadline: .none(on: ahead))
    let mended = try live(tagged, run: "run-2", started: now.now, time: now)
    #expect(bodies(mended.fetch(urls, deadline: .none(on: now))) == ["<p>page 1</p>"])
    #expect(mended.counts == SharedPages.Counts(fetched: 1, validated: 1, shared: 0))
    let other = try live(tagged, date: "2024-06-01", run: "run-2", started: now.now, time: now)
    _ = other.fetch(urls, deadline: .none(on: now))
    #expect(other.counts == SharedPages.Counts(fetched: 0, validated: 0, shared: 2))
  }

  @Test("Who reads alone claims nothing")
  func alone() throws {
    let tagged = try TaggedSite.pages(2)
    let live = try makeLivePages(
      of: tagged.site, store: store(), job: makeJob(started: Date(), sharing: 1))
    #expect(bodies(live.fetch([tagged.url("/p/1")], deadline: soon)) == ["<p>page 1</p>"])
    #expect(try s3.get().requests.map { $0.prefix(9) } == ["GET pages", "PUT pages", "GET pages", "PUT pages"])
  }

  @Test("The claims of another run are none of ours")
  func otherRun() throws {
    let time = ManualTime()
    let tagged = try TaggedSite.pages(1)
    let urls = [tagged.url("/p/1")]
    _ = try store(time: time).claim(
      urls, by: PageStore.LeaseHolder(run: "run-0", holder: "2024-06-01"), until: time.now + 45, now: time.now,
      deadline: .none(on: time))
    _ = try live(tagged, started: time.now, time: time).fetch(urls, deadline: .none(on: time))
    #expect(time.uptime == .zero)
  }

  @Test("Of those who wait for a killed scraper's page one takes its claim over")
  func takeOver() throws {
    let now = Date(timeIntervalSince1970: 1_717_142_400)
    let url = "http://x/1"
    func holder(_ date: String) -> PageStore.LeaseHolder { PageStore.LeaseHolder(run: "r", holder: date) }
    let store = try store()
    _ = try store.claim([url], by: holder("a"), until: now + 45, now: now, deadline: soon)
    func reclaim(_ date: String, at now: Date) throws -> [String] {
      try store.reclaim([url], by: holder(date), until: now + 45, now: now, deadline: soon)
    }
    #expect(try reclaim("b", at: now + 44).isEmpty)
    #expect(try reclaim("b", at: now + 45) == [url])
    #expect(try reclaim("c", at: now + 46).isEmpty)
    #expect(try reclaim("b", at: now + 46) == [url])
    try store.release([url], by: holder("b"), deadline: soon)
    #expect(try reclaim("c", at: now + 46) == [url])
  }

  @Test("Who gives a page up does not take away the claim of another who has taken it over")
  func releaseOfAnothers() throws {
    let now = Date(timeIntervalSince1970: 1_717_142_400)
    func holder(_ date: String) -> PageStore.LeaseHolder { PageStore.LeaseHolder(run: "r", holder: date) }
    let store = try store()
    let urls = ["http://x/1", "http://x/2"]
    _ = try store.claim(urls, by: holder("a"), until: now + 45, now: now, deadline: soon)
    let taken = try store.reclaim([urls[0]], by: holder("b"), until: now + 90, now: now + 45, deadline: soon)
    #expect(taken == [urls[0]])
    try store.release(urls + ["http://x/3"], by: holder("a"), deadline: soon)
    #expect(try store.reclaim(urls, by: holder("c"), until: now + 90, now: now, deadline: soon) == [urls[1]])
    #expect(try s3.get().keys.count == 2)
  }

  @Test("Who goes on with its own claims, lapsed or not, has them renewed")
  func revalidationRequest() throws {
    let now = Date(timeIntervalSince1970: 1_717_142_400)
    func holder(_ date: String) -> PageStore.LeaseHolder { PageStore.LeaseHolder(run: "r", holder: date) }
    let store = try store()
    let urls = ["http://x/1"]
    for begin in [now, now + 40, now + 100] {
      let claimed = try store.claim(urls, by: holder("a"), until: begin + 45, now: begin, deadline: soon)
      #expect(claimed == urls)
      let other = try store.reclaim(urls, by: holder("b"), until: begin + 90, now: begin + 44, deadline: soon)
      #expect(other.isEmpty)
    }
  }

  @Test("A claim that holds for ever, or is no claim, does not keep anybody waiting for ever")
  func foreverClaimed() throws {
    let time = ManualTime()
    let tagged = try TaggedSite.pages(1)
    let url = tagged.url("/p/1")
    _ = try store(time: time).claim(
      [url], by: PageStore.LeaseHolder(run: "run-1", holder: "2024-06-01"), until: time.now + 1e9, now: time.now,
      deadline: .none(on: time))
    #expect(
      try bodies(live(tagged, started: time.now, time: time).fetch([url], deadline: .none(on: time)))
        == ["<p>page 1</p>"])
    #expect(time.uptime >= .seconds(120) && time.uptime < .seconds(121))

    let s3 = try s3.get()
    for key in s3.keys where key.contains("/claims/") { s3.set(Data("nonsense".utf8), at: key) }
    let before = time.uptime
    time.advance(by: .seconds(1))
    _ = try live(tagged, started: time.now, time: time).fetch([url], deadline: .none(on: time))
    #expect(time.uptime - before < .seconds(3))
  }

  @Test("With little time left a page is not waited for longer than leaves time to ask for it")
  func littleTime() throws {
    let time = ManualTime()
    let tagged = try TaggedSite.pages(1)
    let url = tagged.url("/p/1")
    _ = try store(time: time).claim(
      [url], by: PageStore.LeaseHolder(run: "run-1", holder: "2024-06-01"), until: time.now + 45, now: time.now,
      deadline: .none(on: time))
    let pages = try live(tagged, started: time.now, time: time).fetch(
      [url], deadline: Deadline(after: .seconds(20), on: time))
    #expect(bodies(pages) == ["<p>page 1</p>"])
    #expect(time.uptime >= .seconds(10) && time.uptime < .seconds(11))
  }

  @Test("A page that did not come is given up at once, so that others may try")
  func failedClaim() throws {
    let tagged = try TaggedSite(["/p/1": TaggedSite.FunctionResponse(status: 500, body: "broken")])
    let url = tagged.url("/p/1")
    let first = try live(tagged, started: Date())
    #expect(bodies(first.fetch([url], deadline: soon)) == ["status 500"])
    let time = ManualTime(Date())
    _ = try live(tagged, date: "2024-06-01", started: Date(timeIntervalSinceNow: -60), time: time).fetch(
      [url], deadline: .none(on: time))
    #expect(time.uptime < .seconds(5), "the waits between the tries")
    #expect(tagged.requests.filter { $0 == "500 /p/1" }.count == 10)
    // Whatever was answered is in the archive; only what may be shared is in the store.
    let records = try WARCReader.members(of: first.archive.bytes).map(\.record)
    #expect(try records.last?.response().status == 500)
    #expect(try records.last?.response().body == Data("broken".utf8))
    #expect(try s3.get().keys.filter { !$0.contains("/claims/") }.count == 1)
  }

  // MARK: A store in trouble

  enum Trouble: String, CaseIterable {
    case reading, claiming, keeping, everything

    func matches(_ request: ScriptedServer.Request) -> Bool {
      let isClaim = request.target.contains("/claims/")
      return switch self {
      case .reading: request.method == "GET" && !isClaim
      case .claiming: isClaim
      case .keeping: request.method == "PUT" && !isClaim
      case .everything: true
      }
    }
  }

  @Test(
    "A store in trouble costs no page: each is asked of the site, and one warning says so", arguments: Trouble.allCases)
  func trouble(_ trouble: Trouble) throws {
    let time = ManualTime()
    let tagged = try TaggedSite.pages(40)
    let s3 = try s3.get()
    s3.refuse { trouble.matches($0) }
    let lines = Locked<[String]>([])
    let live = try live(tagged, started: time.now, time: time) { line in lines.change { $0.append(line) } }
    for batch in [1...20, 21...40] {
      let urls = batch.map { tagged.url("/p/\($0)") }
      #expect(bodies(live.fetch(urls, deadline: .none(on: time))) == batch.map { "<p>page \($0)</p>" })
    }
    #expect(tagged.requests.count == 41)
    let warnings = lines.change { $0 }.filter { $0.contains("WARN") }
    #expect(warnings.count == 1)
    #expect(warnings.first?.contains("pages are not shared from here on") == true)
    #expect(s3.requests.count < 30, "the tries of the first call, and no more calls")
    #expect(try WARCReader.members(of: live.archive.bytes).count == 42)
  }

  @Test("What lies damaged in the store is read, and written, anew", arguments: ["", "no gzip", "other page"])
  func damage(content: String) throws {
    let tagged = try TaggedSite.pages(2)
    let started = Date()
    let url = tagged.url("/p/1")
    _ = try live(tagged, started: started).fetch([url], deadline: soon)
    let s3 = try s3.get()
    let keys = s3.keys.filter { !$0.contains("/claims/") }
    let page = try #require(
      keys.first { key in
        let records = try? s3.body(of: key).map { try WARCReader.members(of: $0) }
        return records?.first?.record.targetURI == url
      })
    for claim in s3.keys where claim.contains("/claims/") { s3.remove(claim) }
    let other = try #require(keys.first { $0 != page }.flatMap(s3.body))
    s3.set(content == "other page" ? other : Data(content.utf8), at: page)
    let again = try live(tagged, date: "2024-06-01", started: started)
    #expect(bodies(again.fetch([url], deadline: soon)) == ["<p>page 1</p>"])
    #expect(again.counts == SharedPages.Counts(fetched: 1, validated: 0, shared: 1))
    let mended = try live(tagged, date: "2024-06-02", started: started)
    #expect(bodies(mended.fetch([url], deadline: soon)) == ["<p>page 1</p>"])
    #expect(mended.counts == SharedPages.Counts(fetched: 0, validated: 0, shared: 2))
  }

  // MARK: Archive

  @Test("The archive is what was served, as this module and warcio read it")
  func archive() throws {
    let tagged = try TaggedSite.pages(3)
    tagged.set(TaggedSite.FunctionResponse(status: 410, body: "gone"), at: "/p/2")
    let urls = ["/p/3", "/p/1", "/p/2"].map(tagged.url)
    _ = try live(tagged, started: Date()).fetch(urls, deadline: soon)
    let next = try live(tagged, run: "run-2", started: Date())
    _ = next.fetch(urls, deadline: soon)
    let records = try WARCReader.members(of: next.archive.bytes).map(\.record)
    #expect(
      records.map(\.kind.rawValue) == [
        "warcinfo", "response", "response", "revisit", "response", "revisit", "response",
      ])
    #expect(try records[0].info()["isPartOf"] == "run run-2, 2024-05-31")
    let robots = tagged.url("/robots.txt")
    #expect(records.map(\.targetURI) == [nil, robots, urls[0], urls[0], urls[1], urls[1], urls[2]])
    #expect(records[3].fields["WARC-Refers-To"] == "<\(records[2].id)>")
    #expect(records[3].date > records[2].date)
    let responses = try [1, 2, 4, 6].map { try records[$0].response() }
    #expect(responses.map(\.status) == [404, 200, 200, 410])
    #expect(
      responses.map { String(decoding: $0.body, as: UTF8.self) }
        == ["no such page", "<p>page 3</p>", "<p>page 1</p>", "gone"])
    #expect(Set(records.map(\.id)).count == records.count)

    guard Warcio.isInstalled else { return print("warcio is not installed: its reading is left out") }
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

  @Test("A page for which the archive has no room costs itself alone, and the archive can still be read")
  func fullArchive() throws {
    let tagged = try TaggedSite.pages(40)
    let urls = (1...40).map { tagged.url("/p/\($0)") }
    let live = try makeLivePages(of: tagged.site, archiveBytes: 24 << 10)
    let outcomes = bodies(live.fetch(urls, deadline: soon))
    #expect(outcomes.first == "<p>page 1</p>")
    #expect(outcomes.last == "the date's archive is full")
    #expect(live.archive.bytes.count <= 24 << 10)
    let archived = try ArchivedPages(live.archive.bytes, at: "s3://b/k").fetch(urls, deadline: soon)
    #expect(archived.filter { (try? $0.get()) != nil }.count == outcomes.filter { $0.hasPrefix("<p>") }.count)
  }

  @Test("An archive gives its pages back, each as old as its last validation")
  func archivedPages() throws {
    let tagged = try TaggedSite.pages(2)
    tagged.set(TaggedSite.FunctionResponse(body: "{}", type: "application/json"), at: "/p/3")
    let urls = ["/p/1", "/p/2", "/p/3", "/p/4"].map(tagged.url)
    _ = try live(tagged, started: Date()).fetch([urls[0]], deadline: soon)
    let next = try live(tagged, run: "run-2", started: Date())
    let outcomes = next.fetch(urls, deadline: soon)
    let archived = try ArchivedPages(next.archive.bytes, at: "s3://b/k")
    #expect(archived.fetch(urls, deadline: soon) == outcomes)
    #expect(
      archived.fetch([tagged.url("/p/5")], deadline: soon)
        == [.failure(FetchError(.notArchived, "s3://b/k does not hold it"))])
  }

  @Test("An archive that was cut off, or is something else, is StorageCorrupt, with the place")
  func brokenArchive() throws {
    let tagged = try TaggedSite.pages(2)
    let live = try live(tagged, started: Date())
    _ = live.fetch([tagged.url("/p/1")], deadline: soon)
    let whole = live.archive.bytes
    let last = try #require(try WARCReader.members(of: whole).last).range.lowerBound
    for (bytes, place) in [(whole.dropLast(), last), (Data("x".utf8), 0), (whole + Data("x".utf8), whole.count)] {
      let error = #expect(throws: PipelineError.self) { try ArchivedPages(Data(bytes), at: "s3://b/k") }
      #expect(error?.name == .storageCorrupt)
      #expect(error?.message.hasPrefix("s3://b/k: ") == true)
      #expect(error?.message.contains("the member at byte \(place)") == true)
    }
  }

  // MARK: robots.txt

  @Test("A page that robots.txt asks not to read counts as failed, and is not asked for")
  func disallowedPage() throws {
    let tagged = try TaggedSite.pages(2)
    tagged.set(
      TaggedSite.FunctionResponse(body: "User-agent: test-reader\nDisallow: /p/1\n", type: "text/plain"), at: "/robots.txt")
    let live = try live(tagged, started: Date())
    let outcomes = live.fetch(["/p/1", "/p/2"].map(tagged.url), deadline: soon)
    #expect(bodies(outcomes) == ["\(tagged.url("/robots.txt")) asks not to read it", "<p>page 2</p>"])
    #expect(tagged.requests == ["200 /robots.txt", "200 /p/2"])
    #expect(try WARCReader.members(of: live.archive.bytes).count == 3)
  }

  @Test(
    "Where robots.txt cannot be had nothing is read",
    arguments: [(500, FetchError.Reason.unavailable), (429, .throttled)])
  func noRobots(status: Int, reason: FetchError.Reason) throws {
    let tagged = try TaggedSite.pages(1)
    tagged.set(TaggedSite.FunctionResponse(status: status), at: "/robots.txt")
    let outcomes = try live(tagged, started: Date()).fetch([tagged.url("/p/1")], deadline: soon)
    guard case .failure(let error) = outcomes[0] else { throw POSIXError(.EINVAL) }
    #expect(error.reason == reason)
    #expect(error.detail == "its robots.txt cannot be read: status \(status)")
    #expect(!tagged.requests.contains("200 /p/1"))
  }

  @Test("A robots.txt that is an HTML page is none: nothing is read, until it has passed")
  func htmlRobots() throws {
    let tagged = try TaggedSite.pages(1)
    tagged.set(TaggedSite.FunctionResponse(body: "<h1>Back soon</h1>"), at: "/robots.txt")
    let started = Date()
    let outcomes = try live(tagged, started: started).fetch([tagged.url("/p/1")], deadline: soon)
    #expect(outcomes == [.failure(FetchError(.unavailable, "its robots.txt cannot be read: it is an HTML page"))])
    #expect(tagged.requests == ["200 /robots.txt"])
    tagged.set(TaggedSite.FunctionResponse(body: "User-agent: *\n", type: "text/plain"), at: "/robots.txt")
    let again = try live(tagged, started: started)
    #expect(bodies(again.fetch([tagged.url("/p/1")], deadline: soon)) == ["<p>page 1</p>"])
  }

  @Test("A robots.txt that is too long to be read is no sign that the site was rebuilt")
  func longRobots() throws {
    let tagged = try TaggedSite.pages(1)
    let text = String(repeating: "#", count: HTTPPageSource.maximumPageBytes + 1)
    tagged.set(TaggedSite.FunctionResponse(body: text, type: "text/plain"), at: "/robots.txt")
    let outcomes = try live(tagged, started: Date()).fetch([tagged.url("/p/1")], deadline: soon)
    guard case .failure(let error) = outcomes[0] else { throw POSIXError(.EINVAL) }
    #expect(error.reason == .unavailable)
    #expect(error.detail.hasPrefix("its robots.txt cannot be read: the answer is longer than "))
    #expect(!tagged.requests.contains("200 /p/1"))
  }

  @Test("A robots.txt that is forbidden, or not there, forbids nothing", arguments: [401, 403, 404, 410])
  func openSite(status: Int) throws {
    let tagged = try TaggedSite.pages(1)
    tagged.set(TaggedSite.FunctionResponse(status: status, body: "Disallow: /"), at: "/robots.txt")
    #expect(
      try bodies(live(tagged, started: Date()).fetch([tagged.url("/p/1")], deadline: soon)) == ["<p>page 1</p>"])
  }
}

/// Carries over to one other thread what only that thread uses from then on.
struct Unchecked<Value>: @unchecked Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}
