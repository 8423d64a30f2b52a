import Foundation
import TestSupport
import Testing

@testable import APIRouting

@Suite("Slots")
struct SlotsTests {
  @Test("What is taken is waited for, and the wait ends")
  func ends() {
    let slots = Slots(3)
    #expect(slots.take(2, within: .zero))
    #expect(!slots.take(2, within: .milliseconds(20)))
    #expect(slots.take(within: .zero))
    slots.give(3)
    #expect(slots.take(3, within: .zero))
  }

  @Test("A thread that waits is woken, and no more wait than may")
  func waiting() {
    let slots = Slots(1, mostWaiting: 1)
    #expect(slots.take(within: .zero))
    let (isTaken, ended) = (Locked(false), DispatchSemaphore(value: 0))
    Thread.detachNewThread {
      let taken = slots.take(within: .seconds(60))
      isTaken.change { $0 = taken }
      ended.signal()
    }
    while slots.waitingThreads == 0 { sched_yield() }
    #expect(!slots.take(within: .seconds(3600)))
    slots.give()
    #expect(ended.wait(timeout: .now() + 30) == .success)
    #expect(isTaken.change { $0 })
  }
}
