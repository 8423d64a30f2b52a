import Foundation
import RawStore
import ScrapingSupport
import TestSupport
import Testing
import WARC

@testable import Fetching

/// A store that fails, or has damaged pages.
extension SharedPagesTests {
  enum Failure: String, CaseIterable {
    case reading, leasing, storing, everything

    func matches(_ request: ScriptedServer.Request) -> Bool {
      let isLease = request.header("Content-Type") == "text/plain" || request.target.contains("/claims/")
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
    // As long as the store has no pages, a run leases and stores them, and does not read it.
    if failure == .reading {
      _ = try live(server, item: "2024-06-01", started: time.now, time: time).fetch(
        [String](), deadline: .none(on: time))
      server.forget()
      s3.forget()
    }
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

  @Test(
    "A page that is damaged in the store is requested, and stored, again", arguments: ["", "no gzip", "other page"])
  func damage(content: String) throws {
    let server = try ETagServer.pages(2)
    let started = Date()
    let url = server.url("/p/1")
    _ = try live(server, started: started).fetch([url], deadline: soon)
    let s3 = try s3.get()
    let keys = s3.gzipKeys
    let page = try #require(
      keys.first { key in
        let records = try? s3.body(of: key).map { try WARCReader.members(of: $0) }
        return records?.first?.record.targetURI == url
      })
    let other = try #require(keys.first { $0 != page }.flatMap(s3.body))
    s3.set(content == "other page" ? other : Data(content.utf8), at: page)
    let again = try live(server, item: "2024-06-01", started: started)
    #expect(bodies(again.fetch([url], deadline: soon)) == ["<p>page 1</p>"])
    #expect(again.counts == SharedPages.Counts(fetched: 1, validated: 0, shared: 1))
    let corrected = try live(server, item: "2024-06-02", started: started)
    #expect(bodies(corrected.fetch([url], deadline: soon)) == ["<p>page 1</p>"])
    #expect(corrected.counts == SharedPages.Counts(fetched: 0, validated: 0, shared: 2))
  }
}
