import Foundation
import Links

/// The answer of `festvibes links`.
struct LinksReport {
  let links: [EntityLink]
  let isReview: Bool
  let limit: Int
  /// The comparison before it; nil if there was none.
  let update: LinkReport?

  func lines(for terminal: Terminal) -> [String] {
    var lines = update.map { $0 == LinkReport() ? [] : [Self.sentence($0), ""] } ?? []
    guard !links.isEmpty else {
      lines.append(isReview ? "No pair is doubtful." : "No pair is linked.")
      return lines
    }
    lines += isReview ? reviewed : table.lines(width: terminal.size?.width, colors: terminal.colors)
    if links.count > limit { lines += ["", "\(links.count - limit) more: --limit \(links.count)"] }
    return lines
  }

  private static func sentence(_ report: LinkReport) -> String {
    let counts = "\(report.compared) artists and venues compared, \(report.new) new pairs, \(report.removed) removed"
    if report.isLeftToOthers { return "\(counts); another process compares the rest: run it again." }
    return counts + (report.more ? "; there is more to do: run it again." : ".")
  }

  private var table: TextTable {
    var table = TextTable([
      .init(title: ""), .init(title: "id", isRight: true), .init(title: "name", minimum: 14),
      .init(title: "place", rank: 1, minimum: 10), .init(title: "catalog id", minimum: 14),
      .init(title: "name there", minimum: 14), .init(title: "place there", rank: 2, minimum: 10),
      .init(title: "score", isRight: true), .init(title: "method", rank: 3), .init(title: "state"),
    ])
    table.rows = links.prefix(limit).map { link in
      [
        .init(link.entity.rawValue, .dim), .init(link.left.id), .init(Self.name(link.left)),
        .init(link.left.place ?? "", .dim), .init(link.right.id), .init(Self.name(link.right)),
        .init(link.right.place ?? "", .dim), .init(Self.number(link.score)), .init(link.method),
        .init(link.state.rawValue),
      ]
    }
    return table
  }

  /// Each pair with the commands that decide about it.
  private var reviewed: [String] {
    links.prefix(limit).enumerated().flatMap { index, link in
      let pair = [link.entity.rawValue, link.left.id, link.right.id].map(NextStep.quoted).joined(separator: " ")
      return (index > 0 ? [""] : []) + [
        "\(link.entity.rawValue), score \(Self.number(link.score)) (\(link.method))",
        "  \(link.left.source): \(Self.text(link.left))", "  \(link.right.source): \(Self.text(link.right))",
        "  \(NextStep("links same \(pair)").command)", "  \(NextStep("links different \(pair)").command)",
      ]
    }
  }

  private static func name(_ side: EntityLink.Side) -> String { side.name ?? "gone" }

  private static func text(_ side: EntityLink.Side) -> String {
    name(side) + (side.place.map { ", \($0)" } ?? "") + " (\(side.id))"
  }

  private static func number(_ value: Double) -> String { String(format: "%.2f", value) }

  func json() throws -> String {
    let objects: [[String: Any]] = links.prefix(limit).map { link in
      [
        "entity": link.entity.rawValue, "left": Self.object(link.left), "right": Self.object(link.right),
        "score": link.score, "method": link.method, "state": link.state.rawValue,
        "decided_by": RunObject.nullable(link.decidedBy),
        "decided_at": RunObject.nullable(link.decidedAt?.ISO8601Format()),
        "first_seen": link.firstSeen.ISO8601Format(), "last_seen": link.lastSeen.ISO8601Format(),
      ]
    }
    let update: Any =
      update.map {
        ["compared": $0.compared, "new": $0.new, "removed": $0.removed, "more": $0.more || $0.isLeftToOthers]
          as [String: Any]
      } ?? NSNull()
    return try JSONText.line(["links": objects, "total": links.count, "update": update])
  }

  private static func object(_ side: EntityLink.Side) -> [String: Any] {
    [
      "source": side.source, "id": side.id, "name": RunObject.nullable(side.name),
      "place": RunObject.nullable(side.place),
    ]
  }
}
