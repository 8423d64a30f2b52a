import AWS
import Contracts
import Foundation
import TestSupport
import Testing
import Time
import Versions

@testable import VersionedSink

@Suite("Copies of a publisher that was overtaken")
struct SlowCopyTests {
  /// Runs work right before the first write of a copy, as another process may.
  private final class BeforeCopy: WrappedObjects {
    private var work: (() throws -> Void)?

    init(_ base: any VersionObjects, _ work: @escaping () throws -> Void) {
      self.work = work
      super.init(base)
    }

    override func putAll(_ writes: [VersionWrite], deadline: Deadline) -> [Result<S3WriteResult, AWSError>] {
      if writes.contains(where: { $0.key.hasSuffix("/data.json") }), let work {
        self.work = nil
        #expect(throws: Never.self) { try work() }
      }
      return base.putAll(writes, deadline: deadline)
    }
  }

  @Test("A copy over one that a later version found equal is made again from the later version")
  func overtaken() throws {
    let bench = Bench(MemoryObjects())
    try bench.load(Point.months(1))
    try bench.publish()
    let before = try bench.view()
    // Read at the same time: the copies have the same bytes.
    try bench.next(Point.months(1, first: 2), after: .zero)
    try bench.publish(
      through: BeforeCopy(bench.objects) {
        try bench.next(Point.months(1), after: .zero)
        try bench.publish()
      })
    #expect(try bench.view() == before)
    #expect(try bench.copies() == before)
  }
}
