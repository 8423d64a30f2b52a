import Foundation
import FoundationXML
import OperationsPage
import Testing

/// A page as libxml2's parser of XML reads it: it refuses what is not well-formed.
struct PageDocument {
  let text: String
  private let root: XMLElement

  init(_ report: OperationsReport, reload: OperationsPage.Reload = .bySelf) throws {
    let bytes = OperationsPage(report, reload: reload).bytes
    text = String(decoding: bytes, as: UTF8.self)
    root = try #require(try XMLDocument(data: Data(bytes), options: .nodePreserveWhitespace).rootElement())
  }

  /// The elements of these names, in the order of the document; all without a name.
  func elements(_ names: String...) -> [XMLElement] {
    Self.descendants(of: root).filter { names.isEmpty || names.contains($0.localName ?? "") }
  }

  static func descendants(of element: XMLElement) -> [XMLElement] {
    (element.children ?? []).compactMap { $0 as? XMLElement }.flatMap { [$0] + descendants(of: $0) }
  }

  func values(of attribute: String) -> [String] {
    elements().compactMap { $0.value(attribute) }
  }
}

extension XMLElement {
  var text: String { stringValue ?? "" }

  /// Returns the value of an attribute. Foundation's own search finds none in elements of a namespace.
  func value(_ attribute: String) -> String? {
    (attributes ?? []).first { $0.name == attribute }?.stringValue
  }
}
