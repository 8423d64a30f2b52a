import Contracts
import Definitions
import JSON
import Processing

/// Turns posts of WordPress, each with a week of workouts, into a record for each session; the plugin `wod`.
public final class WODParser: Parser {
  /// True if posts are records, too.
  private let keepsPosts: Bool

  /// - Parameter section: the definition's section `parse`, checked against `form`.
  public init(section: Section) { keepsPosts = section.flag("posts") ?? false }

  /// Parses a page of posts, or one post. A post that cannot be read, or a session whose day is not clear, is rejected with
  /// the post's slug and, as its key, the post's id, and costs no other.
  /// - Throws: `SourceChanged` for a body that has no posts of WordPress.
  public func parse(_ body: RawBody) throws(PipelineError) -> Records {
    let page = try PostPage(body)
    let ranges = keepsPosts ? page.ranges() : []
    var result = Records()
    for (index, value) in page.posts.enumerated() {
      let post: Post
      do throws(Problem) { post = try Post(value, at: index) } catch {
        result.rejected.append(Post.rejection(error, of: value))
        continue
      }
      let origin = "\(body.origin)#\(index)"
      if keepsPosts {
        let text = String(decoding: body.bytes[ranges[index]], as: UTF8.self)
        result.records.append(SourceRecord(post.record(body: text), origin: origin))
      }
      do throws(Problem) {
        let week = try PostWeek(post)
        for (number, session) in week.sessions.enumerated() {
          result.records.append(
            SourceRecord(session.record(of: post, withKind: keepsPosts), origin: "\(origin).\(number)"))
        }
        result.rejected += week.rejected.map { post.rejection($0) }
        result.warnings += week.warnings.map { RowProblem(reason: "\(post.name): \($0)", href: post.link) }
      } catch {
        result.rejected.append(post.rejection(error))
      }
    }
    return result
  }

  /// - Returns: `{sessions: […], rejected: [{reason, text}, …], warnings: […]}`.
  public func structure(of body: RawBody) throws(PipelineError) -> JSONValue {
    let parsed = try parse(body)
    return [
      "sessions": .array(parsed.records.filter { $0.fields["session"] != nil }.map { .object($0.fields) }),
      "rejected": .array(parsed.rejected.map { ["reason": .string($0.problem.reason), "text": .string($0.text)] }),
      "warnings": .array(parsed.warnings.map { .string($0.reason) }),
    ]
  }
}
