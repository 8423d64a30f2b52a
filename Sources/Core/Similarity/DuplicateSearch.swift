/// Finds rows of a list that are duplicates of earlier ones, as system 001 does: the first stays, each later one that
/// is similar enough is its duplicate, and a duplicate is nobody's master. Nothing is changed or removed.
public struct DuplicateSearch {
  /// A row: the name first, which it must have, then what must be alike, too, where both rows have it.
  public struct Row: Sendable {
    public let id: String
    public let values: [String]

    public init(id: String, values: [String]) {
      self.id = id
      self.values = values
    }
  }

  public struct Duplicate: Equatable, Sendable {
    public let id: String
    /// The row that stays.
    public let master: String
    /// The similarity of this pair.
    public let similarity: Double
  }

  public struct Report: Equatable, Sendable {
    /// The ids of the rows that are no duplicates, in the list's order.
    public internal(set) var kept: [String] = []
    /// The duplicates, by their masters in the list's order.
    public internal(set) var duplicates: [Duplicate] = []
  }

  private let rows: [Row]
  private let names: [NormalizedName]
  /// The other values of each row, each by its number among the different ones.
  private let others: [[Int]]
  private let different: [NormalizedName]
  private var known: [SIMD2<Int>: Double] = [:]

  public init(_ rows: [Row]) {
    self.rows = rows
    names = rows.map { NormalizedName($0.values.first ?? "") }
    var numbers: [String: Int] = [:]
    var different: [NormalizedName] = []
    others = rows.map { row in
      row.values.dropFirst().map { text in
        if let number = numbers[text] { return number }
        numbers[text] = different.count
        different.append(NormalizedName(text))
        return different.count - 1
      }
    }
    self.different = different
  }

  /// Compares each row with those before it that stay. A pair whose characters show that it cannot reach the threshold
  /// is left out; none that would reach it is.
  /// - Parameter threshold: 0 to 1.
  public mutating func report(threshold: Double) -> Report {
    var report = Report()
    var isDuplicate = Array(repeating: false, count: rows.count)
    for master in rows.indices where !isDuplicate[master] {
      report.kept.append(rows[master].id)
      for row in (master + 1)..<max(rows.count, master + 1) where !isDuplicate[row] {
        guard NameScores.mayReach(threshold, names[master], names[row]) else { continue }
        let similarity = similarity(master, row, atLeast: threshold)
        guard similarity >= threshold else { continue }
        isDuplicate[row] = true
        report.duplicates.append(
          Duplicate(id: rows[row].id, master: rows[master].id, similarity: similarity))
      }
    }
    return report
  }

  /// The least similarity of all values that both rows have; 0 if either has no name.
  private mutating func similarity(_ first: Int, _ second: Int, atLeast threshold: Double) -> Double {
    var least = 1.0
    // The other values are few different ones, and are looked up: they are first.
    for (one, other) in zip(others[first], others[second]) {
      guard !different[one].isEmptyInput, !different[other].isEmptyInput else { continue }
      least = min(least, similarity(of: one, and: other))
      if least < threshold { return least }
    }
    return min(least, NameScores.similarity(names[first], names[second]))
  }

  private mutating func similarity(of one: Int, and other: Int) -> Double {
    let key = SIMD2(min(one, other), max(one, other))
    if let similarity = known[key] { return similarity }
    let similarity = NameScores.similarity(different[one], different[other])
    known[key] = similarity
    return similarity
  }
}
