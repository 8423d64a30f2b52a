import Contracts

extension RowSet {
  /// Returns what has become of records that an earlier document of the item had and whose rows were rejected.
  /// - Parameter keys: their keys, as `label` has them.
  func resolutions(of keys: [String]) -> [String: LoadReport.Resolution] {
    guard !keys.isEmpty else { return [:] }
    // Byte by byte, as keys are compared.
    var open = Set(keys.map { Array($0.utf8) })
    var resolutions: [String: LoadReport.Resolution] = [:]
    for row in rows {
      let label = row.label
      if open.remove(Array(label.utf8)) != nil { resolutions[label] = .loaded }
    }
    if isWhole { for key in open { resolutions[String(decoding: key, as: UTF8.self)] = .notListed } }
    return resolutions
  }
}
