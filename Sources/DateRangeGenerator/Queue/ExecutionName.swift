/// The names of executions that one message starts for several datasets.
enum ExecutionName {
  /// The limit of Step Functions.
  static let maximumLength = 80

  /// Returns a name with a dataset's id at its end. An id that is too long is cut, and ends with its checksum: names of
  /// different datasets differ, and are the same in each delivery.
  static func joining(_ name: String, _ dataset: String) -> String {
    let whole = "\(name)-\(dataset)"
    guard whole.utf8.count > maximumLength else { return whole }
    // FNV-1a of 32 bits.
    let sum = dataset.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    let end = "-\(String(sum, radix: 16))"
    return "\(whole.prefix(maximumLength - end.utf8.count))\(end)"
  }
}
