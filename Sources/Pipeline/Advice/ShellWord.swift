/// Words of a POSIX shell.
public enum ShellWord {
  /// Quotes a word, if it needs that.
  public static func quoted(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "._-/:=@%+,".unicodeScalars.contains($0))
    }
    return plain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }
}
