import APIRouting
import APISupport
import JSON
import Postgres

/// A place between two pages: the last item of the one before. Pages by cursor take the same time at any depth, and an item
/// that is added meanwhile shifts none.
struct ItemCursor: Equatable {
  var sort = ItemSort()
  /// The number of the page that begins here.
  var page = 2
  /// The number of items when the first page was read: to count them again for each page would take longer than the page.
  var total = 0
  /// True if the request's filters find so many items that the index of the order is the way to them.
  var isDense = true
  /// The item's value of the order's field: `PostgresTime`'s microseconds since 2000 for a time; null for none; a list
  /// with the mark of a long title or number.
  var value = JSONValue.null
  /// The item's key: texts, or marks of long ones.
  var key: [JSONValue] = []

  /// The last page that a cursor leads to.
  static let lastPage = 1 << 40

  static let missing = APIProblem(
    404, "There is no page with this cursor and these filters; begin without a cursor")

  /// True if the item has to be read before its place is known.
  var hasMark: Bool { ([value] + key).contains { $0.array != nil } }

  /// The text for the client.
  /// - Parameter question: the route and the filters.
  func text(of question: String) -> String {
    CursorText.text(
      [
        .string(sort.field.rawValue), .bool(sort.isAscending), .number(JSONNumber(page)),
        .number(JSONNumber(total)), .bool(isDense), value, .array(key),
      ], of: question)
  }

  init() {}

  /// Reads a client's text. It may be anything: nothing of it is trusted.
  init?(_ text: String, of question: String) {
    guard let parts = CursorText.values(text, of: question), parts.count == 7,
      let field = parts[0].string.flatMap({ ItemSort.Field(rawValue: $0) }),
      case .bool(let isAscending) = parts[1], let page = parts[2].number?.integer,
      (2...Int64(Self.lastPage)).contains(page),
      let total = parts[3].number?.integer, (0...1 << 40).contains(total), case .bool(let isDense) = parts[4],
      let key = parts[6].array, key.count == ItemSort.key.count,
      key.allSatisfy({ CursorText.text(in: $0) != nil })
    else { return nil }
    sort = ItemSort(field: field, isAscending: isAscending)
    (self.page, self.total, self.isDense, value, self.key) = (Int(page), Int(total), isDense, parts[5], key)
    let isMarked = !sort.field.isTime && CursorText.text(in: value)?.isMark == true
    guard isMarked || position(in: ItemTable(columns: [])) != nil else { return nil }
  }

  /// The value as the parameter of a statement and its type; nil if it does not fit the field.
  func position(in table: ItemTable) -> (value: PostgresValue, type: String)? {
    switch value {
    case .null: return sort.field.isOptional ? (.text(nil), "text") : nil
    case .string(let text) where sort.field.isNumber:
      return ItemRow.noNumbers.contains(text) ? table.parameter(text, for: sort.field.column) : nil
    case .string(let text):
      guard sort.field == .title, !text.utf8.contains(0) else { return nil }
      return (.text(text), "text")
    case .number(let number):
      if sort.field.isNumber { return number.isStorable ? table.parameter(number.text, for: sort.field.column) : nil }
      guard sort.field.isTime, let time = number.integer.flatMap(PostgresTime.init(microsecondsSince2000:)) else {
        return nil
      }
      return (.serverTime(time), "timestamptz")
    default: return nil
    }
  }
}
