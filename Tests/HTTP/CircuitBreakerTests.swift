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
    for _ in 0..<3 { _ = breaker.fail(at: .zero) }
    return breaker
  }

  @Test("opens at so many failures in a row, and says so once")
  func opens() {
    var breaker = breaker()
    #expect({ [0, 1, 2, 3].map { breaker.fail(at: .seconds($0)) } }() == [false, false, true, false])
    #expect(breaker.admission(at: .seconds(3)) == .refuse(until: .seconds(7)))
    #expect(breaker.failures == 4)
  }

  @Test("a success in between begins the count again")
  func countsInARow() {
    var breaker = breaker()
    for _ in 0..<5 {
      #expect(!{ breaker.fail(at: .zero) }())
      #expect(!{ breaker.fail(at: .zero) }())
      #expect(!{ breaker.succeed() }())
    }
    #expect(breaker.admission(at: .zero) == .go)
  }

  @Test("after the wait one request goes, and the others wait for it")
  func probes() {
    var breaker = opened()
    #expect(breaker.admission(at: .milliseconds(4999)) == .refuse(until: .seconds(5)))
    #expect(breaker.admission(at: .seconds(5)) == .go)
    breaker.begin()
    #expect(breaker.admission(at: .seconds(5)) == .wait)
    #expect({ breaker.succeed() }())
    #expect(breaker.admission(at: .seconds(5)) == .go)
  }

  @Test("a failed probe doubles the wait, up to the longest; a success brings the first wait back")
  func doubles() {
    var breaker = opened()
    var now = Duration.seconds(5)
    for wait in [Duration.seconds(10), .seconds(15), .seconds(15)] {
      breaker.begin()
      #expect({ breaker.fail(at: now) }())
      #expect(breaker.admission(at: now) == .refuse(until: now + wait))
      now += wait
    }
    breaker.begin()
    #expect({ breaker.succeed() }())
    #expect(breaker.cooldown == .seconds(5))
  }

  @Test("a probe that was dropped leaves the way to another one")
  func abandoned() {
    var breaker = opened()
    breaker.begin()
    breaker.abandon(at: .seconds(6))
    #expect(breaker.admission(at: .seconds(6)) == .go)
    breaker.begin()
    #expect(breaker.admission(at: .seconds(6)) == .wait)
  }

  @Test("an answer to a request that was under way when it opened closes it")
  func lateAnswer() {
    var breaker = opened()
    #expect({ breaker.succeed() }())
    #expect(breaker.admission(at: .zero) == .go)
  }
}
