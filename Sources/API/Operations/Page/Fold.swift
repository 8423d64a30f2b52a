import APIHTML

/// The parts of a page that somebody opens.
struct Folds {
  /// True if the page loads itself again.
  var isReloading = false
  /// The id of a part that is open from the start; empty for none.
  var open = ""
}

/// A part that is shown when somebody opens it.
struct Fold {
  /// The id of the part, on the page and in the address that opens it.
  let id: String
  let title: String
  /// The rest of the title for readers who do not see what stands above.
  var of = ""
  let folds: Folds

  func write(to page: inout HTMLWriter, _ content: (inout HTMLWriter) -> Void) {
    guard !folds.isReloading else {
      // A browser that loads the page again closes each `details`. So the part opens on a page that stays.
      return page.element("p", ["class": "fold"]) { page in
        page.element("a", ["href": "?reload=false&open=\(id)#\(id)"]) { label(&$0) }
      }
    }
    let write = { (page: inout HTMLWriter) in
      page.element("summary") { label(&$0) }
      content(&page)
    }
    if folds.open == id {
      page.element("details", ["id": id, "open": "open"], write)
    } else {
      page.element("details", ["id": id], write)
    }
  }

  private func label(_ page: inout HTMLWriter) {
    page.text(title)
    if !of.isEmpty { page.element("span", ["class": "hidden"], " of \(of)") }
  }
}
