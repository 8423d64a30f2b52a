/// The likeness of two words.
enum WordForm {
  static let sameSound = 0.9
  static let oneLetter = 0.78
  /// Porter and Potter, Carter and Carver: one letter for another makes rather another name than one more or less does.
  static let otherLetter = 0.68

  /// Given names that are written with a silent `h` or without. In other words it makes a sound: Rich and Rick.
  private static let silent = ["john": "jon", "johnny": "jonny", "thom": "tom", "thommy": "tommy"]

  /// The form of a word by its sound, so that `Shorty` and `Shortie`, `Jon` and `John`, `Marc` and `Mark` have one.
  static func sound(_ word: String) -> String {
    var letters = Array((silent[word] ?? word).utf8)
    guard letters.count >= 3, letters.allSatisfy({ (0x61...0x7A).contains($0) }) else { return word }
    for end in ["ie", "ey"] where letters.count > 3 && letters.suffix(2).elementsEqual(end.utf8) {
      letters.removeLast(2)
      letters.append(UInt8(ascii: "y"))
    }
    if letters.count >= 5, letters.last == UInt8(ascii: "e") { letters.removeLast() }
    var result: [UInt8] = []
    for (index, letter) in letters.enumerated() {
      var sound = letter
      let isBeforeH = index + 1 < letters.count && letters[index + 1] == UInt8(ascii: "h")
      switch letter {
      case UInt8(ascii: "p") where isBeforeH: sound = UInt8(ascii: "f")
      case UInt8(ascii: "h") where index > 0 && letters[index - 1] == UInt8(ascii: "p"): continue
      case UInt8(ascii: "c") where !isBeforeH: sound = UInt8(ascii: "k")
      case UInt8(ascii: "i"): sound = UInt8(ascii: "y")
      default: break
      }
      if result.last != sound { result.append(sound) }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// 1 for the same word, 0 for another one.
  static func similarity(_ first: NameToken, _ second: NameToken) -> Double {
    if first.text == second.text { return 1 }
    guard !first.hasDigit, !second.hasDigit else { return 0 }
    if first.sound == second.sound { return sameSound }
    guard areOneLetterApart(first.letters, second.letters) else { return 0 }
    return first.letters.count == second.letters.count ? otherLetter : oneLetter
  }

  /// A slip of the keyboard: one letter more, less or other, behind the first one. Short words are other words then,
  /// and a final `a` makes another name: Eric and Erica.
  static func areOneLetterApart(_ first: [UInt8], _ second: [UInt8]) -> Bool {
    let (short, long) = first.count <= second.count ? (first, second) : (second, first)
    guard long.count >= 5, short.count >= 4, long.count - short.count <= 1, short.first == long.first else {
      return false
    }
    let start = zip(short, long).prefix { $0 == $1 }.count
    let rest = long.count - start - 1
    if short.count == long.count { return short.suffix(rest).elementsEqual(long.suffix(rest)) }
    guard short.suffix(rest).elementsEqual(long.suffix(rest)) else { return false }
    return !(start == short.count && long.last == UInt8(ascii: "a"))
  }

  /// Keys of which two words that are alike have one in common: the sound, and each word with a letter left out.
  static func keys(of token: NameToken) -> [String] {
    var keys = [token.text, "~" + token.sound]
    guard token.letters.count >= 4, !token.hasDigit else { return keys }
    for index in token.letters.indices.dropFirst() {
      var letters = token.letters
      letters.remove(at: index)
      keys.append("-" + String(decoding: letters, as: UTF8.self))
    }
    keys.append("-" + token.text)
    return keys
  }
}
