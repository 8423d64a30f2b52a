import APISupport
import JSON
import Postgres

/// The order of a list by name, and by id where names are equal. Names are compared by their bytes, in every database alike.
struct NameOrder {
  let table: String
  /// The table's name in the statement.
  let alias: String

  static let kinds: [PageCursor.Kind] = [.text, .integer]

  var sql: String { "\(alias).name collate \"C\", \(alias).id" }

  /// Adds the condition that rows are behind the page's cursor.
  /// - Throws: status 404 if the cursor's row is gone, or has another name.
  func require(_ page: Page, in query: inout ListQuery, _ database: APIDatabase) throws {
    guard let position = try page.position(in: table, ["name", "id"], database) else { return }
    query.require("(\(sql)) > (\(query.add(position[0])) collate \"C\", \(query.add(position[1])))")
  }

  /// The cursor's values of a row with an item, the name and the id.
  static func cursor(_ row: PostgresRow) throws -> [JSONValue] {
    let (name, id): (String, Int) = (try row[1], try row[2])
    return [CursorText.place(of: name), .number(JSONNumber(id))]
  }
}
