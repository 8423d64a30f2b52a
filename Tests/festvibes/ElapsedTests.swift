import Testing

@testable import festvibes

@Suite("Durations")
struct ElapsedTests {
  @Test(
    "Durations are formatted for a person",
    arguments: [
      (-1.0, "0 s"), (0, "0.0 s"), (0.84, "0.8 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"),
      (59.6, "1 min 00 s"),
      (185, "3 min 05 s"), (3599, "59 min 59 s"), (3600, "1 h 00 min"), (7620, "2 h 07 min"), (7199, "1 h 59 min"),
    ])
  func durations(seconds: Double, text: String) {
    #expect(elapsed(seconds) == text)
  }
}
