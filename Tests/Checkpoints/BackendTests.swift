import AWS
import Contracts
import Foundation
import RawStore
import TestSupport
import Testing
import Time

@testable import Checkpoints

@Suite("The place of checkpoints")
struct BackendTests {
  private func store(
    _ change: (inout StateSettings) -> Void, _ kind: StateSettings.Kind, hasOneItem: Bool = true,
    environment: [String: String] = [:], folder: String = "/tmp"
  ) throws -> (any CheckpointStore)? {
    var state = StateSettings(kind, hasOneItem: hasOneItem)
    change(&state)
    let dataset = Dataset(id: "d", dataType: "items", timeZone: "UTC", extractor: "http", sinks: [], state: state)
    return try CheckpointBackends(RawStoreSettings(bucket: "data", region: "us-east-1"), environment: environment)
      .store(of: dataset, folder: folder)
  }

  private func name(_ item: String, isOnlyItem: Bool) -> CheckpointName {
    CheckpointName(sourceType: "http", dataset: "d", item: item, isOnlyItem: isOnlyItem)
  }

  @Test("is an object or a file for each item, below the given one")
  func paths() {
    #expect(StatePlace(path: nil).path(of: name("all", isOnlyItem: true)) == "state/d/all.json")
    #expect(StatePlace(path: nil).path(of: name("a", isOnlyItem: false)) == "state/d/a.json")
    #expect(StatePlace(path: "x/y.json").path(of: name("all", isOnlyItem: true)) == "x/y.json")
    #expect(StatePlace(path: "x/y.json").path(of: name("a", isOnlyItem: false)) == "x/y/a.json")
    #expect(StatePlace(path: "x").path(of: name("a", isOnlyItem: false)) == "x/a.json")
    #expect(name("all", isOnlyItem: true).sourceName == "d")
    #expect(name("a", isOnlyItem: false).sourceName == "d/a")
  }

  @Test("is the ledger's for postgres, and none for a dataset without incremental")
  func none() throws {
    #expect(try store({ _ in }, .postgres) == nil)
    let plain = Dataset(id: "d", dataType: "items", timeZone: "UTC", extractor: "http", sinks: [])
    #expect(
      try CheckpointBackends(RawStoreSettings(bucket: "data", region: "us-east-1"), environment: [:]).store(
        of: plain, folder: "/tmp") == nil)
    #expect(plain.checkpointName(of: try WorkItem(id: "all")) == nil)
  }

  @Test("keeps a state that replaces one that was too large between the two requests for it")
  func replacedMeanwhile() throws {
    let good = #"{"A": "2024-05-31T00:00:00"}"#
    let server = try ScriptedServer { request in
      switch (request.number, request.method) {
      case (1, "GET"):
        .http(200, [("ETag", "\"large\"")], Data(repeating: 0x20, count: CheckpointState.maximumBytes + 1))
      case (_, "HEAD"):
        .init(bytes: Data("HTTP/1.1 200 OK\r\nContent-Length: \(good.count)\r\nETag: \"good\"\r\n\r\n".utf8))
      case (_, "GET"): .http(200, [("ETag", "\"good\"")], good)
      default: request.header("If-Match") == "\"good\"" ? .http(200, [("ETag", "\"new\"")]) : .http(412)
      }
    }
    defer { server.stop() }
    var dataset = Dataset(id: "d", dataType: "series", timeZone: "UTC", extractor: "http", sinks: [])
    dataset.watermarks = StateSettings(.s3, hasOneItem: true)
    let name = try #require(dataset.stateName(of: WorkItem(id: "all")))
    let environment = [
      "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret",
    ]
    let store = try #require(
      try CheckpointBackends(RawStoreSettings(bucket: "data", region: "us-east-1"), environment: environment)
        .store(of: dataset, folder: "/tmp"))
    let state = try store.update(name, deadline: Backend.soon) {
      $0.load(["B": "2024-06-01T00:00:00"], records: 1, run: "r", key: "raw/1", at: Date())
    }
    #expect(state.series == ["A": "2024-05-31T00:00:00", "B": "2024-06-01T00:00:00"])
  }

  @Test("is the one of a dataset's series, too; an unchanged state is not written, and one of system 002 is read")
  func series() throws {
    let s3 = try MemoryS3()
    var dataset = Dataset(id: "d", dataType: "series", timeZone: "UTC", extractor: "http", sinks: [])
    dataset.watermarks = StateSettings(.s3, hasOneItem: true)
    dataset.watermarks?.path = "datasets/d/state.json"
    let name = try #require(dataset.stateName(of: WorkItem(id: "all")))
    #expect(dataset.checkpointName(of: try WorkItem(id: "all")) == nil)
    let store = try #require(
      try CheckpointBackends(RawStoreSettings(bucket: "data", region: "us-east-1"), environment: s3.environment)
        .store(of: dataset, folder: "/tmp"))
    s3.put(Data(#"{"A": "2024-05-31T00:00:00", "B": "2024-05-30T00:00:00"}"#.utf8), at: "datasets/d/state.json")
    let former = try #require(try store.states(of: [name], deadline: Backend.soon)[name])
    #expect(former.series == ["A": "2024-05-31T00:00:00", "B": "2024-05-30T00:00:00"])
    #expect(former.status == nil)
    for _ in 0..<2 {
      try store.update(name, deadline: Backend.soon) {
        $0.load(["A": "2024-06-01T00:00:00-03:00"], records: 1, run: "r", key: "raw/1", at: Date())
      }
    }
    #expect(s3.requests.count { $0 == "PUT datasets/d/state.json" } == 1)
    s3.put(Data(#"{"A": "yesterday"}"#.utf8), at: "datasets/d/state.json")
    let error = #expect(throws: PipelineError.self) { try store.states(of: [name], deadline: Backend.soon) }
    #expect(error?.name == .storageCorrupt)
  }

  @Test("is no file in a function, unless `path` names a key in the data bucket")
  func lambda() throws {
    let s3 = try MemoryS3()
    let lambda = s3.environment.merging(["AWS_LAMBDA_FUNCTION_NAME": "festvibes-loader"]) { $1 }
    let error = #expect(throws: PipelineError.self) {
      try store({ $0.path = "state.json" }, .file, environment: lambda)
    }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.contains("state.path") == true)
    let kept = try store({ $0.bucketKey = "state/bcra.json" }, .file, environment: lambda)
    try kept?.update(name("all", isOnlyItem: true), deadline: Backend.soon) { $0.totalRuns = 1 }
    #expect(s3.keys == ["state/bcra.json"])
    // A program that is no function, such as `festvibes state`, finds it there.
    let shown = try store({ $0.bucketKey = "state/bcra.json" }, .file, environment: s3.environment)
    let name = name("all", isOnlyItem: true)
    #expect(try shown?.states(of: [name], deadline: Backend.soon)[name]?.totalRuns == 1)
  }

  @Test("of system 002's path is a file outside of the definitions where there is no bucket")
  func formerPath() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "checkpoints-\(UUID())")
    defer { try? FileManager.default.removeItem(at: root) }
    var settings = StateSettings(.file, hasOneItem: true)
    settings.bucketKey = "datasets/d/state.json"
    let dataset = Dataset(
      id: "d", dataType: "rows", timeZone: "UTC", extractor: "http", sinks: [], state: settings)
    let backends = CheckpointBackends(
      RawStoreSettings(bucket: "", region: "us-east-1"), environment: [:],
      localFolder: root.appending(path: "local").path)
    let kept = try #require(try backends.store(of: dataset, folder: root.appending(path: "definition").path))
    try kept.update(name("all", isOnlyItem: true), deadline: Backend.soon) { $0.totalRuns = 1 }
    #expect(try FileManager.default.contentsOfDirectory(atPath: root.path) == ["local"])
    #expect(FileManager.default.fileExists(atPath: root.appending(path: "local/datasets/d/state.json").path))
  }

  @Test("is the definition's bucket and key")
  func bucket() throws {
    let s3 = try MemoryS3()
    let kept = try store(
      {
        $0.bucket = "other"
        $0.path = "a/b.json"
      }, .s3, hasOneItem: false, environment: s3.environment)
    try kept?.update(name("x", isOnlyItem: false), deadline: Backend.soon) { $0.totalRuns = 1 }
    #expect(s3.keys == ["a/b/x.json"])
    #expect(s3.requests == ["GET a/b/x.json", "PUT a/b/x.json"])
  }

  @Test("is written again by a writer that was overtaken, from what the other one wrote")
  func overtaken() throws {
    let s3 = try MemoryS3()
    let kept = try store({ _ in }, .s3, environment: s3.environment)
    let item = name("all", isOnlyItem: true)
    try kept?.update(item, deadline: Backend.soon) { $0.totalRecords = 1 }
    let other = try #require(s3.body(of: "state/d/all.json"))
    let later = Data(String(decoding: other, as: UTF8.self).replacing(#"processed":1"#, with: #"processed":7"#).utf8)
    var calls = 0
    let state = try kept?.update(item, deadline: Backend.soon) {
      calls += 1
      if calls == 1 { s3.replaceLater(later, at: "state/d/all.json") }
      $0.totalRecords += 1
    }
    #expect(calls == 2)
    #expect(state?.totalRecords == 8)
  }

  @Test("that S3 cannot give now is retried by the state machine")
  func unavailable() throws {
    let s3 = try MemoryS3()
    s3.refuse { _ in true }
    let kept = try store({ _ in }, .s3, environment: s3.environment)
    let soon = Deadline(after: .milliseconds(300), on: SystemTime())
    let error = #expect(throws: PipelineError.self) {
      try kept?.states(of: [name("all", isOnlyItem: true)], deadline: soon)
    }
    #expect(error?.name.isRetryable == true)
  }

  @Test("of files is replaced as a whole: no reader sees a part, and no rest is left")
  func rename() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "checkpoints-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    let kept = try #require(try store({ $0.path = "a/state.json" }, .file, folder: folder.path))
    let item = name("all", isOnlyItem: true)
    try kept.update(item, deadline: Backend.soon) { $0.totalRuns = 3 }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "a").path).sorted()
    #expect(files == ["state.json", "state.json.lock"])
    // A folder in the file's place is reported, not retried for long.
    let blocked = try #require(try store({ $0.path = "a" }, .file, folder: folder.path))
    let error = #expect(throws: PipelineError.self) { try blocked.update(item, deadline: Backend.soon) { _ in } }
    #expect(error?.name == .configurationInvalid)
  }
}
