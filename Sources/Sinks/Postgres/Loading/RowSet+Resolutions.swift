extension RowSet {
  /// Returns what has become of records that an earlier document of the item had and whose rows were rejected.
  /// - Parameter keys: their keys, as `label` has them.
  func resolutions(of keys: [String]) -> [(key: String, resolution: String)] {
    // Byte by byte, as keys are compared.
    var open = Set(keys.map { Array($0.utf8) })
    var resolutions: [(key: String, resolution: String)] = []
    for row in rows {
      let label = row.label
      if open.remove(Array(label.utf8)) != nil { resolutions.append((label, "loaded")) }
    }
    guard isWhole else { return resolutions }
    return resolutions + open.map { (String(decoding: $0, as: UTF8.self), "not listed") }
  }
}
