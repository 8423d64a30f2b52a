import TestSupport
import Testing
import Time

@Suite("Deadlines and clocks")
struct DeadlineTests {
  let time = ManualTime()

  @Test("The remaining time decreases to zero and not below")
  func remaining() {
    let deadline = Deadline(after: .seconds(10), on: time)
    #expect(deadline.remaining == .seconds(10))
    #expect(!deadline.hasPassed)
    time.advance(by: .seconds(9.5))
    #expect(deadline.remaining == .milliseconds(500))
    time.advance(by: .seconds(1))
    #expect(deadline.remaining == .zero)
    #expect(deadline.hasPassed)
  }

  @Test("A deadline in the past has passed from the start")
  func past() {
    #expect(Deadline(after: .seconds(-1), on: time).hasPassed)
  }

  @Test("A missing deadline never passes")
  func none() {
    let deadline = Deadline.none(on: time)
    time.advance(by: .seconds(86_400 * 1000))
    #expect(!deadline.hasPassed)
    #expect(deadline.remaining == .seconds(86_400 * 365))
  }

  @Test("The system's clock sleeps for the requested time, and not at all for a negative one")
  func systemTime() {
    let time = SystemTime()
    let start = time.uptime
    time.sleep(for: .milliseconds(20))
    let middle = time.uptime
    #expect(middle - start >= .milliseconds(20))
    time.sleep(for: .seconds(-60))
    #expect(time.uptime - middle < .seconds(30))
  }

  @Test("Durations convert to seconds and whole milliseconds")
  func conversions() {
    #expect(Duration.milliseconds(1500).inSeconds == 1.5)
    #expect(Duration.microseconds(1999).inMilliseconds == 1)
    #expect(Duration.seconds(-2).inMilliseconds == -2000)
  }
}
