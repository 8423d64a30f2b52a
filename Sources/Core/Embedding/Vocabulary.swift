import Glibc

/// The pieces of words that have a token. They lie sorted in the file, so opening it builds nothing.
struct Vocabulary: Sendable {
  /// The length of the longest piece in UTF-8.
  private static let longest = 18

  private let file: WeightsFile

  init(_ file: WeightsFile) { self.file = file }

  /// Returns the longest piece that the bytes from `start` on begin with, and where it ends.
  func longestPiece(
    _ word: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (token: Int32, end: Int)? {
    let header = file.header
    let section = start == 0 ? header.firstPieces : header.laterPieces
    let count = start == 0 ? header.pieces.first : header.pieces.later
    var end = min(word.count, start + Self.longest)
    while end > start {
      // A piece does not end within a character.
      if end == word.count || word[end] & 0xC0 != 0x80,
        let token = token(UnsafeBufferPointer(rebasing: word[start..<end]), in: section, count)
      {
        return (token, end)
      }
      end -= 1
    }
    return nil
  }

  private func token(_ piece: UnsafeBufferPointer<UInt8>, in section: Range<Int>, _ count: Int) -> Int32? {
    let bytes = file.bytes
    let texts = section.lowerBound + 4 * (count + 1) + 2 * count
    func start(_ index: Int) -> Int {
      let offset = bytes.load(fromByteOffset: section.lowerBound + 4 * index, as: UInt32.self)
      // A damaged file must not lead out of the mapping.
      return min(texts + Int(UInt32(littleEndian: offset)), section.upperBound)
    }
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      let (from, to) = (start(middle), start(middle + 1))
      let length = max(0, to - from)
      guard let known = bytes.baseAddress, let wanted = piece.baseAddress else { return nil }
      var order = memcmp(known + from, wanted, min(length, piece.count))
      if order == 0 { order = Int32(length - piece.count) }
      if order == 0 {
        let id = bytes.load(fromByteOffset: section.lowerBound + 4 * (count + 1) + 2 * middle, as: UInt16.self)
        let token = Int32(UInt16(littleEndian: id))
        return token < file.header.vocabulary ? token : nil
      }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return nil
  }
}
