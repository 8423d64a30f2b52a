import Contracts
import Foundation
import RawStore
import ScrapingSupport
import TestSupport
import Testing
import Time
import WARC

@testable import Fetching

/// The archive of what was read.
extension SharedPagesTests {
  @Test("The archive has what was served, as this module and warcio read it")
  func archive() throws {
    let server = try ETagServer.pages(3)
    server.set(ETagServer.Response(status: 410, body: "gone"), at: "/p/2")
    let urls = ["/p/3", "/p/1", "/p/2"].map(server.url)
    _ = try live(server, started: Date()).fetch(urls, deadline: soon)
    let next = try live(server, run: "run-2", started: Date())
    // One after another: of a batch, the archive has the pages in the order in which they arrive.
    for url in urls { _ = next.fetch([url], deadline: soon) }
    let records = try WARCReader.members(of: next.archive.bytes).map(\.record)
    #expect(
      records.map(\.kind.rawValue) == [
        "warcinfo", "response", "response", "revisit", "response", "revisit", "response",
      ])
    #expect(String(decoding: records[0].block, as: UTF8.self).contains("isPartOf: run run-2, 2024-05-31\r\n"))
    #expect(next.isArchived(as: "2024-05-31") && !next.isArchived(as: "2024-05-3") && !next.isArchived(as: "31"))
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
    let archive = try ArchivedPages(live.archive.bytes, at: "s3://b/k", policy: makePolicy(server.site))
    let archived = archive.fetch(urls, deadline: soon)
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
      let error = #expect(throws: PipelineError.self) {
        try ArchivedPages(Data(bytes), at: "s3://b/k", policy: makePolicy(site))
      }
      #expect(error?.name == .storageCorrupt)
      #expect(error?.message.hasPrefix("s3://b/k: ") == true)
      #expect(error?.message.contains("the member at byte \(position)") == true)
    }
  }
}

extension LivePages {
  /// True if the archive is of the item.
  fileprivate func isArchived(as item: String) -> Bool {
    let pages = try? ArchivedPages(archive.bytes, at: "k", policy: makePolicy(site))
    return (try? WorkItem(id: item)).flatMap { pages?.isOf($0) } ?? false
  }
}

/// Archives of earlier versions, which requested links as a page spells them.
struct ArchivedSpellingTests {
  @Test("A page is found under another spelling of its address, and the exact spelling goes first")
  func spellings() throws {
    let server = try ETagServer.pages(3)
    let odd = ["/events/1/", "/events/2?utm_source=x", "/events/%33", "/p/1", "/p/1/"]
    for path in odd { server.set(ETagServer.Response(body: "<p>\(path)</p>"), at: path) }
    let live = try makeLivePages(of: server.site)
    let soon = Deadline(after: .seconds(60), on: SystemTime())
    _ = live.fetch(odd.map(server.url), deadline: soon)
    let archived = try ArchivedPages(live.archive.bytes, at: "k", policy: makePolicy(server.site))
    let asked = ["/events/1", "/events/2", "/events/3", "/p/1", "/p/1/", "/p/4"]
    let pages = archived.fetch(asked.map(server.url), deadline: soon).map { outcome in
      (try? outcome.get()).map { String(decoding: $0.body, as: UTF8.self) }
    }
    #expect(pages == odd.map { "<p>\($0)</p>" } + [nil])
  }

  @Test("A page of an API is not found under the address of another one, whatever its parameters are called")
  func parameters() throws {
    let server = try ETagServer.pages(3)
    server.set(ETagServer.Response(body: "<p>0</p>"), at: "/api?from=0&source=a")
    let live = try makeLivePages(of: server.site)
    let soon = Deadline(after: .seconds(60), on: SystemTime())
    _ = live.fetch([server.url("/api?from=0&source=a")], deadline: soon)
    let archived = try ArchivedPages(live.archive.bytes, at: "k", policy: makePolicy(server.site))
    let asked = ["/api?from=0&source=a", "/api?from=100&source=a", "/api?from=0&source=b"]
    let found = archived.fetch(asked.map(server.url), deadline: soon).map { (try? $0.get()) != nil }
    #expect(found == [true, false, false])
  }
}
