import Contracts
import Fetching
import TestSupport
import Testing
import Time

@Suite("Fetch errors")
struct FetchErrorTests {
  private let time = ManualTime()

  @Test(
    "Each reason has its error name (F26)",
    arguments: [
      (FetchError.Reason.throttled, PipelineError.Name.sourceThrottled), (.unavailable, .sourceUnavailable),
      (.timedOut, .sourceUnavailable), (.refused, .sourceRefused), (.missing, .sourceRefused),
      (.unusable, .sourceChanged), (.disallowed, .sourceChanged), (.notArchived, .invalidInput),
    ])
  func names(reason: FetchError.Reason, name: PipelineError.Name) {
    let error = FetchError(reason, "why").pipelineError(
      reading: "https://x/1", deadline: Deadline(after: .seconds(1), on: time))
    #expect(error == PipelineError(name, "https://x/1 cannot be read: why"))
  }

  @Test("A timeout at the deadline is DeadlineExceeded")
  func deadline() {
    let error = FetchError(.timedOut, "why").pipelineError(
      reading: "u", deadline: Deadline(after: .milliseconds(9), on: time))
    #expect(error.name == .deadlineExceeded)
  }
}
