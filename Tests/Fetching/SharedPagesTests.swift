import Foundation
import RawStore
import ScrapingSupport
import TestSupport
import Testing
import Time

@testable import Fetching

/// Pages that items and runs share, over loopback, with a store in memory.
struct SharedPagesTests {
  let s3 = Result { try MemoryS3() }
  /// A deadline far away, on the machine's clock.
  var soon: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  func store(time: any TimeSource = SystemTime()) throws -> PageStore {
    try RawStore(
      RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.get().environment, time: time
    ).pages(of: "wwoz")
  }

  /// Returns the pages for an item of a run.
  func live(
    _ server: ETagServer, item: String = "2024-05-31", run: String = "run-1", started: Date = .distantPast,
    time: any TimeSource = SystemTime(), warn: @escaping (FetchWarning) -> Void = { _ in }
  ) throws -> LivePages {
    try makeLivePages(
      of: server.site, store: store(time: time), job: makeJob(item: item, run: run, started: started), time: time,
      warn: warn)
  }

  func bodies(_ outcomes: [Result<Page, FetchError>]) -> [String] {
    outcomes.map { outcome in
      switch outcome {
      case .success(let page): String(decoding: page.body, as: UTF8.self)
      case .failure(let error): "\(error)"
      }
    }
  }

  @Test("A page that two items of a run need is requested once, and robots.txt as well (F13)")
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
}

/// Hands a value over to one other thread, which alone uses it from then on.
struct Unchecked<Value>: @unchecked Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }
}
