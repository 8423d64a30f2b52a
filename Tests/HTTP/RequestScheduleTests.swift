import Testing
import Time

@testable import HTTP

@Suite("Request schedule")
struct RequestScheduleTests {
  private func schedule(
    _ hosts: [String], maximumPerHost: Int = 4, minimumInterval: Duration = .zero, threshold: Int? = nil,
    known: [String: HostState] = [:]
  ) -> RequestSchedule {
    RequestSchedule(
      hosts: hosts, maximumPerHost: maximumPerHost, maximumInFlight: 16, minimumInterval: minimumInterval,
      breaker: threshold.map { .init(threshold: $0, cooldown: .seconds(5), maximumCooldown: .seconds(60)) },
      known: known)
  }

  /// Runs a schedule in which each request gets its response at once, and returns the starts in milliseconds.
  private func starts(_ schedule: inout RequestSchedule, from start: Duration = .zero) -> [Int64] {
    var now = start
    var starts: [Int64] = []
    while !schedule.isEmpty {
      while let index = schedule.next(at: now) {
        starts.append(now.inMilliseconds)
        schedule.finish(index)
      }
      guard let wait = schedule.wait(at: now) else { break }
      now += wait
    }
    return starts
  }

  /// Takes up to `count` requests that may start now.
  private func take(_ count: Int, from schedule: inout RequestSchedule, at now: Duration) -> [Int] {
    (0..<count).compactMap { _ in schedule.next(at: now) }
  }

  @Test("requests to one host start at the rate, and requests to another host do not wait for them")
  func spaced() {
    var one = schedule(["a", "a", "a"], minimumInterval: .milliseconds(200))
    let ofOne = starts(&one)
    #expect(ofOne == [0, 200, 400])
    var two = schedule(["a", "b", "a", "b"], minimumInterval: .milliseconds(200))
    let ofTwo = starts(&two)
    #expect(ofTwo == [0, 0, 200, 200])
  }

  @Test("the rate continues from one call to the next")
  func remembered() {
    var first = schedule(["a", "a"], minimumInterval: .milliseconds(200))
    let ofFirst = starts(&first)
    #expect(ofFirst == [0, 200])
    var second = schedule(["a", "a"], minimumInterval: .milliseconds(200), known: first.hostStates)
    let ofSecond = starts(&second, from: .milliseconds(250))
    #expect(ofSecond == [400, 600])
  }

  @Test("a rate that changes between two calls counts from the last request")
  func changed() {
    var first = schedule(["a"], minimumInterval: .seconds(1))
    let ofFirst = starts(&first)
    #expect(ofFirst == [0])
    var slower = schedule(["a", "a"], minimumInterval: .seconds(10), known: first.hostStates)
    let ofSlower = starts(&slower, from: .seconds(1))
    #expect(ofSlower == [10_000, 20_000])
    var faster = schedule(["a"], minimumInterval: .milliseconds(100), known: slower.hostStates)
    let ofFaster = starts(&faster, from: .seconds(20))
    #expect(ofFaster == [20_100])
  }

  @Test("a retry counts against the rate")
  func retries() {
    var schedule = schedule(["a", "a"], minimumInterval: .seconds(1))
    let first = schedule.next(at: .zero)
    #expect(first == 0)
    schedule.postpone(0, until: .milliseconds(100))
    let tooEarly = schedule.next(at: .milliseconds(100))
    #expect(tooEarly == nil)
    #expect(schedule.wait(at: .milliseconds(100)) == .milliseconds(900))
    let rest = starts(&schedule, from: .milliseconds(100))
    #expect(rest == [1000, 2000])
  }

  @Test("when a circuit breaker opens, the waiting requests of its host are removed, and no others")
  func refused() {
    var schedule = schedule(["a", "a", "a", "b", "a"], maximumPerHost: 2, threshold: 2)
    let started = take(3, from: &schedule, at: .zero)
    #expect(started == [0, 1, 3])
    let first = schedule.record(0, failed: true, at: .zero)
    #expect(first == nil)
    schedule.finish(0)
    let second = schedule.record(1, failed: true, at: .zero)
    #expect(second == .opened(host: "a", failures: 2, cooldown: .seconds(5)))
    schedule.finish(1)
    let refused = schedule.refused(at: .seconds(1))
    #expect(refused == [2, 4])
    let reason = schedule.refusalReason(of: 2, at: .seconds(1))
    #expect(reason.hasSuffix("failed 2 times in a row and is tried again in 4 s"))
    let ofOther = schedule.record(3, failed: false, at: .seconds(1))
    #expect(ofOther == nil)
    schedule.finish(3)
    #expect(schedule.isEmpty)
  }

  @Test("after the cooldown one request starts, and the others when it was answered")
  func probe() {
    var first = schedule(["a"], threshold: 1)
    let only = first.next(at: .zero)
    let opened = first.record(0, failed: true, at: .zero)
    #expect(only == 0 && opened != nil)
    var second = schedule(["a", "a", "a"], threshold: 1, known: first.hostStates)
    let started = take(2, from: &second, at: .seconds(5))
    #expect(started == [0])
    let refused = second.refused(at: .seconds(5))
    #expect(refused == [])
    let closed = second.record(0, failed: false, at: .seconds(6))
    #expect(closed == .closed(host: "a"))
    second.finish(0)
    let rest = take(3, from: &second, at: .seconds(6))
    #expect(rest == [1, 2])
  }

  @Test("while a probe is in flight, the failure of an older request lets no second probe start")
  func lateFailure() {
    var schedule = schedule(["a", "a", "a", "a", "a"], maximumPerHost: 3, threshold: 2)
    let started = take(3, from: &schedule, at: .zero)
    #expect(started == [0, 1, 2])
    for index in 0..<2 {
      _ = schedule.record(index, failed: true, at: .zero)
      schedule.postpone(index, until: .seconds(5))
    }
    let probe = schedule.next(at: .seconds(5))
    #expect(probe == 3)
    let late = schedule.record(2, failed: true, at: .seconds(6))
    #expect(late == nil)
    schedule.finish(2)
    let waiting = schedule.next(at: .seconds(30))
    #expect(waiting == nil)
    let refusedWhileProbing = schedule.refused(at: .seconds(30))
    #expect(refusedWhileProbing == [])
    let reopened = schedule.record(3, failed: true, at: .seconds(31))
    #expect(reopened == .opened(host: "a", failures: 4, cooldown: .seconds(10)))
    schedule.finish(3)
    let refused = schedule.refused(at: .seconds(31))
    #expect(refused == [4, 0, 1])
    #expect(schedule.isEmpty)
  }

  @Test("a probe without a meaningful outcome lets the next request be the probe", arguments: [false, true])
  func silentProbe(isDropped: Bool) {
    var first = schedule(["a"], threshold: 1)
    let only = first.next(at: .zero)
    let opened = first.record(0, failed: true, at: .zero)
    #expect(only == 0 && opened != nil)
    var second = schedule(["a", "a"], threshold: 1, known: first.hostStates)
    let probe = second.next(at: .seconds(5))
    #expect(probe == 0)
    if isDropped {
      second.abandon(0, at: .seconds(6))
    } else {
      let event = second.record(0, failed: nil, at: .seconds(6))
      #expect(event == nil)
      second.finish(0)
    }
    let next = second.next(at: .seconds(6))
    #expect(next == 1)
  }
}
