import Definitions
import Encodings

/// The keys of `parse` with `plugin: xml`.
struct XMLOptions {
  /// The paths of records, as the names of elements: of one name, an element at any depth. Empty for the children of the
  /// outermost element.
  let records: [[String]]
  /// True if the children of the outermost element are the records of a document that has no element at `records`.
  let fallsBack: Bool
  /// Fields that are lists even if a record has one element of the name.
  let lists: Set<String>
  /// True if names have the prefixes that the document gives them.
  let hasPrefixes: Bool
  /// The encoding that the definition names; nil for the one that the document or the response names.
  let encoding: TextEncoding?

  init(_ section: Section) {
    records = section.texts("record").map { $0.split(separator: "/").map(String.init) }
    fallsBack = !records.isEmpty && section.text("otherwise") == "children"
    lists = Set(section.texts("lists"))
    hasPrefixes = section.flag("prefix") ?? false
    encoding = section.text("encoding").flatMap { TextEncoding(label: $0) }
  }

  /// True for the path of a record, outermost element first.
  func isRecord(_ path: [String]) -> Bool {
    guard !records.isEmpty else { return path.count == 2 }
    return records.contains { $0.count == 1 ? path.last == $0[0] : path == $0 }
  }

  /// The places of records, for messages.
  var places: String {
    records.isEmpty
      ? "the children of its outermost element" : records.map { $0.joined(separator: "/") }.joined(separator: ", ")
  }
}
