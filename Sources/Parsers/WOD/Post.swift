import Contracts
import FoundationEssentials
import JSON
import Markup
import Time

/// A post, as far as its sessions depend on it.
/// https://developer.wordpress.org/rest-api/reference/posts/
struct Post {
  let id: JSONNumber
  let slug: String
  /// Without markup.
  let title: String
  let link: String
  /// The day on which it appears, in the site's own zone.
  let published: CalendarDate?
  /// The time of the last edit, in UTC; nil if the post does not say.
  let modified: String?
  /// The lines of its content, as a browser shows them.
  let lines: [String]

  /// - Throws: a problem with the post's slug, or else its place.
  init(_ value: JSONValue, at index: Int) throws(Problem) {
    guard let fields = value.object else { throw Problem("post \(index) is \(value.kind), not an object") }
    slug = fields["slug"]?.string ?? ""
    let name = slug.isEmpty ? fields["id"].map { "post \($0.text.prefix(40))" } ?? "post \(index)" : slug
    guard case .number(let id)? = fields["id"], id.integer != nil else {
      throw Problem("\(name): it has no id, which is an integer")
    }
    self.id = id
    title = HTMLText.text(of: fields["title"]?.object?["rendered"]?.string ?? "")
    link = fields["link"]?.string ?? ""
    published = (fields["date"]?.string).flatMap { CalendarDate($0.prefix(10)) }
    do throws(Problem) {
      modified = try Self.time(fields["modified_gmt"])
      lines = try Self.lines(of: fields["content"]?.object)
    } catch { throw Problem("\(name): \(error.reason)") }
  }

  /// The post in messages.
  var name: String { slug.isEmpty ? "post \(id)" : slug }

  func rejection(_ problem: Problem) -> RejectedRow {
    let text = problem.text.isEmpty ? lines.joined(separator: "\n") : problem.text
    return RejectedRow(
      RowProblem(reason: "\(name): \(problem.reason)", href: link), key: id.text, text: String(text.prefix(2000)))
  }

  /// The row of a value that is no post. A post's id is its key even so: by it the sinks know whose sessions are missing.
  static func rejection(_ problem: Problem, of value: JSONValue) -> RejectedRow {
    RejectedRow(
      RowProblem(reason: problem.reason), key: value.object?["id"]?.number?.text, text: String(value.text.prefix(2000)))
  }

  /// WordPress writes UTC without a zone.
  private static func time(_ value: JSONValue?) throws(Problem) -> String? {
    guard let text = value?.string, !text.isEmpty else { return nil }
    let time = text.hasSuffix("Z") ? text : text + "Z"
    guard RFC3339.parse(time) != nil else {
      throw Problem("its modified_gmt is '\(text.prefix(40))', no time such as 2024-03-01T12:00:00")
    }
    return time
  }

  private static func lines(of content: JSONObject?) throws(Problem) -> [String] {
    guard let html = content?["rendered"]?.string else { throw Problem("it has no content") }
    guard content?["protected"] != .bool(true) || !html.isEmpty else {
      throw Problem("its content is protected by a password")
    }
    let document: Document
    do throws(MarkupError) { document = try Document(html: Data(html.utf8), charset: "utf-8") } catch {
      guard error.kind != .empty else { return [] }
      throw Problem("its content cannot be read: \(error)")
    }
    return document.root?.lines(keepingLineFeeds: true) ?? []
  }

  /// The post itself as a record.
  /// - Parameter body: the post as it was received.
  func record(body: String) -> JSONObject {
    JSONObject(unique: [
      ("kind", "post"), ("date", published.map { .string("\($0)") } ?? .null), ("post_id", .number(id)),
      ("slug", .string(slug)), ("modified", modified.map { .string($0) } ?? .null), ("body", .string(body)),
    ])
  }
}
