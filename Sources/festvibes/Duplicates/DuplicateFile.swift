import Foundation
import Similarity

/// A file with a list of artists, venues or pairs.
struct DuplicateFile {
  private let path: String
  private let objects: [[String: Any]]

  /// - Throws: `CommandError` for a file that cannot be read, or has something else.
  init(path: String) throws {
    self.path = path
    let data: Data
    do { data = try Data(contentsOf: URL(filePath: path)) } catch {
      throw CommandError("\(path) cannot be read: \(error.localizedDescription)")
    }
    guard let list = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]] else {
      throw CommandError("\(path) has no JSON list of objects")
    }
    objects = list
  }

  func rows(of kind: DuplicateKind) throws -> [DuplicateSearch.Row] {
    try objects.enumerated().map { index, object in
      guard let id = object[kind.id] as? String else {
        throw CommandError("\(path): element \(index + 1) has no text \(kind.id)")
      }
      return DuplicateSearch.Row(id: id, values: try kind.columns.map { try text($0, of: object, at: index) })
    }
  }

  /// - Parameter kind: that of pairs that have none.
  func pairs(kind: DuplicateKind) throws -> [PairScores.Pair] {
    try objects.enumerated().map { index, object in
      let own = object["kind"] as? String
      guard let kind = own.map({ DuplicateKind(singular: $0) }) ?? kind else {
        throw CommandError("\(path): element \(index + 1) has the kind '\(own ?? "")', which is artist or venue")
      }
      return PairScores.Pair(
        kind: kind, a: try text("a", of: object, at: index), b: try text("b", of: object, at: index))
    }
  }

  /// A missing text is empty, and is like nothing.
  private func text(_ key: String, of object: [String: Any], at index: Int) throws -> String {
    switch object[key] {
    case nil, is NSNull: ""
    case let text as String: text
    default: throw CommandError("\(path): element \(index + 1): \(key) is no text")
    }
  }
}
