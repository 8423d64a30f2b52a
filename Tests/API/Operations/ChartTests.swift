import APIHTML
import Testing

@testable import OperationsPage

@Suite("The plots of the operators' page")
struct ChartTests {
  @Test(
    "The top of the scale is a round number that is not exceeded",
    arguments: [
      (0.0, 2.0), (0.3, 2), (2, 2), (3, 4), (9, 10), (10, 10), (11, 20), (58, 60), (61, 80), (99, 100), (1221, 2000),
    ])
  func limits(value: Double, limit: Double) { #expect(BarChart.limit(value) == limit) }

  @Test("A number that is not known is no bar, and the table says so")
  func unknown() {
    let chart = BarChart(
      id: "x", title: "Plot", axis: "run", bars: [.init(label: "a", value: nil), .init(label: "b", value: 0)],
      format: { "\(Int($0))" })
    var page = HTMLWriter()
    chart.write(to: &page, folds: Folds())
    #expect(page.text.split(separator: "<rect").count == 2)
    #expect(page.text.contains("not known"))
    #expect(page.text.contains("Most: 0 (b)"))
  }

  @Test("A plot across has each label and each value as texts, and says never of what never was")
  func across() {
    let chart = BarChart(
      id: "x", title: "Plot", axis: "dataset",
      bars: [.init(label: "a", value: 4), .init(label: "b", value: nil), .init(label: "c", value: 1)],
      format: { "\(Int($0)) h" }, missing: "never", isAcross: true)
    var page = HTMLWriter()
    chart.write(to: &page, folds: Folds())
    for text in [">a</text>", ">4 h</text>", ">b</text>", ">never</text>", ">c</text>", ">1 h</text>"] {
      #expect(page.text.contains(text))
    }
    #expect(page.text.contains(#"width="280" height="8""#))
    #expect(page.text.contains(#"width="70" height="8""#))
    #expect(page.text.contains("3 bars. Least: 1 h (c). Most: 4 h (a)."))
  }

  @Test("A text is cut by scalars: one character may have any number of them")
  func brief() {
    let tall = "e" + String(repeating: "\u{301}", count: 100_000)
    #expect(tall.count == 1)
    #expect(PageText.brief(tall).unicodeScalars.count == 400)
    #expect(PageText.brief(String(repeating: "x", count: 400)).count == 400)
    #expect(PageText.brief(String(repeating: "x", count: 401), to: 400).hasSuffix("x…"))
  }

  @Test(
    "Numbers and times for a person",
    arguments: [
      (0.0, "0 s"), (59, "59 s"), (60, "1 min"), (7200, "2 h"), (172_799, "47 h"), (172_800, "2 d"),
    ])
  func spans(seconds: Double, text: String) {
    #expect(PageText.span(seconds) == text)
    #expect(PageText.number(1_234_567) == "1\u{202F}234\u{202F}567")
    #expect(PageText.distance(SampleReports.now.addingTimeInterval(120), from: SampleReports.now) == "in 2 min")
    #expect(PageText.time(SampleReports.now) == "28 Nov 03:12")
  }
}
