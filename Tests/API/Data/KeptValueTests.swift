import APISupport
import Contracts
import Foundation
import TestSupport
import Testing
import Time

@Suite("A value that is kept")
struct KeptValueTests {
  private struct Failure: Error {}

  @Test("Of many threads one reads, and all have what it found")
  func singleReader() {
    let kept = KeptValue<Int>(lifetime: .seconds(60), time: SystemTime())
    let (reads, found) = (Locked(0), Locked<[Int]>([]))
    concurrently(
      (0..<20).map { number in
        {
          let value = try? kept.value {
            reads.change { $0 += 1 }
            Thread.sleep(forTimeInterval: 0.1)
            return number
          }
          found.change { $0.append(value ?? -1) }
        }
      })
    #expect(reads.change { $0 } == 1)
    #expect(found.change { Set($0).count == 1 && $0.count == 20 && $0[0] >= 0 })
  }

  @Test("A thread that waits for a reader gives up at its deadline; the reader goes on")
  func impatience() throws {
    let kept = KeptValue<Int>(lifetime: .seconds(60), time: SystemTime())
    let (reading, gate, ended) = (
      DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
    )
    Thread.detachNewThread {
      _ = try? kept.value {
        reading.signal()
        gate.wait()
        return 1
      }
      ended.signal()
    }
    reading.wait()
    let error = #expect(throws: PipelineError.self) {
      try kept.value(by: Deadline(after: .milliseconds(20), on: SystemTime())) { 2 }
    }
    #expect(error?.name == .deadlineExceeded)
    gate.signal()
    ended.wait()
    #expect(try kept.value { 3 } == 1)
  }

  @Test("It is read again after its time; a failure is that of all who waited, and soon forgotten")
  func lifetime() throws {
    let time = SharedTime()
    let kept = KeptValue<Int>(lifetime: .milliseconds(50), time: time)
    #expect(try kept.value { 1 } == 1)
    #expect(try kept.value { 2 } == 1)
    time.advance(by: .milliseconds(100))
    #expect(throws: Failure.self) { try kept.value { throw Failure() } }
    #expect(throws: Failure.self) { try kept.value { 3 } }
    time.advance(by: .milliseconds(1100))
    #expect(try kept.value { 4 } == 4)
  }
}
