import Contracts
import Foundation
import ScraperFunction
import Testing
import Time

@testable import FileReader

@Suite("Objects of S3 as files")
struct ObjectFileTests {
  private let files: FileHarness

  init() throws { files = try FileHarness() }

  @Test("An object becomes records, and a replay needs only the archive")
  func object() throws {
    files.s3.put(Data("a\nñ\n".utf8), at: "in/ñ x.csv")
    let reader = try files.reader("s3://other-bucket/in/ñ x.csv")
    let records = try files.records(try files.scrape(reader))
    #expect(records.map { $0["a"] } == ["ñ"])
    files.s3.put(Data("gone".utf8), at: "in/ñ x.csv")
    #expect(try files.records(try files.scrape(reader, run: "run-2", replaying: "run-1")) == records)
  }

  @Test("A missing object is refused by name, one that is too large with both numbers")
  func refused() throws {
    let missing = files.failure(try files.reader("s3://other-bucket/{YYYY}.csv"))
    #expect(missing?.name == .sourceRefused)
    #expect(missing?.message.contains("s3://other-bucket/2024.csv cannot be read: it does not exist") == true)
    files.s3.put(Data("a\n1234567890\n".utf8), at: "x.csv")
    let large = files.failure(try files.reader("s3://other-bucket/x.csv", maximumBytes: 5))
    #expect(large?.name == .sourceChanged)
    #expect(large?.message.contains("more than the 5 that are read") == true, "\(large?.message ?? "")")
    #expect(throws: PipelineError.self) { try files.reader("s3://{bucket}/x.csv") }
  }

  @Test("Without credentials the refusal says so")
  func credentials() throws {
    let reader = try FileReader(
      FileHarness.dataset, path: "s3://other-bucket/x.csv", folder: files.folder, region: "us-east-1",
      environment: ["AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_EC2_METADATA_DISABLED": "true"], time: files.time)
    let error = files.failure(reader)
    #expect(error?.name == .sourceRefused, "\(error?.description ?? "")")
  }
}
