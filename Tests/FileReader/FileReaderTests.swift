import Contracts
import Fetching
import Foundation
import JSON
import Processing
import ScraperFunction
import Testing
import Time

@testable import FileReader

@Suite("Files")
struct FileReaderTests {
  private let files: FileHarness

  init() throws { files = try FileHarness() }

  @Test("A file becomes records with their place in the archive, and a replay needs only the archive, in any folder")
  func localFile() throws {
    try files.write("id,Name\n1,\"Boots\nred\"\n2,\n", to: "sub/a b.csv")
    let response = try files.scrape(try files.reader("sub/a b.csv"))
    let records = try files.records(response)
    #expect(records.map { $0["name"] } == ["Boots\nred", .null])
    #expect(records.map { $0["_source_row"] } == [2, 4])
    let origins = records.compactMap { $0["_record"]?.string }
    #expect(origins.allSatisfy { $0.hasPrefix("urn:uuid:") } && origins.first?.hasSuffix("#2") == true)
    #expect(response.eventCount == 2)

    let elsewhere = try FileHarness()
    for key in files.s3.keys { elsewhere.s3.put(try #require(files.s3.body(of: key)), at: key) }
    let replayed = try elsewhere.scrape(try elsewhere.reader("sub/a b.csv"), run: "run-2", replaying: "run-1")
    #expect(try elsewhere.records(replayed) == records)
  }

  @Test("The archive names the dataset, not the folder on this machine; the bytes are as they were")
  func archive() throws {
    try files.write("a\n\u{FEFF}1\r\n", to: "x.csv")
    let response = try files.scrape(try files.reader("x.csv"))
    let archive = try files.store.get(response.archiveKey, deadline: Deadline(after: .seconds(10), on: SystemTime()))
    let pages = try ArchivedPages(archive, at: "x", policy: files.reader("x.csv").policy)
    let page = try pages.page(
      FetchRequest("file://products/x.csv"), deadline: Deadline(after: .seconds(10), on: SystemTime()))
    #expect(page.body == Data("a\n\u{FEFF}1\r\n".utf8))
    #expect(page.headers["X-Last-Modified"]?.isEmpty == false)
  }

  @Test("Names in the path are parameters and the date")
  func templates() throws {
    try files.write("a\n1\n", to: "sub/NO_20240531_24.csv")
    let reader = try files.reader("sub/{city}_{YYYY}{MM}{DD}_{YY}.csv")
    let item = #"{"id": "x", "date": "2024-05-31", "parameters": {"city": "NO"}}"#
    #expect(try files.scrape(reader, item: item).eventCount == 1)
    // Without a date of the item, that of the run.
    #expect(
      try files.scrape(reader, item: #"{"id": "y", "parameters": {"city": "NO"}}"#, run: "run-2").eventCount == 1)
    #expect(files.failure(reader, item: #"{"id": "z"}"#)?.name == .invalidInput)
    // It is the day in the dataset's zone, in which it is still the evening before.
    try files.write("a\n1\n2\n", to: "2024-05-30.csv")
    let western = try files.reader("{YYYY}-{MM}-{DD}.csv", zone: "Pacific/Honolulu")
    #expect(try files.scrape(western, run: "run-3").eventCount == 2)
    for value in ["..", ".", "", "a/b", "/etc"] {
      let item = #"{"id": "v", "date": "2024-05-31", "parameters": {"city": "\#(value)"}}"#
      #expect(files.failure(try files.reader("{city}/x.csv"), item: item)?.name == .invalidInput, "\(value)")
    }
  }

  @Test("A file that is missing, a directory, a pipe, one without permission: refused by name")
  func refused() throws {
    #expect(files.failure(try files.reader("none.csv"))?.message == "none.csv cannot be read: it does not exist")
    #expect(files.failure(try files.reader("none.csv"))?.name == .sourceRefused)
    #expect(files.failure(try files.reader("sub"))?.message == "sub cannot be read: it is a directory")
    mkfifo("\(files.folder)/pipe", 0o600)
    #expect(files.failure(try files.reader("pipe"))?.message.contains("a pipe") == true)
    #expect(files.s3.keys.isEmpty)
  }

  @Test("A file that this process may not read is refused")
  func permission() throws {
    try files.write("a\n", to: "secret.csv")
    let path = "\(files.folder)/secret.csv"
    chmod(path, 0)
    let limit = FileSizeLimit(maximum: nil)
    // Root may read everything: this thread gives that up for a moment.
    let symbol = try #require(dlsym(nil, "setfsuid"))
    let setUser = unsafeBitCast(symbol, to: (@convention(c) (UInt32) -> Int32).self)
    let error = #expect(throws: FetchError.self) {
      if geteuid() == 0 {
        for folder in [files.folder, (files.folder as NSString).deletingLastPathComponent] { chmod(folder, 0o755) }
        _ = setUser(65_534)
      }
      defer { if geteuid() == 0 { _ = setUser(0) } }
      _ = try LocalFile.read(path, limit: limit)
    }
    #expect(
      error?.reason == .refused && error?.detail.contains("permission is denied") == true, "\(error?.detail ?? "")")
  }

  @Test("A relative path stays in the folder; a path from the root and links within the folder are followed")
  func links() throws {
    let outside = "\(files.folder)/../outside.csv"
    try files.write("a\n1\n", to: outside)
    symlink("../outside.csv", "\(files.folder)/link.csv")
    symlink("sub", "\(files.folder)/inside")
    symlink("loop", "\(files.folder)/loop")
    try files.write("a\n1\n", to: "sub/x.csv")
    #expect(files.failure(try files.reader("link.csv"))?.message.contains("leads out of the folder") == true)
    #expect(files.failure(try files.reader("loop"))?.name == .sourceRefused)
    #expect(try files.scrape(try files.reader("inside/x.csv")).eventCount == 1)
    #expect(try files.scrape(try files.reader("\(files.folder)/link.csv"), run: "run-2").eventCount == 1)
    for path in [
      "../outside.csv", "sub/../x.csv", "/a/../b", "", "/", "sub/", "http://x/y.csv", "s3://b", "s3://bucket/",
    ] {
      #expect(throws: PipelineError.self, "\(path)") { try files.reader(path) }
    }
  }

  @Test("On Lambda a path from the root that the image lacks is a fault of the definition")
  func lambda() throws {
    let lambda = ["AWS_LAMBDA_FUNCTION_NAME": "festvibes-scraper"]
    let error = files.failure(try files.reader("/nowhere/x.csv", lambda))
    #expect(error?.name == .configurationInvalid && error?.message.contains("only the files of its image") == true)
    #expect(files.failure(try files.reader("x.csv", lambda))?.name == .sourceRefused)
    #expect(files.failure(try files.reader("/nowhere/x.csv"))?.name == .sourceRefused)
  }

  @Test("A file that is too large is refused with both numbers (F21)")
  func size() throws {
    try files.write(String(repeating: "a\n", count: 600), to: "x.csv")
    let error = files.failure(try files.reader("x.csv", maximumBytes: 1000))
    #expect(error?.name == .sourceChanged)
    #expect(
      error?.message.contains("it has 1200 bytes, more than the 1000 that are read: raise extract.max_bytes") == true)
    let small = BodyLimit(environment: ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128"])
    #expect(small.bytes == 8 << 20 && small.refusal(of: 9_000_000).contains("128 MB"))
    let large = BodyLimit(environment: ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "10240"])
    #expect(large.bytes == 16 << 20 && large.memory == nil)
    #expect(FileSizeLimit(maximum: nil).bytes == 100 << 20 && FileSizeLimit(maximum: 1 << 40).bytes == 512 << 20)
  }

  @Test("A file that changes while it is read is SourceChanged: it grows, shrinks, or is written again")
  func changes() throws {
    let path = "\(files.folder)/x.csv"
    let limit = FileSizeLimit(maximum: nil)
    let changes: [(String) throws -> Void] = [
      { try Data("a\n1\n2\n".utf8).write(to: URL(filePath: $0), options: []) },
      { truncate($0, 1) },
      { _ in
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.write(contentsOf: Data("b".utf8))
        try file.close()
      },
    ]
    for change in changes {
      try files.write("a\n1\n", to: "x.csv")
      var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
      utimensat(AT_FDCWD, path, &times, 0)
      let error = #expect(throws: FetchError.self) {
        try LocalFile.read(path, limit: limit) { try? change(path) }
      }
      #expect(error?.reason == .unusable && error?.detail.contains("it changed while it was read") == true)
    }
    #expect(
      FetchError(.unusable, "").pipelineError(reading: "x", deadline: Deadline(after: .seconds(9), on: SystemTime()))
        .name == .sourceChanged)
  }

  @Test("An empty file is read; what it means is the parser's")
  func empty() throws {
    try files.write("", to: "x.csv")
    #expect(files.failure(try files.reader("x.csv"))?.message.contains("x.csv is empty") == true)
    // What was read is archived before it is parsed.
    #expect(files.s3.keys.count == 1)
  }
}
