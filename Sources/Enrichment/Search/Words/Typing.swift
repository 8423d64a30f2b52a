/// The likeness of words for a person who types.
enum Typing {
  /// True if the words are equal but for a typing error: one in a word of five letters or more, two from nine on. The first
  /// letter is rarely wrong, and most false likenesses differ in it.
  static func isLike(_ word: String, _ other: String) -> Bool {
    if word == other { return true }
    guard word.first == other.first else { return false }
    let shorter = min(word.count, other.count)
    guard shorter >= 5, !word.contains(where: \.isNumber), !other.contains(where: \.isNumber) else { return false }
    return distance(Array(word), Array(other)) <= (shorter >= 9 ? 2 : 1)
  }

  /// The number of letters that are wrong, missing, too many, or swapped with their neighbour.
  static func distance(_ left: [Character], _ right: [Character]) -> Int {
    guard abs(left.count - right.count) <= 2 else { return max(left.count, right.count) }
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var previous: [Int] = []
    var current = Array(0...right.count)
    for i in 1...left.count {
      let beforePrevious = previous
      previous = current
      current[0] = i
      for j in 1...right.count {
        let substituted = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
        current[j] = min(previous[j] + 1, current[j - 1] + 1, substituted)
        if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
          current[j] = min(current[j], beforePrevious[j - 2] + 1)
        }
      }
    }
    return current[right.count]
  }
}
