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

  @Test("A thread that wants few waits behind one that waits for many, and both are served")
  func order() {
    let slots = Slots(4)
    #expect(slots.take(3, within: .zero))
    let ended = DispatchSemaphore(value: 0)
    for (wanted, place) in [(4, 1), (1, 2)] {
      Thread.detachNewThread {
        #expect(slots.take(wanted, within: .seconds(60)))
        slots.give(wanted)
        ended.signal()
      }
      while slots.waitingThreads < place { sched_yield() }
    }
    #expect(!slots.take(within: .zero))
    slots.give(3)
    for _ in 0..<2 { #expect(ended.wait(timeout: .now() + 30) == .success) }
  }

  @Test("A thread whose wait ends lets the next one take what is free")
  func passed() {
    let slots = Slots(2)
    #expect(slots.take(within: .zero))
    let ended = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      #expect(!slots.take(2, within: .milliseconds(200)))
      ended.signal()
    }
    while slots.waitingThreads == 0 { sched_yield() }
    // Nothing is given back: the end of the other wait wakes this one.
    #expect(slots.take(within: .seconds(60)))
    #expect(ended.wait(timeout: .now() + 30) == .success)
  }
}
