/// The offsets in a TZif file, versions 1 to 4: https://www.rfc-editor.org/rfc/rfc9636.html#section-3. Abbreviations and the
/// standard/universal indicators are ignored.
struct TZifFile: Sendable {
  /// The reason why a file is refused.
  struct Malformed: Error {
    let detail: String
  }

  /// The accepted instants, to which offsets can be added without overflow. The format advises against instants before
  /// -2^59, which is before the Big Bang.
  private static let instants = (-1 << 60)...(1 << 60)

  /// Instants at which the offset changes, in seconds since 1970-01-01T00:00:00Z, ascending.
  private(set) var transitions: [Int] = []
  /// The offset that begins at the transition of the same index, in seconds east of UTC.
  private(set) var offsets: [Int] = []
  /// The offset before the first transition.
  private(set) var firstOffset = 0
  /// The rule for the time after the last transition; nil in files without one.
  private(set) var footer: PosixTimeZone?

  init(_ bytes: [UInt8]) throws(Malformed) {
    var reader = ByteReader(bytes)
    var header = try Header(&reader)
    var timeWidth = 4
    if header.version >= 2 {
      // The block of 32-bit times is for readers of version 1. A block of 64-bit times and a footer follow.
      try reader.skip(header.length(timeWidth: 4))
      header = try Header(&reader)
      timeWidth = 8
    }
    try readBlock(header, timeWidth, &reader)
    if header.version >= 2 { try readFooter(&reader) }
  }

  private mutating func readBlock(
    _ header: Header, _ timeWidth: Int, _ reader: inout ByteReader
  ) throws(Malformed) {
    // Checked before anything is allocated: counts may claim gigabytes.
    guard header.length(timeWidth: timeWidth) <= reader.remaining else { throw Malformed(detail: "it is truncated") }
    guard header.types > 0 else { throw Malformed(detail: "it has no local time type") }
    guard header.leapSeconds == 0 else {
      throw Malformed(detail: "it has leap seconds, which Unix time does not count")
    }

    for _ in 0..<header.transitions { transitions.append(try reader.integer(timeWidth)) }
    guard zip(transitions, transitions.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw Malformed(detail: "its transitions are not in order")
    }
    guard transitions.allSatisfy(Self.instants.contains) else {
      throw Malformed(detail: "a transition is out of range")
    }
    var typeIndexes: [Int] = []
    for _ in 0..<header.transitions { typeIndexes.append(try reader.byte()) }
    var types: [Int] = []
    for _ in 0..<header.types {
      let offset = try reader.integer(4)
      guard PosixTimeZone.offsets.contains(offset) else { throw Malformed(detail: "an offset is out of range") }
      types.append(offset)
      try reader.skip(2)
    }
    guard typeIndexes.allSatisfy(types.indices.contains) else {
      throw Malformed(detail: "a transition refers to an unknown local time type")
    }
    offsets = typeIndexes.map { types[$0] }
    firstOffset = types[0]
    try reader.skip(header.characters + header.standardIndicators + header.universalIndicators)
  }

  private mutating func readFooter(_ reader: inout ByteReader) throws(Malformed) {
    let newline = Int(UInt8(ascii: "\n"))
    guard try reader.byte() == newline else { throw Malformed(detail: "its footer does not begin with a line break") }
    var rule: [UInt8] = []
    while true {
      let byte = try reader.byte()
      if byte == newline { break }
      rule.append(UInt8(byte))
    }
    guard !rule.isEmpty else { return }
    guard let zone = PosixTimeZone(rule) else { throw Malformed(detail: "its footer is not a POSIX TZ string") }
    footer = zone
  }

  private struct Header {
    let version: Int
    let universalIndicators, standardIndicators, leapSeconds, transitions, types, characters: Int

    init(_ reader: inout ByteReader) throws(Malformed) {
      for expected in "TZif".utf8 {
        guard try reader.byte() == Int(expected) else { throw Malformed(detail: "it is not a TZif file") }
      }
      let digit = try reader.byte()
      // 0, or '2', '3', …: a later version must be readable as the latest known one.
      version = digit == 0 ? 1 : digit - Int(UInt8(ascii: "0"))
      guard version >= 1 else { throw Malformed(detail: "its version is unknown") }
      try reader.skip(15)
      universalIndicators = try reader.count()
      standardIndicators = try reader.count()
      leapSeconds = try reader.count()
      transitions = try reader.count()
      types = try reader.count()
      characters = try reader.count()
    }

    /// Returns the length in bytes of the data block after the header.
    func length(timeWidth: Int) -> Int {
      transitions * (timeWidth + 1) + types * 6 + characters + leapSeconds * (timeWidth + 4) + standardIndicators
        + universalIndicators
    }
  }

  /// Reads big-endian numbers, never past the end.
  private struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var remaining: Int { bytes.count - position }

    mutating func skip(_ count: Int) throws(Malformed) {
      guard count <= remaining else { throw Malformed(detail: "it is truncated") }
      position += count
    }

    mutating func byte() throws(Malformed) -> Int {
      try skip(1)
      return Int(bytes[position - 1])
    }

    /// Reads a signed number of `width` bytes.
    mutating func integer(_ width: Int) throws(Malformed) -> Int {
      try skip(width)
      let raw = bytes[(position - width)..<position].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      let spare = 64 - 8 * width
      return Int(Int64(bitPattern: raw << spare) >> spare)
    }

    mutating func count() throws(Malformed) -> Int { try integer(4) & 0xFFFF_FFFF }
  }
}
