import Testing
import Time

@testable import HTTP

@Suite("Circuit breaker")
struct CircuitBreakerTests {
  private func breaker(_ threshold: Int = 3) -> CircuitBreaker {
    CircuitBreaker(.init(threshold: threshold, cooldown: .seconds(5), maximumCooldown: .seconds(15)))
  }

  /// A breaker that has opened at the moment zero.
  private func opened() -> CircuitBreaker {
    var breaker = breaker()
    for _ in 0..<3 { _ = breaker.fail(isProbe: false, at: .zero) }
    return breaker
  }

  @Test("opens after the threshold of consecutive failures, and reports it once")
  func opens() {
    var breaker = breaker()
    let hasOpened = [0, 1, 2, 3].map { breaker.fail(isProbe: false, at: .seconds($0)) }
    #expect(hasOpened == [false, false, true, false])
    #expect(breaker.admission(at: .seconds(3)) == .refuse(until: .seconds(7)))
    #expect(breaker.failures == 4)
  }

  @Test("a success resets the count of failures")
  func countsConsecutiveFailures() {
    var breaker = breaker()
    for _ in 0..<5 {
      let hasOpened = [breaker.fail(isProbe: false, at: .zero), breaker.fail(isProbe: false, at: .zero)]
      #expect(hasOpened == [false, false])
      let hasClosed = breaker.succeed(isProbe: false)
      #expect(!hasClosed)
    }
    #expect(breaker.admission(at: .zero) == .go)
  }

  @Test("after the cooldown one request goes, and the others wait for its outcome (F27)")
  func probes() {
    var breaker = opened()
    #expect(breaker.admission(at: .milliseconds(4999)) == .refuse(until: .seconds(5)))
    #expect(breaker.admission(at: .seconds(5)) == .go)
    let isProbe = breaker.begin()
    #expect(isProbe)
    #expect(breaker.admission(at: .seconds(5)) == .wait)
    let hasClosed = breaker.succeed(isProbe: true)
    #expect(hasClosed)
    #expect(breaker.admission(at: .seconds(5)) == .go)
  }

  @Test("a failed probe doubles the cooldown, up to the maximum; a success restores the first one")
  func doubles() {
    var breaker = opened()
    var now = Duration.seconds(5)
    for cooldown in [Duration.seconds(10), .seconds(15), .seconds(15)] {
      let isProbe = breaker.begin()
      let hasOpened = breaker.fail(isProbe: true, at: now)
      #expect(isProbe && hasOpened)
      #expect(breaker.admission(at: now) == .refuse(until: now + cooldown))
      now += cooldown
    }
    let isProbe = breaker.begin()
    let hasClosed = breaker.succeed(isProbe: true)
    #expect(isProbe && hasClosed)
    #expect(breaker.cooldown == .seconds(5))
  }

  @Test("an abandoned probe lets another request be the probe")
  func abandoned() {
    var breaker = opened()
    let isProbe = breaker.begin()
    #expect(isProbe)
    breaker.abandon(isProbe: true, at: .seconds(6))
    #expect(breaker.admission(at: .seconds(6)) == .go)
    let isNextProbe = breaker.begin()
    #expect(isNextProbe)
    #expect(breaker.admission(at: .seconds(6)) == .wait)
  }

  @Test("requests that were in flight when it opened change nothing, whatever their outcome")
  func late() {
    var breaker = opened()
    let hasClosed = breaker.succeed(isProbe: false)
    #expect(!hasClosed)
    #expect(breaker.admission(at: .seconds(4)) == .refuse(until: .seconds(5)))
    let isProbe = breaker.begin()
    #expect(isProbe)
    let hasReopened = breaker.fail(isProbe: false, at: .seconds(6))
    #expect(!hasReopened)
    breaker.abandon(isProbe: false, at: .seconds(6))
    let hasClosedLater = breaker.succeed(isProbe: false)
    #expect(!hasClosedLater)
    #expect(breaker.admission(at: .seconds(60)) == .wait)
    #expect(breaker.cooldown == .seconds(5))
    let hasOpened = breaker.fail(isProbe: true, at: .seconds(7))
    #expect(hasOpened)
    #expect(breaker.admission(at: .seconds(7)) == .refuse(until: .seconds(17)))
  }

  @Test("a request that starts while it is closed is not a probe")
  func noProbe() {
    var breaker = breaker()
    let isProbe = breaker.begin()
    #expect(!isProbe)
    breaker.abandon(isProbe: false, at: .zero)
    #expect(breaker.admission(at: .zero) == .go)
  }
}
