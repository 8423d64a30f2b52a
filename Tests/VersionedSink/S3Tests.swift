import Contracts
import Foundation
import HTTP
import TestSupport
import Testing
import Time
import Versions

@testable import AWS
@testable import VersionedSink

/// A bucket of the local AWS, which checks every signature.
final class TestBucket {
  private static let variables = ProcessInfo.processInfo.environment
  static let endpoint = variables["TEST_AWS_ENDPOINT_URL"]
  static var isThere: Bool { endpoint != nil }

  let name = "versions-\(UUID().uuidString.lowercased())"
  let client: S3Client

  init() throws {
    client = try Self.makeClient()
    try send("PUT")
  }

  deinit {
    for entry in (try? client.list(bucket: name, deadline: Self.soon).entries) ?? [] {
      try? client.delete(S3Location(bucket: name, key: entry.key), deadline: Self.soon)
    }
    try? send("DELETE")
  }

  static var soon: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  static func makeClient() throws -> S3Client {
    try S3Client(
      AWSSession(
        environment: [
          "AWS_ENDPOINT_URL": #require(endpoint),
          "AWS_ACCESS_KEY_ID": #require(variables["TEST_AWS_ACCESS_KEY_ID"]),
          "AWS_SECRET_ACCESS_KEY": #require(variables["TEST_AWS_SECRET_ACCESS_KEY"]),
        ], region: "us-east-1"))
  }

  /// The bucket as another process sees it.
  func objects() throws -> BucketObjects { BucketObjects(try Self.makeClient(), bucket: name) }

  private func send(_ method: String) throws {
    try client.client.send(
      client.request(method, "\(method) bucket", bucket: name, key: nil), deadline: Self.soon
    ) { _ in }
  }
}

@Suite("Versions in an S3 that checks signatures", .enabled(if: TestBucket.isThere, "start the services: make test"))
struct S3Tests {
  @Test("The sequence of a dataset's life: load, reload, revision, orphan, collection")
  func life() throws {
    let bucket = try TestBucket()
    let bench = Bench(try bucket.objects())
    #expect(try bench.load(Point.months(40) + Point.months(3, of: "Índice ñ")).records.new == 43)
    #expect(try bench.load(Point.months(40)).records.unchanged == 40)
    bench.time.advance(by: .seconds(60))
    let dying = FaultyObjects(bench.objects, losing: (45, .diesBefore))
    #expect(throws: PipelineError.self) { try bench.load(Point.months(40, first: 5), through: dying) }
    bench.time.advance(by: .seconds(60))
    var points = Point.months(40)
    points[7].value = "99"
    #expect(try bench.load(points).records == RecordCounts(found: 40, changed: 1, unchanged: 39))
    let prefix = bench.store.keys.versions
    func folders() throws -> Int {
      try bench.objects.list(prefix: prefix, delimiter: "/", deadline: bench.deadline).commonPrefixes.count
    }
    #expect(try folders() == 3)
    bench.time.advance(by: .seconds(100_000))
    #expect(try bench.load(points).remarks.count == 1)
    #expect(try folders() == 2)
    #expect(try bench.snapshot().count == 43)
    #expect(try bench.snapshot()["IPC/year=2024/month=08"]?[0].value.text == "99")
  }

  @Test("Every call of a load, lost in every way, leaves the old version or the new one")
  func faults() throws {
    let bucket = try TestBucket()
    for kind in Fault.allCases {
      for call in 1...8 {
        var bench = Bench(try bucket.objects())
        bench.dataset = "d\(call)-\(kind.rawValue)"
        try bench.load(Point.months(3))
        bench.time.advance(by: .seconds(60))
        let wanted = Point.months(2, first: 7) + [Point("2024-03-01", "2.0")]
        let faulty = FaultyObjects(bench.objects, losing: (call, kind))
        do { try bench.load(wanted, through: faulty) } catch is PipelineError {}
        let seen = try bench.snapshot().mapValues { $0.map(\.value.text) }.sorted { $0.key < $1.key }.flatMap(\.value)
        #expect([["1.0", "1.5", "2.0"], ["7.0", "7.5", "2.0"]].contains(seen), "call \(call) \(kind)")
        bench.time.advance(by: .seconds(60))
        try bench.load(wanted)
        #expect(try bench.snapshot().values.flatMap { $0.map(\.value.text) }.sorted() == ["2.0", "7.0", "7.5"])
      }
    }
  }

  @Test("Processes that load different series at once lose nothing")
  func atOnce() throws {
    let bucket = try TestBucket()
    let name = bucket.name
    let problems = Locked<[String]>([])
    concurrently(
      (0..<6).map { number in
        {
          do {
            let bench = Bench(
              BucketObjects(try TestBucket.makeClient(), bucket: name),
              time: ManualTime(Bench.start.addingTimeInterval(Double(number % 2))))
            for round in 1...3 { try bench.load(Point.months(3, of: "S\(number)", first: Double(round))) }
          } catch { problems.change { $0.append("\(error)") } }
        }
      })
    #expect(problems.change { $0 } == [])
    let bench = Bench(try bucket.objects())
    let snapshot = try bench.snapshot()
    #expect(snapshot.count == 18)
    for (partition, points) in snapshot where partition.hasSuffix("01") {
      #expect(points.map(\.value.text) == ["3.0"], "\(partition)")
    }
    let current = try #require(try bench.store.current(deadline: bench.deadline))
    #expect(try bench.store.chain(to: current.version, deadline: bench.deadline).count == 18)
  }

  @Test("A bucket that does not exist is ConfigurationInvalid, with the setting's name")
  func missing() throws {
    let objects = BucketObjects(try TestBucket.makeClient(), bucket: "no-such-bucket-\(UUID().uuidString.lowercased())")
    let error = #expect(throws: PipelineError.self) { try Bench(objects).load(Point.months(1)) }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.contains("load.bucket") == true)
  }
}
