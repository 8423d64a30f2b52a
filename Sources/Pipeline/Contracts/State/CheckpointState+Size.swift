extension CheckpointState {
  /// Bytes of a state in an object or a file: the last times of about 50,000 series. One without series has less than a
  /// thousand.
  public static let maximumBytes = 4 << 20
  /// Bytes beside the series: an error's message, each character of which may be six bytes of JSON, names and times.
  private static let head = 16 << 10
  /// Bytes of an entry beside the code: `"":"2024-02-24T00:00:00.123456789-03:00",`.
  private static let entry = 41

  /// True if a state has room for the last times of all series. A sink asks before it makes what the state is about: when
  /// the state itself is written, that is done.
  public static func hasRoom(for codes: some Sequence<String>) -> Bool {
    var size = head
    for code in codes {
      // A quotation mark and a backslash are two bytes of JSON.
      size += code.utf8.reduce(entry) { $0 + ($1 == UInt8(ascii: "\"") || $1 == UInt8(ascii: "\\") ? 2 : 1) }
    }
    return size <= maximumBytes
  }
}
