import Testing
import Time

@testable import HTTP

@Suite("Circuit breaker")
struct CircuitBreakerTests {
  private func breaker(_ threshold: Int = 3) -> CircuitBreaker {
    CircuitBreaker(.init(threshold: threshold, cooldown: .seconds(5), longestCooldown: .seconds(15)))
  }

  /// One that has just opened, at the moment zero.
  private func opened() -> CircuitBreaker {
    var breaker = breaker()
    for _ in 0..<3 { _ = breaker.fail(isProbe: false, at: .zero) }
    return breaker
  }

  @Test("opens at so many failures in a row, and says so once")
  func opens() {
    var breaker = breaker()
    #expect({ [0, 1, 2, 3].map { breaker.fail(isProbe: false, at: .seconds($0)) } }() == [false, false, true, false])
    #expect(breaker.admission(at: .seconds(3)) == .refuse(until: .seconds(7)))
    #expect(breaker.failures == 4)
  }

  @Test("a success in between begins the count again")
  func countsInARow() {
    var breaker = breaker()
    for _ in 0..<5 {
      #expect(!{ breaker.fail(isProbe: false, at: .zero) }())
      #expect(!{ breaker.fail(isProbe: false, at: .zero) }())
      #expect(!{ breaker.succeed(isProbe: false) }())
    }
    #expect(breaker.admission(at: .zero) == .go)
  }

  @Test("after the wait one request goes, and the others wait for it")
  func probes() {
    var breaker = opened()
    #expect(breaker.admission(at: .milliseconds(4999)) == .refuse(until: .seconds(5)))
    #expect(breaker.admission(at: .seconds(5)) == .go)
    #expect({ breaker.begin() }())
    #expect(breaker.admission(at: .seconds(5)) == .wait)
    #expect({ breaker.succeed(isProbe: true) }())
    #expect(breaker.admission(at: .seconds(5)) == .go)
  }

  @Test("a failed probe doubles the wait, up to the longest; a success brings the first wait back")
  func doubles() {
    var breaker = opened()
    var now = Duration.seconds(5)
    for wait in [Duration.seconds(10), .seconds(15), .seconds(15)] {
      #expect({ breaker.begin() }())
      #expect({ breaker.fail(isProbe: true, at: now) }())
      #expect(breaker.admission(at: now) == .refuse(until: now + wait))
      now += wait
    }
    #expect({ breaker.begin() }())
    #expect({ breaker.succeed(isProbe: true) }())
    #expect(breaker.cooldown == .seconds(5))
  }

  @Test("a probe that was dropped leaves the way to another one")
  func abandoned() {
    var breaker = opened()
    #expect({ breaker.begin() }())
    breaker.abandon(isProbe: true, at: .seconds(6))
    #expect(breaker.admission(at: .seconds(6)) == .go)
    #expect({ breaker.begin() }())
    #expect(breaker.admission(at: .seconds(6)) == .wait)
  }

  @Test("what was under way when it opened changes nothing, however it ends")
  func late() {
    var breaker = opened()
    #expect(!{ breaker.succeed(isProbe: false) }())
    #expect(breaker.admission(at: .seconds(4)) == .refuse(until: .seconds(5)))
    #expect({ breaker.begin() }())
    #expect(!{ breaker.fail(isProbe: false, at: .seconds(6)) }())
    breaker.abandon(isProbe: false, at: .seconds(6))
    #expect(!{ breaker.succeed(isProbe: false) }())
    #expect(breaker.admission(at: .seconds(60)) == .wait)
    #expect(breaker.cooldown == .seconds(5))
    #expect({ breaker.fail(isProbe: true, at: .seconds(7)) }())
    #expect(breaker.admission(at: .seconds(7)) == .refuse(until: .seconds(17)))
  }

  @Test("a request that goes while it is closed is no probe")
  func noProbe() {
    var breaker = breaker()
    #expect(!{ breaker.begin() }())
    breaker.abandon(isProbe: false, at: .zero)
    #expect(breaker.admission(at: .zero) == .go)
  }
}
