import Contracts
import Foundation
import HTTP
import TestSupport
import Testing
import Time

@testable import AWS
@testable import JSONLinesSink

/// A bucket of the local AWS, which checks every signature.
final class TestBucket {
  private static let variables = ProcessInfo.processInfo.environment
  static var isThere: Bool { variables["TEST_AWS_ENDPOINT_URL"] != nil }

  let name = "lines-\(UUID().uuidString.lowercased())"
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

  static func makeSession() throws -> AWSSession {
    try AWSSession(
      environment: [
        "AWS_ENDPOINT_URL": #require(variables["TEST_AWS_ENDPOINT_URL"]),
        "AWS_ACCESS_KEY_ID": #require(variables["TEST_AWS_ACCESS_KEY_ID"]),
        "AWS_SECRET_ACCESS_KEY": #require(variables["TEST_AWS_SECRET_ACCESS_KEY"]),
      ], region: "us-east-1")
  }

  static func makeClient() throws -> S3Client { try S3Client(makeSession()) }

  /// The bucket as another process sees it.
  func objects() throws -> BucketLines { BucketLines(try Self.makeClient(), bucket: name) }

  func keys() throws -> [String] { try client.list(bucket: name, deadline: Self.soon).entries.map(\.key) }

  private func send(_ method: String) throws {
    try client.client.send(
      client.request(method, "\(method) bucket", bucket: name, key: nil), deadline: Self.soon
    ) { _ in }
  }
}

@Suite("Files in an S3 that checks signatures", .enabled(if: TestBucket.isThere, "start the services: make test"))
struct S3Tests {
  @Test("The sequence of a post's life: first load, edit, move, reader")
  func life() throws {
    let bucket = try TestBucket()
    let bench = Bench(try bucket.objects())
    #expect(try bench.load(TestSession.week(4...8)).records.new == 5)
    #expect(try bench.load(TestSession.week(4...8)).records.unchanged == 5)
    #expect(try bench.load(TestSession.week(5...9, text: "Füße", edit: 2)).records.changed == 4)
    #expect(
      try bucket.keys() == ["index/weekly/wod/7.json", "weekly/2024-03-05__2024-03-09--program.json"])
    let file = try bucket.client.get(
      S3Location(bucket: bucket.name, key: "weekly/2024-03-05__2024-03-09--program.json"), deadline: TestBucket.soon)
    #expect(file.info.metadata == ["dataset": "wod", "group": "7"])
    #expect(file.info.contentType == "application/json")
    #expect(String(decoding: file.body, as: UTF8.self).hasSuffix(#""segment_a": "Füße", "segment_f": null}"#))
  }

  @Test("Every call of a move, lost in every way, is made good by the next load")
  func faults() throws {
    let bucket = try TestBucket()
    for (number, kind) in Fault.allCases.enumerated() {
      for call in 1...12 {
        let post = 100 * number + call
        let bench = Bench(try bucket.objects())
        let month = "\(2000 + post)-03"
        try bench.load(TestSession.week(4...8, of: post, month: month))
        let wanted = TestSession.week(5...9, of: post, month: month, edit: 2)
        do { try bench.load(wanted, through: FaultyLines(bench.objects, losing: (call, kind))) } catch is PipelineError
        {}
        try bench.load(wanted)
        let files = try bucket.keys().filter { $0.hasPrefix("weekly/\(month)") }
        #expect(files == ["weekly/\(month)-05__\(month)-09--program.json"], "call \(call) \(kind)")
      }
    }
  }

  @Test("Processes that load versions at once leave the last one")
  func atOnce() throws {
    let bucket = try TestBucket()
    let name = bucket.name
    let problems = Locked<[String]>([])
    concurrently(
      (0..<4).map { number in
        {
          for edit in 1...4 {
            do {
              let objects = BucketLines(try TestBucket.makeClient(), bucket: name)
              try Bench(objects).load(TestSession.week(4 + edit % 2...8, text: "Edit \(edit)", edit: edit))
            } catch let error as PipelineError where error.name.isRetryable {
              continue
            } catch { problems.change { $0.append("\(number): \(error)") } }
          }
        }
      })
    #expect(problems.change { $0 } == [])
    try Bench(try bucket.objects()).load(TestSession.week(4...8, text: "Edit 4", edit: 4))
    #expect(try bucket.keys().filter { $0.hasPrefix("weekly/") } == ["weekly/2024-03-04__2024-03-08--program.json"])
  }

  @Test("A bucket that does not exist is ConfigurationInvalid, with the setting's name")
  func missing() throws {
    let objects = BucketLines(try TestBucket.makeClient(), bucket: "no-such-bucket-\(UUID().uuidString.lowercased())")
    let error = #expect(throws: PipelineError.self) { try Bench(objects).load(TestSession.week(4...8)) }
    #expect(error?.name == .configurationInvalid)
    #expect(error?.message.contains("load.bucket") == true)
  }
}
