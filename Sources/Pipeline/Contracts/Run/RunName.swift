/// The name of a run. It is part of keys in S3, and identifies the run in the ledger.
public enum RunName {
  /// Checks a name that a request gives. Step Functions allows names with more characters; such a run is refused here,
  /// before its first request to the source.
  /// - Throws: `InvalidInput`.
  public static func check(_ name: String) throws(PipelineError) {
    guard (1...Limits.maximumRunNameLength).contains(name.utf8.count),
      name.unicodeScalars.allSatisfy(\.isInKeyAlphabet)
    else {
      throw PipelineError(
        .invalidInput,
        "run must be 1 to \(Limits.maximumRunNameLength) ASCII letters, digits, '.', '_' or '-': start the run again under "
          + "such a name")
    }
  }
  /// Characters of an execution's name, at most.
  private static let maximumExecutionNameLength = 80

  /// Returns the name of the run of a dataset that a job starts: `RUN-DATASET`. A run's name that is too long for that, or
  /// has characters that a key may not have, is cut, and ends with a checksum.
  /// - Parameter run: the name of the job's own execution; nil for the request of a person to the generator itself.
  static func ofJob(_ jobType: String, run: String?, dataset: String) -> String {
    let run = run ?? jobType
    let space = maximumExecutionNameLength - dataset.utf8.count - 1
    guard run.utf8.count > space || KeyChecksum.cleaned(run) != run else { return "\(run)-\(dataset)" }
    let start = KeyChecksum.cleaned(run).prefix(max(0, space - KeyChecksum.length - 1))
    return "\(start)-\(KeyChecksum.of(run))-\(dataset)"
  }
}
