import TestSupport
import Testing
import Time

@Suite("Backoff")
struct BackoffTests {
  let backoff = Backoff(base: .milliseconds(200), cap: .seconds(5), maximumAttempts: 4)

  @Test("The ceiling doubles with each attempt up to the cap, for any number of attempts")
  func ceiling() {
    let ceilings = (1...7).map { backoff.ceiling(afterAttempt: $0) }
    #expect(
      ceilings == [
        .milliseconds(200), .milliseconds(400), .milliseconds(800), .milliseconds(1600), .milliseconds(3200),
        .seconds(5), .seconds(5),
      ])
    #expect(backoff.ceiling(afterAttempt: .max) == .seconds(5))
    #expect(backoff.ceiling(afterAttempt: 0) == .milliseconds(200))
    #expect(backoff.ceiling(afterAttempt: .min + 1) == .milliseconds(200))
  }

  @Test("A delay is random, from zero to the ceiling, both included (F25)")
  func jitter() {
    var lowest: any RandomNumberGenerator = FixedRandom(0)
    var highest: any RandomNumberGenerator = FixedRandom(.max)
    #expect(backoff.delay(afterAttempt: 2, using: &lowest) == .zero)
    #expect(backoff.delay(afterAttempt: 2, using: &highest) == .milliseconds(400))

    var random: any RandomNumberGenerator = SystemRandomNumberGenerator()
    let delays = (0..<1000).map { _ in backoff.delay(afterAttempt: 1, using: &random) }
    #expect(delays.allSatisfy { (.zero ... .milliseconds(200)).contains($0) })
    #expect(delays.contains { $0 < .milliseconds(50) } && delays.contains { $0 > .milliseconds(150) })
  }
}
