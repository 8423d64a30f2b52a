import APIHTML
import Cryptography
import Foundation
import FoundationXML
import Testing

@testable import OperationsPage

/// The page as a document: libxml2 reads each of them.
@Suite("The operators' page")
struct PageTests {
  static let names = SampleReports.all.map(\.name) + ["hostile"]

  private func page(_ name: String, reload: OperationsPage.Reload = .bySelf) throws -> PageDocument {
    let report = SampleReports.all.first { $0.name == name }?.report ?? SampleReports.hostile
    return try PageDocument(report, reload: reload)
  }

  @Test("Ids are unique, and every reference to one is met", arguments: names)
  func ids(name: String) throws {
    let page = try page(name)
    let ids = page.values(of: "id")
    #expect(Set(ids).count == ids.count)
    #expect(ids.contains("verdict"))
    for reference in page.values(of: "aria-labelledby").flatMap({ $0.split(separator: " ") }) {
      #expect(ids.contains(String(reference)))
    }
    for link in page.values(of: "href") where link.hasPrefix("#") { #expect(ids.contains(String(link.dropFirst()))) }
  }

  @Test("There is one first heading, and no level is left out", arguments: names)
  func headings(name: String) throws {
    let levels = try page(name).elements("h1", "h2", "h3", "h4").map { Int($0.localName?.dropFirst() ?? "") ?? 0 }
    #expect(levels.count { $0 == 1 } == 1)
    #expect(levels.first == 1)
    for (before, level) in zip(levels, levels.dropFirst()) { #expect(level <= before + 1) }
  }

  @Test(
    "Under each plot is a table with a row for each bar, and each plot has a title and a description", arguments: names)
  func tables(name: String) throws {
    let page = try page(name, reload: .stopped)
    let figures = page.elements("figure")
    #expect(figures.isEmpty == (name == "first"))
    for figure in figures {
      let inside = PageDocument.descendants(of: figure)
      let bars = inside.filter { $0.localName == "rect" }
      let rows = inside.filter { $0.localName == "tr" }
      #expect(inside.contains { $0.localName == "details" })
      #expect(rows.count > bars.count)
      guard let plot = inside.first(where: { $0.localName == "svg" }) else {
        #expect(figure.text.contains("No numbers yet"))
        continue
      }
      #expect(plot.value("role") == "img")
      let children = (plot.children ?? []).compactMap { ($0 as? XMLElement)?.localName }
      #expect(children.prefix(2) == ["title", "desc"])
    }
    for table in page.elements("table") {
      #expect(PageDocument.descendants(of: table).contains { $0.localName == "caption" })
    }
    for cell in page.elements("th") { #expect(["col", "row"].contains(cell.value("scope"))) }
  }

  @Test("The page refers to nothing outside itself, and has no script and no style of an element", arguments: names)
  func isClosed(name: String) throws {
    let page = try page(name)
    #expect(page.elements("script", "link", "img", "iframe", "object", "embed", "base", "form", "image", "use").isEmpty)
    for attribute in ["src", "srcset", "style", "action", "onload", "onerror", "onclick", "background"] {
      #expect(page.values(of: attribute).isEmpty)
    }
    for link in page.values(of: "href") { #expect(link.hasPrefix("#") || link.hasPrefix("?")) }
    #expect(!StyleSheet.text.contains("url("))
    #expect(!StyleSheet.text.contains("@import"))
  }

  @Test("The policy allows the page's own style by its hash, and nothing else")
  func policy() throws {
    let page = try page("outage")
    let style = try #require(page.elements("style").first).text
    let hash = try Digest(of: Data(style.utf8)).base64
    #expect(OperationsPage.policy.hasPrefix("default-src 'none'; style-src 'sha256-\(hash)'"))
    #expect(!OperationsPage.policy.contains("unsafe"))
    let meta = page.elements("meta").first { $0.value("http-equiv") == "Content-Security-Policy" }
    #expect(meta?.value("content")?.hasPrefix("default-src 'none'; style-src 'sha256-\(hash)'") == true)
  }

  @Test("A served page loads itself again, unless a person has stopped that. A file does not")
  func reload() throws {
    let refreshes = { (reload: OperationsPage.Reload) in
      // With the address of the page: one that ends at a part is not loaded again.
      try page("quiet", reload: reload).elements("meta").contains {
        $0.value("http-equiv") == "refresh" && $0.value("content") == "60; url=?"
      }
    }
    #expect(try refreshes(.bySelf))
    #expect(try !refreshes(.stopped))
    #expect(try !refreshes(.never))
    #expect(try page("quiet", reload: .never).values(of: "href").allSatisfy { $0.hasPrefix("#") })
  }

  @Test("The first heading after the name says what is wrong, and each problem has its command")
  func verdict() throws {
    let page = try page("outage")
    #expect(page.elements("h2").first?.text == "✕ 2 things need you")
    #expect(page.elements("title").first?.text == "✕ 2 · FestVibes ETL")
    let commands = page.elements("code").map(\.text)
    #expect(commands.first == "festvibes retry schedule-wwoz-20261128T2200Z")
    for problem in SampleReports.outage.problems + SampleReports.outage.remarks {
      #expect(commands.contains(problem.next ?? ""))
    }
    #expect(try self.page("quiet").elements("h2").first?.text == "✓ All is well")
  }

  @Test("A day on which nothing has run is neither good nor bad, and has the command that begins")
  func firstDay() throws {
    let page = try page("first")
    #expect(page.elements("section").first?.value("class") == "verdict none")
    #expect(page.elements("h2").first?.text == "○ Nothing has run yet")
    #expect(page.elements("title").first?.text == "○ FestVibes ETL")
    #expect(page.elements("code").map(\.text) == ["festvibes run"])
  }

  @Test("More problems than a person reads are counted, with the command that lists them", arguments: [true, false])
  func manyProblems(ofOne: Bool) throws {
    var report = SampleReports.quietDay
    report.problems = (0..<27).map {
      .init(dataset: ofOne ? "other" : "d\($0)", title: "it failed", cause: "x", next: "festvibes retry r\($0)")
    }
    let page = try PageDocument(report)
    #expect(page.elements("h2").first?.text == "✕ 27 things need you")
    #expect(page.elements("h3").map(\.text).contains("and 7 more"))
    let commands = page.elements("code").map(\.text)
    #expect(commands.count == 21)
    #expect(commands.last == (ofOne ? "festvibes status --dataset other" : "festvibes datasets"))
  }

  @Test("A run that goes on has the time that it has taken")
  func running() throws {
    var report = SampleReports.quietDay
    report.datasets[0].runs[0].outcome = .running
    report.datasets[0].runs[0].endedAt = nil
    #expect(try PageDocument(report).elements("td").map(\.text).contains("5 h so far"))
  }

  @Test("Each dataset has the time since the last load, and since the last complete run, as a plot and in a table")
  func freshness() throws {
    let figures = try page("outage", reload: .never).elements("figure").prefix(2)
    #expect(
      figures.map { $0.children?.first?.stringValue } == [
        "Since the last load, a whole bar is 29 h", "Since the last complete run, a whole bar is 2 d",
      ])
    let rows = figures.map { figure in
      PageDocument.descendants(of: figure).filter { $0.localName == "tr" }.dropFirst().map(\.text)
    }
    #expect(rows == [["wwoz29 h", "coingecko_markets12 min"], ["wwoz2 d", "coingecko_markets12 min"]])
  }

  @Test("A value of seconds is no bar of a third: a whole bar is a day at the least")
  func freshValue() throws {
    var report = SampleReports.quietDay
    report.datasets[0].loadedAt = SampleReports.now.addingTimeInterval(-25)
    report.datasets[1].loadedAt = SampleReports.now.addingTimeInterval(-6 * 3600)
    let figure = try #require(try PageDocument(report, reload: .never).elements("figure").first)
    #expect(figure.children?.first?.stringValue == "Since the last load, a whole bar is 24 h")
    let inside = PageDocument.descendants(of: figure)
    #expect(inside.filter { $0.localName == "rect" }.map { $0.value("width") } == ["2", "70"])
    #expect(inside.contains { $0.localName == "text" && $0.text == "25 s" })
  }

  @Test("The datasets that never ran are folded, unless none ran")
  func neverRun() throws {
    let rows = { (name: String) in
      try page(name, reload: .never).elements("details").first { $0.value("id") == "never-run" }.map { fold in
        PageDocument.descendants(of: fold).filter { $0.localName == "th" && $0.value("scope") == "row" }.map(\.text)
      }
    }
    let quiet = try #require(try rows("quiet"))
    #expect(quiet.count == 6 && quiet.first == "bcra_infomondia_series")
    #expect(try page("quiet").elements("a").map(\.text).contains("6 datasets that never ran"))
    #expect(try rows("first") == nil)
    #expect(try page("first").text.contains("coingecko_<wbr"))
  }

  @Test("What a person opens stays open: it opens on a page that does not load itself again")
  func folds() throws {
    let reloading = try page("outage")
    #expect(reloading.elements("details").isEmpty)
    let links = reloading.values(of: "href").filter { $0.contains("open=") }
    #expect(links.count == 12)
    for reload in [OperationsPage.Reload.stopped, .never] {
      let parts = try page("outage", reload: reload).elements("details")
      #expect(parts.compactMap { $0.value("id").map { "?reload=false&open=\($0)#\($0)" } } == links)
      #expect(parts.allSatisfy { $0.value("open") == nil })
    }
    let bytes = OperationsPage(SampleReports.outage, reload: .stopped, open: "d1-calendar-table").bytes
    #expect(String(decoding: bytes, as: UTF8.self).split(separator: #" open="open""#).count == 2)
    #expect(String(decoding: bytes, as: UTF8.self).contains(#"<details id="d1-calendar-table" open="open">"#))
  }

  @Test("Every part that scrolls can be reached by the keyboard, and has a name")
  func scrolling() throws {
    let parts = try page("outage", reload: .stopped).elements("div").filter { $0.value("class") == "wide" }
    #expect(parts.contains { $0.value("aria-label") == "Calendar of wwoz" })
    for part in parts {
      #expect(part.value("tabindex") == "0")
      #expect(part.value("role") == "region")
      #expect(part.value("aria-label")?.isEmpty == false)
    }
  }

  @Test("A command breaks between words alone, and reads from left to right")
  func commands() throws {
    let code = try #require(try page("outage").elements("code").dropFirst().first)
    #expect(code.value("dir") == "ltr")
    #expect(code.text == "festvibes run --job hourly --dataset coingecko_markets")
    #expect(code.children?.compactMap { ($0 as? XMLElement)?.text }.contains("--dataset") == true)
    #expect(StyleSheet.text.contains("code,code span{unicode-bidi:isolate-override}code span{display:inline-block"))
  }

  @Test("Every state of a day is told by a word, not by a color alone")
  func days() throws {
    let page = try page("outage")
    let cells = page.elements("td").filter { $0.value("class")?.hasPrefix("day ") == true }
    #expect(cells.count == SampleReports.outage.datasets[0].days.count)
    for (cell, day) in zip(cells, SampleReports.outage.datasets[0].days) {
      #expect(cell.text.contains(day.state.word))
      #expect(cell.text.contains(day.state.sign))
    }
    #expect(cells.count { $0.value("aria-current") == "date" } == 1)
  }

  @Test("Characters that turn a text, break its line or cannot be seen are replaced; those of a language are not")
  func invisible() {
    let turning = [0x061C, 0x2028, 0x2029, 0xFEFF, 0xAD, 0x180E, 0x3164, 0xE0000, 0xE007F]
    for value in turning + Array(0x200B...0x200F) + Array(0x202A...0x202E) + Array(0x2060...0x206F) {
      let scalar = Unicode.Scalar(UInt32(value)).map(String.init) ?? ""
      #expect(HTMLWriter.escaped("a\(scalar)b") == "a\u{FFFD}b", "U+\(String(value, radix: 16))")
    }
    for text in ["Beyoncé", "日本", "مهرجان", "🎺", "1\u{202F}234", "e\u{301}", "“–…”"] {
      #expect(HTMLWriter.escaped(text) == text)
    }
  }

  @Test("Hostile texts stay texts: no element, no control character, no turned direction")
  func escaping() throws {
    let page = try page("hostile")
    #expect(page.elements("script", "img").isEmpty)
    #expect(page.elements("style").count == 1)
    let wanted = SampleReports.hostileText
      .replacing("\u{0}", with: "\u{FFFD}").replacing("\u{1b}", with: "\u{FFFD}").replacing(
        "\u{202e}", with: "\u{FFFD}")
    let commands = page.elements("code").map(\.text)
    #expect(commands.count == 4)
    #expect(commands.allSatisfy { $0 == wanted })
    #expect(!page.text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E })
  }
}
