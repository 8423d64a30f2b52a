import APIHTML
import FoundationEssentials

/// The operators' page as one HTML document: a pure function of the report. It has no script and loads nothing.
public struct OperationsPage: Sendable {
  /// The seconds after which the page reloads itself.
  public static let reloadSeconds = 60

  /// The header Content-Security-Policy: the page's own style, by its hash, and nothing else.
  public static let policy = contentPolicy + "; frame-ancestors 'none'"

  /// Without what only the header can say.
  private static let contentPolicy =
    "default-src 'none'; style-src \(StyleSheet.source); base-uri 'none'; form-action 'none'"

  /// The way in which the page stays up to date.
  public enum Reload: Sendable {
    /// A page of a server, which loads itself again.
    case bySelf
    /// The same, after a person has stopped that.
    case stopped
    /// A file, which stays as it is.
    case never
  }

  let report: OperationsReport
  let reload: Reload
  private let folds: Folds

  /// - Parameter open: the id of the part that is open from the start; empty for none.
  public init(_ report: OperationsReport, reload: Reload, open: String = "") {
    (self.report, self.reload) = (report, reload)
    folds = Folds(isReloading: reload == .bySelf, open: open)
  }

  /// The document in UTF-8.
  public var bytes: [UInt8] {
    var page = HTMLWriter()
    page.raw("<!DOCTYPE html>\n")
    page.element("html", ["lang": "en", "xmlns": "http://www.w3.org/1999/xhtml"]) { page in
      page.element("head") { head(&$0) }
      page.element("body") { page in
        header(&page)
        page.element("main", ["id": "main"]) { main(&$0) }
        page.element("footer") { page in
          page.element(
            "p", ["class": "muted"],
            "All times are UTC; days are those of each dataset's zone. The page is made from the ledger alone: "
              + "festvibes status also asks Step Functions and the cache.")
        }
      }
    }
    return Array(page.text.utf8)
  }

  private func head(_ page: inout HTMLWriter) {
    page.void("meta", ["charset": "utf-8"])
    page.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
    // A file has no header.
    page.void("meta", ["http-equiv": "Content-Security-Policy", "content": Self.contentPolicy])
    page.void("meta", ["name": "referrer", "content": "no-referrer"])
    page.void("meta", ["name": "robots", "content": "noindex"])
    // With its address: a browser does not load a page again whose address ends at a part, such as #d1.
    if folds.isReloading { page.void("meta", ["http-equiv": "refresh", "content": "\(Self.reloadSeconds); url=?"]) }
    let count = report.problems.count
    let sign = VerdictSection(report: report).sign
    page.element("title", count == 0 ? "\(sign) FestVibes ETL" : "\(sign) \(count) · FestVibes ETL")
    page.element("style") { $0.raw(StyleSheet.text) }
  }

  private func header(_ page: inout HTMLWriter) {
    page.element("header") { page in
      page.element("h1", "FestVibes ETL: operations")
      page.element("p", ["class": "muted"]) { page in
        page.text("As of ")
        page.element("time", ["datetime": PageText.machineTime(report.time)], PageText.time(report.time) + " UTC")
        switch reload {
        case .bySelf:
          page.text(". Loads again every minute, until you open a table. ")
          page.element("a", ["href": "?reload=false"], "Stop that")
        case .stopped:
          page.text(". Does not load again by itself. ")
          page.element("a", ["href": "?"], "Start that")
        case .never: page.text(". A file: festvibes report writes a new one.")
        }
      }
    }
  }

  private func main(_ page: inout HTMLWriter) {
    VerdictSection(report: report).write(to: &page)
    guard !report.datasets.isEmpty || !report.upcoming.isEmpty else { return }
    OverviewSection(report: report, folds: folds).write(to: &page)
    for (index, dataset) in report.datasets.enumerated() {
      guard !dataset.runs.isEmpty || dataset.days.contains(where: { !$0.state.isUnknown }) else { continue }
      DatasetSection(dataset: dataset, id: "d\(index + 1)", now: report.time, folds: folds)
        .write(to: &page)
    }
  }
}
