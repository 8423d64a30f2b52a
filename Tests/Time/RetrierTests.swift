import TestSupport
import Testing
import Time

@Suite("Retrying")
struct RetrierTests {
  struct Failure: Error, Equatable {
    let attempt: Int
  }

  let time = ManualTime()

  func make(attempts: Int = 4) -> Retrier {
    Retrier(
      Backoff(base: .seconds(1), cap: .seconds(3), maximumAttempts: attempts), time: time, random: FixedRandom())
  }

  @Test("Work that succeeds is done once, with no wait")
  func success() throws {
    let value = try make().run(until: .none(on: time), decision: { _ in .retry() }) { $0 * 10 }
    #expect(value == 10)
    #expect(time.sleeps.isEmpty)
  }

  @Test("Work is tried again after growing, capped waits until it succeeds")
  func retried() throws {
    let value = try make(attempts: 5).run(until: .none(on: time), decision: { _ in .retry() }) { attempt in
      if attempt < 5 { throw Failure(attempt: attempt) }
      return attempt
    }
    #expect(value == 5)
    #expect(time.sleeps == [.seconds(1), .seconds(2), .seconds(3), .seconds(3)])
  }

  @Test("The last error is thrown when the attempts are used up")
  func exhausted() {
    #expect(throws: Failure(attempt: 4)) {
      try make().run(until: .none(on: time), decision: { _ in .retry() }) { throw Failure(attempt: $0) }
    }
    #expect(time.sleeps.count == 3)
  }

  @Test("An error that no try can mend is thrown at once")
  func permanent() {
    #expect(throws: Failure(attempt: 1)) {
      try make().run(until: .none(on: time), decision: { _ in .giveUp }) { throw Failure(attempt: $0) }
    }
    #expect(time.sleeps.isEmpty)
  }

  @Test("The server's own wait is the least wait, and the cap does not shorten it")
  func floor() throws {
    try make().run(until: .none(on: time), decision: { _ in .retry(after: .seconds(60)) }) { attempt in
      if attempt == 1 { throw Failure(attempt: attempt) }
    }
    #expect(time.sleeps == [.seconds(60)])
  }

  @Test("A wait that would outlast the deadline is not begun")
  func deadline() {
    #expect(throws: Failure(attempt: 2)) {
      try make().run(until: Deadline(after: .seconds(3), on: time), decision: { _ in .retry() }) {
        throw Failure(attempt: $0)
      }
    }
    #expect(time.sleeps == [.seconds(1)], "2 seconds were left, and the second wait would have taken all of them")
  }
}
