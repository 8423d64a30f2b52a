import CSVParser
import Contracts
import Definitions
import Fetching
import Foundation
import JSON
import LambdaRuntime
import Processing
import RawStore
import ScraperFunction
import TestSupport
import Testing
import Time
import WARC

@testable import FileReader

/// A folder with a definition, and a scraper of its dataset with S3 in memory.
final class FileHarness {
  static let dataset = Dataset(
    id: "products", dataType: "items", timeZone: "UTC", extractor: "file", sinks: [])

  let folder: String
  let time = ManualTime(Date(timeIntervalSince1970: 1_717_142_400))
  let s3: MemoryS3
  let store: RawStore

  init() throws {
    let parent = FileManager.default.temporaryDirectory.appending(path: "file-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: parent.appending(path: "data/sub"), withIntermediateDirectories: true)
    folder = parent.appending(path: "data").path
    s3 = try MemoryS3()
    store = try RawStore(
      RawStoreSettings(bucket: "raw-bucket", region: "us-east-1"), environment: s3.environment)
  }

  deinit { try? FileManager.default.removeItem(atPath: (folder as NSString).deletingLastPathComponent) }

  func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path.hasPrefix("/") ? path : "\(folder)/\(path)"))
  }

  func reader(
    _ path: String, maximumBytes: Int? = nil, zone: String = "UTC", _ environment: [String: String] = [:],
    segmentBytes: Int = FilePageSource.segmentBytes
  ) throws -> FileReader {
    let dataset = Dataset(id: "products", dataType: "items", timeZone: zone, extractor: "file", sinks: [])
    return try FileReader(
      dataset, path: path, folder: folder, maximumBytes: maximumBytes, region: "us-east-1",
      environment: s3.environment.merging(environment) { $1 }, segmentBytes: segmentBytes, time: time)
  }

  /// Scrapes an item.
  @discardableResult
  func scrape(
    _ reader: FileReader, item: String = #"{"id": "all"}"#, run: String = "run-1", replaying: String? = nil,
    isReplay: Bool = false, request: String = "request-1", transforms: [any Transform] = []
  ) throws -> ScrapeResponse {
    let extractor = ProcessedExtractor(
      Self.dataset, reader: reader, parser: try CSVParser(section: Section()), transforms: transforms)
    let handler = ScraperHandler(
      defaultDataset: "products", registry: { _ in (Self.dataset, extractor) },
      source: { _ in fatalError("a file is not read over HTTP") },
      pages: { _, _ in fatalError("a file is not shared") }, store: store, time: time)
    let replay = replaying.map { #", "replay": {"run": "\#($0)"}"# } ?? (isReplay ? #", "replay": {}"# : "")
    let event = #"{"item": \#(item), "run": "\#(run)"\#(replay)}"#
    let context = LambdaContext(
      requestID: request, deadline: Deadline(after: .seconds(100), on: time),
      log: Logger(environment: [:], time: time, write: { _ in }))
    return try handler.handle(JSONDecoder().decode(ScrapeRequest.self, from: Data(event.utf8)), context).body
  }

  /// The records of a document.
  func records(_ response: ScrapeResponse) throws -> [JSONObject] {
    let data = try store.get(response.s3Key, deadline: Deadline(after: .seconds(10), on: SystemTime()))
    return try JSONValue(parsing: data).object?["records"]?.array?.compactMap(\.object) ?? []
  }

  /// The header fields of the records in archives, but for their `warcinfo` records.
  func headers(ofRecordsIn keys: [String]) throws -> [[String: String]] {
    try keys.flatMap { key in
      let archive = try store.get(key, deadline: Deadline(after: .seconds(10), on: SystemTime()))
      return try WARCReader.members(of: archive).map(\.record).filter { $0.kind != .warcinfo }.map { record in
        let text = String(decoding: record.serialized, as: UTF8.self)
        let head = text.split(separator: "\r\n\r\n", maxSplits: 1)[0]
        return Dictionary(
          head.split(separator: "\r\n").dropFirst().map { line in
            let parts = line.split(separator: ": ", maxSplits: 1)
            return (String(parts[0]), String(parts[1]))
          }, uniquingKeysWith: { $1 })
      }
    }
  }

  /// The error of a scrape.
  func failure(_ reader: FileReader, item: String = #"{"id": "all"}"#) -> PipelineError? {
    #expect(throws: PipelineError.self) { try scrape(reader, item: item) }
  }
}
