import Contracts
import Cryptography
import FoundationEssentials
import Postgres

/// A row whose vectors are not of its present texts, as the server has it.
struct EmbeddedRow {
  /// The treatment of a vector.
  enum Step: Equatable {
    /// The row has no text: the vector is null.
    case clear
    /// The vector is of this text and model.
    case keep(hash: String)
    /// - Parameter former: a vector of unknown text, of the legacy system. It is kept if it turns out to be of this text.
    case embed(text: String, hash: String, former: String?)
  }

  let id: Int
  let source: Data
  /// The version of the model of its vectors; nil if it has none, or those of the legacy system.
  let model: String?
  let steps: [Step]

  /// - Parameter model: the version of the present model.
  init(_ row: PostgresRow, of table: EmbeddedTable, model: String) throws {
    id = try row[0]
    self.model = try row[1]
    let isOfModel = self.model == model
    let parts: [String?] = try row[2]
    source = try row[3]
    steps = try table.columns.enumerated().map { index, column in
      let (hash, hasVector): (String?, Bool) = (try row[4 + 3 * index], try row[5 + 3 * index])
      guard let text = column.text(parts) else { return .clear }
      let present = try Digest(of: Data(text.utf8)).hexadecimal
      if isOfModel, hasVector, hash == present { return .keep(hash: present) }
      return .embed(text: text, hash: present, former: try row[6 + 3 * index])
    }
  }

  /// The texts that need a vector, with their hashes, by column.
  var missing: [(column: Int, hash: String)] {
    steps.enumerated().compactMap { index, step in
      if case .embed(_, let hash, _) = step { (index, hash) } else { nil }
    }
  }

  /// The new contents of a row.
  struct Update {
    struct Column: Equatable {
      var hash: String?
      var vector: String?
      var keepsVector: Bool
    }

    let id: Int
    let source: Data
    let formerModel: String?
    var columns: [Column] = []
    /// True if a vector is new.
    var isEmbedded = false
    /// True if a vector of the legacy system was found to be of the present text.
    var isKept = false
  }
}
