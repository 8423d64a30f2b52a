import Testing
import Time

@testable import HTTP

@Suite("Request schedule")
struct RequestScheduleTests {
  private func schedule(
    _ hosts: [String], perHost: Int = 4, spacing: Duration = .zero, threshold: Int? = nil,
    known: [String: HostRecord] = [:]
  ) -> RequestSchedule {
    RequestSchedule(
      hosts: hosts, perHost: perHost, inFlight: 16, spacing: spacing,
      breaker: threshold.map { .init(threshold: $0, cooldown: .seconds(5), longestCooldown: .seconds(60)) },
      known: known)
  }

  /// The moments, in milliseconds, at which all requests go when each is answered at once.
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

  @Test("requests to one host begin as far apart as the rate says, those to another do not wait for them")
  func spaced() {
    var one = schedule(["a", "a", "a"], spacing: .milliseconds(200))
    #expect({ starts(&one) }() == [0, 200, 400])
    var two = schedule(["a", "b", "a", "b"], spacing: .milliseconds(200))
    #expect({ starts(&two) }() == [0, 0, 200, 200])
  }

  @Test("the rate goes on from one call to the next")
  func remembered() {
    var first = schedule(["a", "a"], spacing: .milliseconds(200))
    #expect({ starts(&first) }() == [0, 200])
    var second = schedule(["a", "a"], spacing: .milliseconds(200), known: first.records)
    #expect({ starts(&second, from: .milliseconds(250)) }() == [400, 600])
  }

  @Test("a rate that is changed between two calls holds from the last request on")
  func changed() {
    var first = schedule(["a"], spacing: .seconds(1))
    #expect({ starts(&first) }() == [0])
    var slower = schedule(["a", "a"], spacing: .seconds(10), known: first.records)
    #expect({ starts(&slower, from: .seconds(1)) }() == [10_000, 20_000])
    var faster = schedule(["a"], spacing: .milliseconds(100), known: slower.records)
    #expect({ starts(&faster, from: .seconds(20)) }() == [20_100])
  }

  @Test("a retry is a request like any other")
  func retries() {
    var schedule = schedule(["a", "a"], spacing: .seconds(1))
    #expect({ schedule.next(at: .zero) }() == 0)
    schedule.postpone(0, until: .milliseconds(100))
    #expect({ schedule.next(at: .milliseconds(100)) }() == nil)
    #expect(schedule.wait(at: .milliseconds(100)) == .milliseconds(900))
    #expect({ starts(&schedule, from: .milliseconds(100)) }() == [1000, 2000])
  }

  @Test("when a host is left alone its waiting requests are taken out, and only its")
  func refused() {
    var schedule = schedule(["a", "a", "a", "b", "a"], perHost: 2, threshold: 2)
    #expect({ (0..<3).compactMap { _ in schedule.next(at: .zero) } }() == [0, 1, 3])
    #expect({ schedule.note(0, failed: true, at: .zero) }() == nil)
    schedule.finish(0)
    #expect(
      { schedule.note(1, failed: true, at: .zero) }()
        == .leftAlone(host: "a", failures: 2, pause: .seconds(5)))
    schedule.finish(1)
    #expect({ schedule.refused(at: .seconds(1)) }() == [2, 4])
    #expect(schedule.refusal(of: 2, at: .seconds(1)).hasSuffix("failed 2 times in a row and is tried again in 4 s"))
    #expect({ schedule.note(3, failed: false, at: .seconds(1)) }() == nil)
    schedule.finish(3)
    #expect(schedule.isEmpty)
  }

  @Test("after the wait one request goes, the others when it was answered")
  func probe() {
    var first = schedule(["a"], threshold: 1)
    #expect({ first.next(at: .zero) }() == 0)
    #expect({ first.note(0, failed: true, at: .zero) }() != nil)
    var second = schedule(["a", "a", "a"], threshold: 1, known: first.records)
    #expect({ second.next(at: .seconds(5)) }() == 0)
    #expect({ second.next(at: .seconds(5)) }() == nil)
    #expect({ second.refused(at: .seconds(5)) }() == [])
    #expect({ second.note(0, failed: false, at: .seconds(6)) }() == .wellAgain(host: "a"))
    second.finish(0)
    #expect({ (0..<3).compactMap { _ in second.next(at: .seconds(6)) } }() == [1, 2])
  }

  @Test("while the probe is under way, the failure of an older request lets no second one go")
  func lateFailure() {
    var schedule = schedule(["a", "a", "a", "a", "a"], perHost: 3, threshold: 2)
    #expect({ (0..<3).compactMap { _ in schedule.next(at: .zero) } }() == [0, 1, 2])
    for index in 0..<2 {
      _ = schedule.note(index, failed: true, at: .zero)
      schedule.postpone(index, until: .seconds(5))
    }
    #expect({ schedule.next(at: .seconds(5)) }() == 3)
    #expect({ schedule.note(2, failed: true, at: .seconds(6)) }() == nil)
    schedule.finish(2)
    #expect({ schedule.next(at: .seconds(30)) }() == nil)
    #expect({ schedule.refused(at: .seconds(30)) }() == [])
    #expect(
      { schedule.note(3, failed: true, at: .seconds(31)) }()
        == .leftAlone(host: "a", failures: 4, pause: .seconds(10)))
    schedule.finish(3)
    #expect({ schedule.refused(at: .seconds(31)) }() == [4, 0, 1])
    #expect(schedule.isEmpty)
  }

  @Test("a probe that says nothing of its host, or is dropped, gives its place to the next")
  func silentProbe() {
    for isDropped in [false, true] {
      var first = schedule(["a"], threshold: 1)
      #expect({ first.next(at: .zero) }() == 0)
      #expect({ first.note(0, failed: true, at: .zero) }() != nil)
      var second = schedule(["a", "a"], threshold: 1, known: first.records)
      #expect({ second.next(at: .seconds(5)) }() == 0)
      if isDropped {
        second.abandon(0, at: .seconds(6))
      } else {
        #expect({ second.note(0, failed: nil, at: .seconds(6)) }() == nil)
        second.finish(0)
      }
      #expect({ second.next(at: .seconds(6)) }() == 1)
    }
  }
}
