/// The relations of a part: where the parts are that it uses. No part has a fixed place but the relations of the package.
struct XLSXRelations {
  /// The last word of the kinds that are used. Their namespaces differ between editions of the format.
  enum Kind: String {
    case officeDocument
    case worksheet
    case sharedStrings
    case styles
  }

  struct Relation {
    /// Nil for any other kind.
    let kind: Kind?
    /// The name of the part in the archive.
    let target: String
  }

  private(set) var byIdentifier: [String: Relation] = [:]

  /// Reads the relations of a part; of the package for the empty name. A part without any has no such file.
  init(of part: String, in archive: ZipArchive) throws(SpreadsheetError) {
    let slash = part.lastIndex(of: "/")
    let folder = slash.map { String(part[...$0]) } ?? ""
    let file = "\(folder)_rels/\(slash.map { String(part[part.index(after: $0)...]) } ?? part).rels"
    guard let content = try archive.content(of: file) else { return }
    var scanner = try XMLScanner(content, part: file)
    while true {
      switch try scanner.next() {
      case .finished: return
      case .start where scanner.name == Names.relationship: try add(scanner, folder: folder)
      default: continue
      }
    }
  }

  /// The first relation of a kind.
  func first(_ kind: Kind) -> String? {
    byIdentifier.filter { $0.value.kind == kind }.min { $0.key < $1.key }?.value.target
  }

  private mutating func add(_ scanner: XMLScanner, folder: String) throws(SpreadsheetError) {
    guard try scanner.text(of: scanner.attribute(Names.targetMode)) != "External",
      let identifier = try scanner.text(of: scanner.attribute(Names.identifier)),
      let target = try scanner.text(of: scanner.attribute(Names.target)),
      let type = try scanner.text(of: scanner.attribute(Names.type))
    else { return }
    let kind = type.split(separator: "/").last.flatMap { Kind(rawValue: String($0)) }
    byIdentifier[identifier] = Relation(kind: kind, target: Self.path(target, in: folder))
  }

  /// Resolves a path, such as `../worksheets/sheet1.xml`, as RFC 3986 does.
  private static func path(_ target: String, in folder: String) -> String {
    var parts: [Substring] = []
    for part in (target.hasPrefix("/") ? target : folder + target).split(separator: "/") {
      switch part {
      case ".": continue
      case "..": _ = parts.popLast()
      default: parts.append(part)
      }
    }
    return parts.joined(separator: "/")
  }

  private enum Names {
    static let relationship = XMLScanner.name("Relationship")
    static let identifier = XMLScanner.name("Id")
    static let target = XMLScanner.name("Target")
    static let targetMode = XMLScanner.name("TargetMode")
    static let type = XMLScanner.name("Type")
  }
}
