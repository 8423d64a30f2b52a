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
}
