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

  @Test("Work that succeeds runs once, without a delay")
  func success() throws {
    let value = try make().run(deadline: .none(on: time), decision: { _ in .retry() }) { $0 * 10 }
    #expect(value == 10)
    #expect(time.sleeps.isEmpty)
  }

  @Test("Work is retried after growing, capped delays until it succeeds")
  func retried() throws {
    let value = try make(attempts: 5).run(deadline: .none(on: time), decision: { _ in .retry() }) { attempt in
      if attempt < 5 { throw Failure(attempt: attempt) }
      return attempt
    }
    #expect(value == 5)
    #expect(time.sleeps == [.seconds(1), .seconds(2), .seconds(3), .seconds(3)])
  }

  @Test("The last error is thrown after the maximum number of attempts")
  func exhausted() {
    #expect(throws: Failure(attempt: 4)) {
      try make().run(deadline: .none(on: time), decision: { _ in .retry() }) { throw Failure(attempt: $0) }
    }
    #expect(time.sleeps.count == 3)
  }

  @Test("A permanent error is thrown immediately")
  func permanent() {
    #expect(throws: Failure(attempt: 1)) {
      try make().run(deadline: .none(on: time), decision: { _ in .giveUp }) { throw Failure(attempt: $0) }
    }
    #expect(time.sleeps.isEmpty)
  }

  @Test("The server's delay is the minimum, and the cap does not shorten it")
  func floor() throws {
    try make().run(deadline: .none(on: time), decision: { _ in .retry(after: .seconds(60)) }) { attempt in
      if attempt == 1 { throw Failure(attempt: attempt) }
    }
    #expect(time.sleeps == [.seconds(60)])
  }

  @Test("If a delay would outlast the deadline, the error is thrown instead")
  func deadline() {
    #expect(throws: Failure(attempt: 2)) {
      try make().run(deadline: Deadline(after: .seconds(3), on: time), decision: { _ in .retry() }) {
        throw Failure(attempt: $0)
      }
    }
    #expect(time.sleeps == [.seconds(1)], "2 s were left, and the second delay would have taken all of them")
  }
}
