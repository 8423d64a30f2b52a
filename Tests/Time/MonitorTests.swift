import Foundation
import TestSupport
import Testing
import Time

@Suite("Monitor")
struct MonitorTests {
  @Test("A condition that holds is not waited for, and may change the state")
  func holds() {
    let monitor = Monitor(1)
    let taken = monitor.wait(within: .zero) { count in
      guard count > 0 else { return false }
      count -= 1
      return true
    }
    #expect(taken)
    #expect(monitor.withLock { $0 } == 0)
  }

  @Test("A wait ends after its time, and not before it")
  func ends() {
    let monitor = Monitor(false)
    let start = ContinuousClock.now
    #expect(!monitor.wait(within: .milliseconds(1_020)) { $0 })
    #expect(ContinuousClock.now - start >= .milliseconds(1_020))
  }

  @Test("A change wakes every thread that waits, for whatever it waits")
  func wakes() {
    let monitor = Monitor((waiting: 0, value: 0, isClosed: false))
    let results = Locked([Bool]())
    let ended = DispatchSemaphore(value: 0)
    let conditions: [@Sendable ((waiting: Int, value: Int, isClosed: Bool)) -> Bool] = [
      { $0.value == 7 }, { $0.value == 7 }, { $0.isClosed },
    ]
    for condition in conditions {
      Thread.detachNewThread {
        monitor.withLock { $0.waiting += 1 }
        let isMet = monitor.wait(within: .seconds(3600)) { condition($0) }
        results.change { $0.append(isMet) }
        ended.signal()
      }
    }
    while monitor.withLock({ $0.waiting }) < conditions.count { sched_yield() }
    monitor.change { $0.value = 7 }
    #expect(ended.wait(timeout: .now() + 30) == .success)
    #expect(ended.wait(timeout: .now() + 30) == .success)
    monitor.change { $0.isClosed = true }
    #expect(ended.wait(timeout: .now() + 30) == .success)
    #expect(results.change { $0 } == [true, true, true])
  }
}
