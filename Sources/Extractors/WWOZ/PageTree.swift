import Markup

/// A parsed page with its root.
struct PageTree {
  let root: Node
  /// The link of the first `<base href>`; nil if the page has none.
  let baseHref: String?

  /// - Throws: `MarkupError`, also for a page without any element.
  init(_ page: Document) throws {
    guard let root = page.root else { throw EmptyPage() }
    self.root = root
    var href: String?
    root.walk { node in
      if node.isNamed("base"), let found = node.attribute("href") {
        href = found
        return .stop
      }
      return node.isHidden ? .over : .into
    }
    baseHref = href
  }

  private struct EmptyPage: Error, CustomStringConvertible {
    let description = "the page has no element"
  }
}
