import Definitions
import Encodings

extension XMLParser {
  /// The keys of `parse` with `plugin: xml`.
  public static let form = PluginForm(
    "xml", "XML documents.",
    SectionForm([
      KeyForm(
        "record", .list(of: .text(.elementPath)), standard: "the children of the outermost element",
        "The elements that are records: a name at any depth, or a path from the outermost element, such as rss/channel/item."
      ),
      KeyForm(
        "otherwise", .choice(["nothing", "children"]), standard: "nothing",
        "With record, the records of a document without such elements: the children of the outermost element, or nothing. "
          + "The first child with elements decides."),
      KeyForm(
        "lists", .list(of: .text()), "Fields that are lists even if a record has only one element of the name."),
      KeyForm(
        "prefix", .flag, standard: "false", "True if names have the prefixes of their namespaces, such as media:title."),
      KeyForm(
        "encoding", .text(.encoding), standard: "that of the document",
        "The encoding, if the document names a wrong one."),
    ]))
}

extension Form.Rule {
  static let elementPath = Form.Rule("a name such as item, or a path such as rss/channel/item") { text in
    !text.isEmpty && !text.utf8.contains(0x20)
      && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
  }

  static let encoding = Form.Rule("an encoding such as utf-8, windows-1252 or iso-8859-15") { text in
    TextEncoding(label: text).map { $0 != .replacement && $0 != .userDefined } ?? false
  }
}
