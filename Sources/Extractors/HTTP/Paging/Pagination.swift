import Definitions
import JSON

/// The rules by which an item's pages follow each other.
struct Pagination: Sendable {
  enum Kind: String, CaseIterable, Sendable {
    case pageNumber = "page_number"
    case offset, cursor, link
    case nextURL = "next_url"

    /// The name in templates, and the query item of a definition that names none; nil for a kind that follows addresses.
    var name: String? {
      switch self {
      case .pageNumber: "page"
      case .offset: "offset"
      case .cursor: "cursor"
      case .link, .nextURL: nil
      }
    }

    /// True if the pages are counted, so that one without records is the last.
    var isCounted: Bool { self == .pageNumber || self == .offset }
  }

  let kind: Kind
  /// The query item that selects the page; nil for a kind that follows addresses.
  let parameter: String?
  /// The first page's number or offset.
  let first: Int
  let size: Int?
  let sizeParameter: String?
  let totalPages: JSONSelector?
  let totalPagesHeader: String?
  let totalRecords: JSONSelector?
  let hasNext: JSONSelector?
  /// The place of the next cursor or address in a page.
  let next: JSONSelector?
  let endStatuses: Set<Int>
  /// The end of the field `code` of a response behind the last page; nil if its status is enough.
  let endCode: String?
  let maximumPages: Int
  let maximumRecords: Int?

  /// The rules of an item that is one page.
  static let onePage = Pagination(
    Section(values: [("kind", .scalar(Kind.nextURL.rawValue)), ("max_pages", .scalar("1"))]))

  /// The rules of an item whose pages name the next one in their Link headers.
  static let links = Pagination(Section(values: [("kind", .scalar(Kind.link.rawValue))]))

  /// - Parameter section: the section `paginate`, which was checked.
  init(_ section: Section) {
    func selector(_ key: String) -> JSONSelector? { section.text(key).flatMap { JSONSelector($0) } }
    kind = Kind(rawValue: section.text("kind") ?? "") ?? .pageNumber
    parameter = kind.name.map { section.text("parameter") ?? $0 }
    first = section.integer("first") ?? (kind == .pageNumber ? 1 : 0)
    size = section.integer("size")
    sizeParameter = section.text("size_parameter")
    totalPages = selector("total_pages")
    totalPagesHeader = section.text("total_pages_header")
    totalRecords = selector("total_records")
    hasNext = selector("has_next")
    next = selector(kind == .cursor ? "cursor" : "next_url")
    endStatuses = Set(section.texts("end_status").compactMap { Int($0) })
    endCode = section.text("end_code")
    maximumPages = section.integer("max_pages") ?? 1000
    maximumRecords = section.integer("max_records")
  }

  /// True if a page's document is needed to find the next one.
  var readsDocument: Bool { [totalPages, totalRecords, hasNext, next].contains { $0 != nil } }
}
