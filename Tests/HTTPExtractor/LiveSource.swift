import Contracts
import Fetching
import Foundation
import HTTPExtractor
import RawStore
import ScrapingSupport
import TestSupport
import Testing
import Time

/// A reader on a real server of this machine, as the scraper uses it. Waits move the clock only.
final class LiveSource {
  let server: ScriptedServer
  let reader: HTTPReader
  let time: ManualTime
  private let source: HTTPPageSource
  /// The pages of the last item.
  private(set) var pages: LivePages?

  /// - Parameter yaml: the section `extract` below `plugin`; `{server}` stands for the server's address.
  init(
    _ yaml: String, variables: [String: String] = [:],
    _ respond: @escaping @Sendable (ScriptedServer.Request) -> ScriptedServer.Reply
  ) throws {
    server = try ScriptedServer(respond)
    time = ManualTime()
    let text = (yaml.contains("rate:") ? yaml : yaml + "\nrate: {requests: 100000}").replacing(
      "{server}", with: server.url)
    reader = try makeReader(text, variables: variables, time: time)
    source = HTTPPageSource(reader.policy, time: time)
  }

  deinit { server.stop() }

  /// The requests as `GET /path`.
  var requested: [String] { server.requests.map { "\($0.method) \($0.target)" } }

  var policy: FetchPolicy { reader.policy }

  func read(_ item: WorkItem? = nil, within limit: Duration = .seconds(900), workers: Int = 1) throws -> Reading {
    let job = makeJob(
      item: "all", workerCount: workers,
      minimumInterval: .seconds(Double(workers) / policy.requestsPerSecond))
    let writer = RecordWriter(SystemRandomNumberGenerator())
    let shared = SharedPages(
      source, store: nil, policy: policy, job: job, writer: writer, time: time, warn: { _ in })
    let archive = try PageArchive(of: job, policy: policy, name: "x.warc.gz", at: time.now, writer: writer)
    let pages = LivePages(shared, policy: policy, job: job, archive: archive)
    self.pages = pages
    return try HTTPExtractorTests.read(
      reader, item ?? makeItem(), via: pages, deadline: Deadline(after: limit, on: time))
  }

  /// Reads the last item again from its archive.
  func replay(_ item: WorkItem? = nil, with reader: HTTPReader? = nil) throws -> Reading {
    let reader = reader ?? self.reader
    let pages = try ArchivedPages(try #require(pages).archive.bytes, at: "archive", policy: reader.policy)
    return try HTTPExtractorTests.read(reader, item ?? makeItem(), via: pages)
  }

  func error(within limit: Duration = .seconds(900)) throws -> PipelineError {
    try #require(throws: PipelineError.self) { try read(within: limit) }
  }
}

func json(_ body: String, _ headers: [(String, String)] = [], status: Int = 200) -> ScriptedServer.Reply {
  .http(status, [("Content-Type", "application/json")] + headers, body)
}
