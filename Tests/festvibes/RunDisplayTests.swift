import AWS
import Foundation
import Testing

@testable import festvibes

@Suite("Run display")
struct RunDisplayTests {
  private final class Sink: @unchecked Sendable {
    var text = ""
  }

  @Test("On a terminal the lines are redrawn in place and removed at the end")
  func live() throws {
    let sink = Sink()
    var display = LiveDisplay(
      terminal: { Terminal(isInteractive: true, colors: false, size: (80, 24)) }, write: { sink.text += $0 })
    let progress = makeProgress([makeItem(1, .waiting), makeItem(2, .waiting)])
    try display.show(progress, at: start)
    #expect(sink.text.split(separator: "\n").count == 3)
    #expect(!sink.text.contains("\u{1B}"))
    sink.text = ""
    try display.show(progress, at: start)
    #expect(sink.text.hasPrefix("\u{1B}[3F\u{1B}[J2024-05-01"))
    sink.text = ""
    try display.finish()
    try display.finish()
    #expect(sink.text == "\u{1B}[3F\u{1B}[J")
  }

  @Test("A pipe gets one line for each ended item")
  func pipe() throws {
    let sink = Sink()
    var display = PlainDisplay { sink.text += $0 }
    try display.show(makeProgress([makeItem(1, .running(.scrape)), makeItem(2, .waiting)]), at: start)
    #expect(sink.text.isEmpty)
    let both = makeProgress([
      makeItem(1, .done(makeOutcome(found: 118, new: 3)), to: 3.25), makeItem(2, .failed("SourceChanged"), to: 61),
    ])
    try display.show(both, at: start)
    try display.show(both, at: start)
    #expect(
      sink.text == """
        [1/2] 2024-05-01 done: 118 events, 3 new (3.3 s)
        [2/2] 2024-05-02 failed in scrape: SourceChanged: no frame (1 min 01 s)

        """)
  }

  @Test("A pipe gets a line if a run goes on after its last item, once and after a while")
  func closing() throws {
    let sink = Sink()
    var display = PlainDisplay { sink.text += $0 }
    let over = makeProgress([makeItem(1, .failed("DatabaseUnavailable"), to: 36)])
    let text = "All dates are over. The run refreshes the cache"
    for seconds in [0.0, 9, 10, 30] {
      try display.show(over, at: start + seconds)
      #expect(sink.text.contains(text) == (seconds >= 10), "\(seconds)")
    }
    #expect(sink.text.components(separatedBy: text).count == 2)
    let ended = Sink()
    display = PlainDisplay { ended.text += $0 }
    for seconds in [0.0, 30] {
      try display.show(makeProgress([makeItem(1, .done(makeOutcome()))], status: .succeeded), at: start + seconds)
    }
    #expect(!ended.text.contains(text))
  }

  @Test("A line on a pipe is short")
  func pipeLine() throws {
    let sink = Sink()
    var display = PlainDisplay { sink.text += $0 }
    try display.show(
      makeProgress([makeItem(1, .failed("E", String(repeating: "long ", count: 1000)), to: 1)]), at: start)
    #expect(sink.text.count < 300)
    #expect(sink.text.contains("…"))
  }
}
