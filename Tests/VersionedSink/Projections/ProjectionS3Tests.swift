import Contracts
import Foundation
import TestSupport
import Testing
import Versions

@testable import VersionedSink

@Suite(
  "A projection in an S3 that checks signatures", .enabled(if: TestBucket.isThere, "start the services: make test"))
struct ProjectionS3Tests {
  @Test("First projection, revision, nothing new, and two publishers at once")
  func life() throws {
    let bucket = try TestBucket()
    let bench = Bench(try bucket.objects())
    try bench.load(Point.months(40))
    #expect(try bench.publish().notes.count == 1)
    #expect(try bench.view().count == 40)
    try bench.next(Point.months(41, first: 2))
    let publishers = try (0..<3).map { _ in UncheckedPublisher(value: try bench.publisher(bucket.objects())) }
    let errors = Locked<[String]>([])
    let item = try WorkItem(id: "all")
    concurrently(
      publishers.map { publisher in
        {
          do { _ = try publisher.value.publish(.loaded([item]), deadline: TestBucket.soon) } catch {
            errors.change { $0.append("\(error)") }
          }
        }
      })
    #expect(errors.change { $0 } == [])
    let view = try bench.view()
    #expect(view.count == 41 && view["IPC/year=2024/month=01"] == ["2024-01-01T00:00:00-03:00 2.0 pct"])
    #expect(try bench.publish().notes.isEmpty)
    let copy = try bench.objects.get(
      "\(bench.store.keys.projections)IPC/year=2024/month=01/data.json", maximumBytes: 1 << 20,
      deadline: bench.deadline)
    #expect(String(decoding: copy.body, as: UTF8.self).contains("\"value\": 2.0"))
  }
}

private struct UncheckedPublisher: @unchecked Sendable {
  let value: any Publisher
}
